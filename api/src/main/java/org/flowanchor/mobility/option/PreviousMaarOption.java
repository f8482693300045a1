package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Unsigned;

/** Previous MAAR (RFC 8885 section 4.5), with the prefix it anchors. The length is 0..255 as received. */
public record PreviousMaarOption(int prefixLength, Ipv6Address address, Ipv6Address prefix) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 67;

    public PreviousMaarOption {
        Unsigned.octet(prefixLength, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
