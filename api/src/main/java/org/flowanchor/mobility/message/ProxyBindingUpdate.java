package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Proxy Binding Update (RFC 5213 section 8.1).
 *
 * @param sequenceNumber 0..65535
 * @param flags with P; A is set by every conforming gateway
 * @param lifetime units of 4 s, 0..65535; 0 de-registers
 */
public record ProxyBindingUpdate(int sequenceNumber, BindingUpdateFlags flags, int lifetime, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 5;

    public ProxyBindingUpdate {
        Unsigned.sixteen(sequenceNumber, "sequence number");
        Unsigned.sixteen(lifetime, "lifetime");
        if (!flags.has(BindingUpdateFlags.PROXY_REGISTRATION)) {
            throw new IllegalArgumentException("a Proxy Binding Update has P");
        }
    }

    /** A and P: what a gateway sends (RFC 5213 section 6.9.1.5). */
    public static final BindingUpdateFlags USUAL_FLAGS =
            BindingUpdateFlags.of(BindingUpdateFlags.ACKNOWLEDGE, BindingUpdateFlags.PROXY_REGISTRATION);

    /** Lifetime 0. */
    public boolean isDeregistration() {
        return lifetime == 0;
    }

    @Override
    public int type() {
        return TYPE;
    }
}
