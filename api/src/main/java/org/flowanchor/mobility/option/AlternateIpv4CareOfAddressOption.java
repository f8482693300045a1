package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv4Address;

/** Alternate IPv4 Care-of Address (RFC 6463 section 4.4). */
public record AlternateIpv4CareOfAddressOption(Ipv4Address careOfAddress) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 49;

    @Override
    public int type() {
        return TYPE;
    }
}
