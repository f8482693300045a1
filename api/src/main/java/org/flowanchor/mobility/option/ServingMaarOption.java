package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;

/** Serving MAAR (RFC 8885 section 4.6). */
public record ServingMaarOption(Ipv6Address address) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 68;

    @Override
    public int type() {
        return TYPE;
    }
}
