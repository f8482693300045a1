package org.flowanchor.mobility.message;

import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Binding Acknowledgement without P (RFC 6275 section 6.1.8): not for a gateway.
 *
 * @param sequenceNumber copied from the update
 * @param flags without P
 * @param lifetime units of 4 s, 0..65535
 */
public record BindingAcknowledgement(
        BindingStatus status,
        BindingAcknowledgementFlags flags,
        int sequenceNumber,
        int lifetime,
        MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 6;

    public BindingAcknowledgement {
        Unsigned.sixteen(sequenceNumber, "sequence number");
        Unsigned.sixteen(lifetime, "lifetime");
        if (flags.has(BindingAcknowledgementFlags.PROXY_REGISTRATION)) {
            throw new IllegalArgumentException("with P it is a Proxy Binding Acknowledgement");
        }
    }

    @Override
    public int type() {
        return TYPE;
    }
}
