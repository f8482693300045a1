package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Unsigned;

/** Anchored Prefix (RFC 8885 section 4.3): anchored at an MAAR that the node left. The length is 0..255 as received. */
public record AnchoredPrefixOption(int prefixLength, Ipv6Address prefix) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 65;

    public AnchoredPrefixOption {
        Unsigned.octet(prefixLength, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
