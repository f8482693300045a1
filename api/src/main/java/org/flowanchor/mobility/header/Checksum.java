package org.flowanchor.mobility.header;

import org.flowanchor.mobility.Ipv6Address;

/** Checksum of the Mobility Header with the pseudo-header of RFC 8200 section 8.1 (W-03). */
final class Checksum {
    /** Of the checksum field, in octets from the start of the header. */
    static final int OFFSET = 4;

    private static final int NEXT_HEADER = 135;

    private Checksum() {}

    /** 0 over a header with a right checksum; the value to write over a header whose checksum field is 0. */
    static int compute(Ipv6Address source, Ipv6Address destination, byte[] octets, int offset, int length) {
        long sum = words(source) + words(destination) + length + NEXT_HEADER;
        int end = offset + (length & ~1);
        for (int i = offset; i < end; i += 2) {
            sum += (octets[i] & 0xff) << 8 | octets[i + 1] & 0xff;
        }
        if ((length & 1) != 0) {
            sum += (octets[end] & 0xff) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }

    private static long words(Ipv6Address address) {
        return words(address.high()) + words(address.low());
    }

    private static long words(long value) {
        return (value >>> 48) + (value >>> 32 & 0xffff) + (value >>> 16 & 0xffff) + (value & 0xffff);
    }
}
