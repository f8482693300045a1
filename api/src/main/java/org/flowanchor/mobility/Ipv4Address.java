package org.flowanchor.mobility;

/**
 * An IPv4 address (RFC 5844: home addresses, default routers, Proxy-CoAs of IPv4 transport).
 *
 * @param bits network order, as unsigned 32 bits
 */
public record Ipv4Address(int bits) implements IpAddress, Comparable<Ipv4Address> {
    /** {@code 0.0.0.0}: in a request "allocate" (RFC 5844 section 3.3.1). */
    public static final Ipv4Address UNSPECIFIED = new Ipv4Address(0);

    /** Length in octets. */
    public static final int LENGTH = 4;

    /**
     * Parses four decimal numbers with dots; no shorter form, no leading zero.
     *
     * @throws IllegalArgumentException on anything else
     */
    public static Ipv4Address parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != LENGTH) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        int bits = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9]\\d{0,2}") || Integer.parseInt(part) > 255) {
                throw new IllegalArgumentException("not an IPv4 address: " + text);
            }
            bits = bits << 8 | Integer.parseInt(part);
        }
        return new Ipv4Address(bits);
    }

    public boolean isUnspecified() {
        return bits == 0;
    }

    @Override
    public int length() {
        return LENGTH;
    }

    @Override
    public int compareTo(Ipv4Address other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }
}
