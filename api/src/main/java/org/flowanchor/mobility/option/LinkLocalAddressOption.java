package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv6Address;

/** Link-local Address of the gateway on the access link (RFC 5213 section 8.7); {@code ::} asks for one. */
public record LinkLocalAddressOption(Ipv6Address linkLocalAddress) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 26;

    @Override
    public int type() {
        return TYPE;
    }
}
