package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv4Address;

/** IPv4 Care-of Address (RFC 5555 section 3.1.2). */
public record Ipv4CareOfAddressOption(Ipv4Address careOfAddress) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 32;

    @Override
    public int type() {
        return TYPE;
    }
}
