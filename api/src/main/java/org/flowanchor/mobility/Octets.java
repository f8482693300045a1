package org.flowanchor.mobility;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** Octets whose meaning is the peer's: immutable, compared by content, printed in hex. */
public final class Octets {
    public static final Octets EMPTY = new Octets(new byte[0]);

    private final byte[] octets;

    private Octets(byte[] octets) {
        this.octets = octets;
    }

    public static Octets of(byte[] octets) {
        return copyOf(octets, 0, octets.length);
    }

    /** @throws IndexOutOfBoundsException when the range is not within {@code from} */
    public static Octets copyOf(byte[] from, int offset, int length) {
        if (length == 0) {
            return EMPTY;
        }
        Objects.checkFromIndexSize(offset, length, from.length);
        return new Octets(Arrays.copyOfRange(from, offset, offset + length));
    }

    /** @throws IllegalArgumentException when {@code hex} is not pairs of hex digits */
    public static Octets parse(String hex) {
        return new Octets(HexFormat.of().parseHex(hex));
    }

    public int length() {
        return octets.length;
    }

    public boolean isEmpty() {
        return octets.length == 0;
    }

    /** Unsigned value of one octet. */
    public int at(int index) {
        return octets[index] & 0xff;
    }

    /** The array is the caller's. */
    public byte[] toByteArray() {
        return octets.clone();
    }

    /** Copies all octets into {@code target}. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(octets, 0, target, offset, octets.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(octets);
    }
}
