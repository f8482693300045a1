package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;

/** DLIF Link-Local Address (RFC 8885 section 4.7): of the distributed logical interface. */
public record DlifLinkLocalAddressOption(Ipv6Address address) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 69;

    @Override
    public int type() {
        return TYPE;
    }
}
