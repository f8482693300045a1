package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Unsigned;

/**
 * IPv4 Home Address Request (RFC 5844 section 3.3.1); 0.0.0.0 asks for one.
 *
 * @param prefixLength 0..63 as received
 */
public record Ipv4HomeAddressRequestOption(int prefixLength, Ipv4Address homeAddress) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 36;

    public Ipv4HomeAddressRequestOption {
        Unsigned.field(prefixLength, 6, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
