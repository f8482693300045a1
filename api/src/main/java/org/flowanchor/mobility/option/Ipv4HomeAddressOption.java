package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Unsigned;

/**
 * IPv4 Home Address (RFC 5555 section 3.1.1). A message of DSMIPv6; a gateway uses {@link Ipv4HomeAddressRequestOption}.
 *
 * @param prefixLength 0..63 as received
 * @param prefixRequested the P flag
 */
public record Ipv4HomeAddressOption(int prefixLength, boolean prefixRequested, Ipv4Address homeAddress)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 29;

    public Ipv4HomeAddressOption {
        Unsigned.field(prefixLength, 6, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
