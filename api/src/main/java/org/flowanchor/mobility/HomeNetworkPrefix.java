package org.flowanchor.mobility;

import org.jspecify.annotations.Nullable;

/**
 * Home network prefix, HNP (RFC 5213 section 8.3); also any other IPv6 prefix of the domain (pools, correspondents).
 *
 * @param address bits beyond {@code length} are zero
 * @param length 0..128
 */
public record HomeNetworkPrefix(Ipv6Address address, int length) implements Comparable<HomeNetworkPrefix> {
    /** In an update: "allocate" (RFC 5213 section 6.9.1.1). */
    public static final HomeNetworkPrefix ALL_ZERO = new HomeNetworkPrefix(Ipv6Address.UNSPECIFIED, 0);

    public HomeNetworkPrefix {
        if (length < 0 || length > 128) {
            throw new IllegalArgumentException("prefix length " + length + " is not in 0..128");
        }
        if (!mask(address, length).equals(address)) {
            throw new IllegalArgumentException(address + "/" + length + " has bits set beyond its prefix length");
        }
    }

    /**
     * Parses {@code address/length}.
     *
     * @throws IllegalArgumentException on anything else, also on bits beyond the length
     */
    public static HomeNetworkPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not an IPv6 prefix (address/length): " + text);
        }
        int length;
        try {
            length = Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an IPv6 prefix (address/length): " + text, e);
        }
        return new HomeNetworkPrefix(Ipv6Address.parse(text.substring(0, slash)), length);
    }

    /** The prefix of {@code length} bits that contains {@code address}. */
    public static HomeNetworkPrefix containing(Ipv6Address address, int length) {
        return new HomeNetworkPrefix(mask(address, length), length);
    }

    public boolean isAllZero() {
        return address.isUnspecified();
    }

    public boolean contains(Ipv6Address other) {
        return mask(other, length).equals(address);
    }

    public boolean contains(HomeNetworkPrefix other) {
        return other.length >= length && contains(other.address);
    }

    public boolean overlaps(HomeNetworkPrefix other) {
        return contains(other) || other.contains(this);
    }

    /** Last address of the prefix. */
    public Ipv6Address last() {
        long high = length >= 64 ? address.high() : address.high() | (length == 0 ? -1L : -1L >>> length);
        long low = length >= 128 ? address.low() : length <= 64 ? -1L : address.low() | -1L >>> (length - 64);
        return new Ipv6Address(high, low);
    }

    private static Ipv6Address mask(Ipv6Address address, int length) {
        long high = length >= 64 ? address.high() : length == 0 ? 0 : address.high() & (-1L << (64 - length));
        long low = length >= 128 ? address.low() : length <= 64 ? 0 : address.low() & (-1L << (128 - length));
        return new Ipv6Address(high, low);
    }

    /** As the compiler would say it, which costs several times as much where code is compiled but once. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HomeNetworkPrefix prefix && length == prefix.length && address.equals(prefix.address);
    }

    /** Like {@link #equals}. */
    @Override
    public int hashCode() {
        return 31 * address.hashCode() + length;
    }

    @Override
    public int compareTo(HomeNetworkPrefix other) {
        int order = address.compareTo(other.address);
        return order != 0 ? order : Integer.compare(length, other.length);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
