package org.flowanchor.mobility;

import org.jspecify.annotations.Nullable;

/** Proxy-CoA: the mobile access gateway's end of the tunnel, and the gateway's name (RFC 5213 section 2.2). */
public record ProxyCareOfAddress(Ipv6Address address) implements Comparable<ProxyCareOfAddress> {
    public ProxyCareOfAddress {
        requireUnicast(address, "Proxy-CoA");
    }

    /** @throws IllegalArgumentException when it is not a routable unicast IPv6 address */
    public static ProxyCareOfAddress parse(String text) {
        return new ProxyCareOfAddress(Ipv6Address.parse(text));
    }

    static void requireUnicast(Ipv6Address address, String what) {
        if (address.isUnspecified() || address.isMulticast() || address.isLinkLocal()) {
            throw new IllegalArgumentException(what + " must be a routable unicast address, not " + address);
        }
    }

    /** As the compiler would say it, which costs several times as much where code is compiled but once. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProxyCareOfAddress gateway && address.equals(gateway.address);
    }

    /** Like {@link #equals}. */
    @Override
    public int hashCode() {
        return address.hashCode();
    }

    @Override
    public int compareTo(ProxyCareOfAddress other) {
        return address.compareTo(other.address);
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
