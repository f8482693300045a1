package org.flowanchor.mobility.header;

import java.util.Arrays;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;

/** Writes network-order fields of one message. Offsets count from the start of the Mobility Header. */
final class HeaderWriter {
    /** Header Len has eight bits: (255 + 1) * 8 octets. */
    static final int MAXIMUM = 2048;

    private static final int USUAL = 192;

    private byte[] octets = new byte[USUAL];
    private int offset;

    int offset() {
        return offset;
    }

    void unsigned8(int value) {
        reserve(1);
        octets[offset++] = (byte) value;
    }

    void unsigned16(int value) {
        reserve(2);
        octets[offset++] = (byte) (value >>> 8);
        octets[offset++] = (byte) value;
    }

    void unsigned24(int value) {
        unsigned8(value >>> 16);
        unsigned16(value);
    }

    void unsigned32(long value) {
        unsigned16((int) (value >>> 16));
        unsigned16((int) value);
    }

    void signed64(long value) {
        unsigned32(value >>> 32);
        unsigned32(value);
    }

    void ipv6Address(Ipv6Address address) {
        signed64(address.high());
        signed64(address.low());
    }

    void ipv4Address(Ipv4Address address) {
        unsigned32(address.bits());
    }

    void ipAddress(IpAddress address) {
        switch (address) {
            case Ipv4Address ipv4 -> ipv4Address(ipv4);
            case Ipv6Address ipv6 -> ipv6Address(ipv6);
        }
    }

    void octets(Octets value) {
        reserve(value.length());
        value.copyTo(octets, offset);
        offset += value.length();
    }

    void octets(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, octets, offset, value.length);
        offset += value.length;
    }

    void zeros(int length) {
        reserve(length);
        Arrays.fill(octets, offset, offset + length, (byte) 0);
        offset += length;
    }

    /** Forgets what was written from {@code to} on. */
    void rewind(int to) {
        offset = to;
    }

    /** Pad1 or PadN, so that what follows is aligned (RFC 6275 section 6.2.2 and 6.2.3). */
    void align(Alignment alignment) {
        int padding = alignment.padding(offset);
        if (padding == 1) {
            unsigned8(OptionList.PAD_1);
        } else if (padding > 1) {
            unsigned8(OptionList.PAD_N);
            unsigned8(padding - 2);
            zeros(padding - 2);
        }
    }

    /** Starts a type-length-value; returns what {@link #endTlv} needs. */
    int beginTlv(int type) {
        unsigned8(type);
        unsigned8(0);
        return offset;
    }

    /** @throws IllegalArgumentException when the value has more than 255 octets */
    void endTlv(int begin) {
        endTlv(begin, offset - begin);
    }

    /** @throws IllegalArgumentException when the length field cannot hold {@code length} */
    void endTlv(int begin, int length) {
        if (length > 255) {
            throw new IllegalArgumentException("option " + (octets[begin - 2] & 0xff) + " has length " + length);
        }
        octets[begin - 1] = (byte) length;
    }

    void set8(int at, int value) {
        octets[at] = (byte) value;
    }

    void set16(int at, int value) {
        octets[at] = (byte) (value >>> 8);
        octets[at + 1] = (byte) value;
    }

    byte[] array() {
        return octets;
    }

    byte[] toByteArray() {
        return offset == octets.length ? octets : Arrays.copyOf(octets, offset);
    }

    private void reserve(int length) {
        if (offset + length > MAXIMUM) {
            throw new IllegalArgumentException("a Mobility Header has at most " + MAXIMUM + " octets");
        }
        if (offset + length > octets.length) {
            octets = Arrays.copyOf(octets, Math.min(MAXIMUM, Math.max(octets.length * 2, offset + length)));
        }
    }
}
