package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Binding Revocation Indication (RFC 5846 section 5.1).
 *
 * @param sequenceNumber 0..65535
 * @param proxyBinding the P flag
 * @param ipv4BindingOnly the V flag
 * @param global the G flag
 */
public record BindingRevocationIndication(
        RevocationTrigger trigger,
        int sequenceNumber,
        boolean proxyBinding,
        boolean ipv4BindingOnly,
        boolean global,
        MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 16;

    public BindingRevocationIndication {
        Unsigned.sixteen(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
