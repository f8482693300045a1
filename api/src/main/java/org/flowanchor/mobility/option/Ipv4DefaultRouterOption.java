package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Ipv4Address;

/** IPv4 Default-Router Address (RFC 5844 section 3.3.3). */
public record Ipv4DefaultRouterOption(Ipv4Address defaultRouter) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 38;

    @Override
    public int type() {
        return TYPE;
    }
}
