package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * NAT Detection (RFC 5555 section 3.2.2).
 *
 * @param forceUdpEncapsulation the F flag
 * @param refreshTime seconds, 0..2^32-1
 */
public record NatDetectionOption(boolean forceUdpEncapsulation, long refreshTime) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 31;

    public NatDetectionOption {
        Unsigned.thirtyTwo(refreshTime, "refresh time");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
