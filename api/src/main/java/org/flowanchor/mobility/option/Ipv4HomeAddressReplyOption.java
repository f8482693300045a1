package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Unsigned;

/**
 * IPv4 Home Address Reply (RFC 5844 section 3.3.2).
 *
 * @param status 0 or 128 reason unspecified, 129 administratively prohibited, 130 incorrect, 131 invalid, 132 no dynamic assignment
 * @param prefixLength 0..63 as received
 */
public record Ipv4HomeAddressReplyOption(int status, int prefixLength, Ipv4Address homeAddress)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 37;

    public Ipv4HomeAddressReplyOption {
        Unsigned.octet(status, "status");
        Unsigned.field(prefixLength, 6, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
