package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * Transient Binding (RFC 6058 section 5.1).
 *
 * @param latePathSwitch the L flag: downlink stays on the old path until switched
 * @param lifetime units of 100 ms, 0..255
 */
public record TransientBindingOption(boolean latePathSwitch, int lifetime) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 43;

    public TransientBindingOption {
        Unsigned.octet(lifetime, "lifetime");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
