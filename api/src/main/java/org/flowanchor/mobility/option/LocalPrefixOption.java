package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Unsigned;

/** Local Prefix (RFC 8885 section 4.4): anchored at the MAAR that serves the node. The length is 0..255 as received. */
public record LocalPrefixOption(int prefixLength, Ipv6Address prefix) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 66;

    public LocalPrefixOption {
        Unsigned.octet(prefixLength, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
