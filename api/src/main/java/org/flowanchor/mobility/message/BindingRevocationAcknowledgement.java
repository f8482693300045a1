package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Binding Revocation Acknowledgement (RFC 5846 section 5.2). Sequence number and flags are copied.
 *
 * @param sequenceNumber 0..65535
 * @param proxyBinding the P flag
 * @param ipv4BindingOnly the V flag
 * @param global the G flag
 */
public record BindingRevocationAcknowledgement(
        RevocationStatus status,
        int sequenceNumber,
        boolean proxyBinding,
        boolean ipv4BindingOnly,
        boolean global,
        MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 16;

    public BindingRevocationAcknowledgement {
        Unsigned.sixteen(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
