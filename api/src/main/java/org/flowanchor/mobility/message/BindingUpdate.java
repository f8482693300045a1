package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Binding Update without P (RFC 6275 section 6.1.7): of a mobile node, not of a gateway.
 *
 * @param sequenceNumber 0..65535
 * @param flags without P
 * @param lifetime units of 4 s, 0..65535
 */
public record BindingUpdate(int sequenceNumber, BindingUpdateFlags flags, int lifetime, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 5;

    public BindingUpdate {
        Unsigned.sixteen(sequenceNumber, "sequence number");
        Unsigned.sixteen(lifetime, "lifetime");
        if (flags.has(BindingUpdateFlags.PROXY_REGISTRATION)) {
            throw new IllegalArgumentException("with P it is a Proxy Binding Update");
        }
    }

    @Override
    public int type() {
        return TYPE;
    }
}
