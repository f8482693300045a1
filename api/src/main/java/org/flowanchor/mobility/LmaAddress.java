package org.flowanchor.mobility;

/** LMAA: the anchor's end of the tunnels, and the anchor's name (RFC 5213 section 2.2). */
public record LmaAddress(Ipv6Address address) implements Comparable<LmaAddress> {
    public LmaAddress {
        ProxyCareOfAddress.requireUnicast(address, "LMA address");
    }

    /** @throws IllegalArgumentException when it is not a routable unicast IPv6 address */
    public static LmaAddress parse(String text) {
        return new LmaAddress(Ipv6Address.parse(text));
    }

    @Override
    public int compareTo(LmaAddress other) {
        return address.compareTo(other.address);
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
