package org.flowanchor.mobility;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IPv6 address without zone.
 *
 * @param high first 64 bits, network order
 * @param low last 64 bits, network order
 */
public record Ipv6Address(long high, long low) implements IpAddress, Comparable<Ipv6Address> {
    /** {@code ::}. */
    public static final Ipv6Address UNSPECIFIED = new Ipv6Address(0, 0);

    /** Length in octets. */
    public static final int LENGTH = 16;

    /**
     * Parses the textual form of RFC 4291 section 2.2; never resolves a name.
     *
     * @throws IllegalArgumentException when {@code text} is not an IPv6 literal, or carries a zone
     */
    public static Ipv6Address parse(String text) {
        if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            throw new IllegalArgumentException("not an IPv6 address: " + text);
        }
        try {
            // An IPv4-mapped literal comes back as Inet4Address: not an address of this domain.
            if (Inet6Address.ofLiteral(text) instanceof Inet6Address address) {
                return of(address.getAddress());
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IPv6 address: " + text, e);
        }
        throw new IllegalArgumentException("not an IPv6 address: " + text);
    }

    /** @throws IllegalArgumentException when there are not exactly 16 octets */
    public static Ipv6Address of(byte[] octets) {
        if (octets.length != LENGTH) {
            throw new IllegalArgumentException("an IPv6 address has 16 octets, not " + octets.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        return new Ipv6Address(buffer.getLong(), buffer.getLong());
    }

    /** The 16 octets in network order; the array is the caller's. */
    public byte[] octets() {
        return ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array();
    }

    @Override
    public int length() {
        return LENGTH;
    }

    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /** As the compiler would say it, which costs several times as much where code is compiled but once. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ipv6Address address && high == address.high && low == address.low;
    }

    /** Like {@link #equals}. */
    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }

    /** ff00::/8. */
    public boolean isMulticast() {
        return high >>> 56 == 0xff;
    }

    /** fe80::/10. */
    public boolean isLinkLocal() {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    /** For sockets. */
    public Inet6Address toInet6Address() {
        try {
            return Inet6Address.getByAddress(null, octets(), -1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int compareTo(Ipv6Address other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** Canonical text of RFC 5952. */
    @Override
    public String toString() {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i % 4))) & 0xffff;
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; ) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                bestStart = i;
                bestLength = end - i;
            }
            i = Math.max(end, i + 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
