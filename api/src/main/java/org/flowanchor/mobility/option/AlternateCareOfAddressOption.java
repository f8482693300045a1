package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;

/**
 * Alternate Care-of Address (RFC 6275 section 6.2.5): in a Proxy Binding Update it, not the source, is the Proxy-CoA (RFC 5213 section
 * 6.9.1.5). The decoder does not judge the address.
 */
public record AlternateCareOfAddressOption(Ipv6Address careOfAddress) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 3;

    @Override
    public int type() {
        return TYPE;
    }
}
