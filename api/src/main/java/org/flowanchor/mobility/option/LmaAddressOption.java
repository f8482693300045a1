package org.flowanchor.mobility.option;

import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Unsigned;

/**
 * LMA Address (RFC 5949 section 6.2.2).
 *
 * @param code the option code, 0..255: 1 IPv6, 2 IPv4
 * @param address of the family its length says
 */
public record LmaAddressOption(int code, IpAddress address) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 41;

    public LmaAddressOption {
        Unsigned.octet(code, "option code");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
