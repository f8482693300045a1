package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Unsigned;

/**
 * MAG IPv6 Address (RFC 6705 section 11.1), in localized routing.
 *
 * @param addressLength 128; other values are held as received
 */
public record MagIpv6AddressOption(int addressLength, Ipv6Address address) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 51;

    public MagIpv6AddressOption {
        Unsigned.octet(addressLength, "address length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
