package org.flowanchor.mobility.message;

import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Proxy Binding Acknowledgement (RFC 5213 section 8.2).
 *
 * @param flags with P
 * @param sequenceNumber copied from the update
 * @param lifetime units of 4 s, 0..65535; 0 when rejected or de-registered
 */
public record ProxyBindingAcknowledgement(
        BindingStatus status,
        BindingAcknowledgementFlags flags,
        int sequenceNumber,
        int lifetime,
        MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 6;

    public ProxyBindingAcknowledgement {
        Unsigned.sixteen(sequenceNumber, "sequence number");
        Unsigned.sixteen(lifetime, "lifetime");
        if (!flags.has(BindingAcknowledgementFlags.PROXY_REGISTRATION)) {
            throw new IllegalArgumentException("a Proxy Binding Acknowledgement has P");
        }
    }

    /** P alone. */
    public static final BindingAcknowledgementFlags USUAL_FLAGS =
            BindingAcknowledgementFlags.of(BindingAcknowledgementFlags.PROXY_REGISTRATION);

    @Override
    public int type() {
        return TYPE;
    }
}
