package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Unsigned;

/**
 * Multicast Mobility (RFC 7411 section 5.3): what a mobile node listens to, handed from gateway to gateway. Its Length counts words of 32
 * bits.
 *
 * @param code 0..255; the constants are those of RFC 7411
 */
public record MulticastMobilityOption(int code, MulticastReport report) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 60;

    public static final int IGMPV3 = 1;
    public static final int MLDV2 = 2;
    /** IGMPv3 from a node in IGMPv2 compatibility mode. */
    public static final int IGMPV3_OF_IGMPV2 = 3;
    /** MLDv2 from a node in MLDv1 compatibility mode. */
    public static final int MLDV2_OF_MLDV1 = 4;

    public MulticastMobilityOption {
        Unsigned.octet(code, "option code");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
