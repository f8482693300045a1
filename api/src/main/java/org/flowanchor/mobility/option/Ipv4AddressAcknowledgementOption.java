package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Unsigned;

/**
 * IPv4 Address Acknowledgement (RFC 5555 section 3.2.1).
 *
 * @param status 0..255
 * @param prefixLength 0..63 as received
 */
public record Ipv4AddressAcknowledgementOption(int status, int prefixLength, Ipv4Address homeAddress)
        implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 30;

    public Ipv4AddressAcknowledgementOption {
        Unsigned.octet(status, "status");
        Unsigned.field(prefixLength, 6, "prefix length");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
