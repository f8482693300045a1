package org.flowanchor.mobility;

import java.util.Arrays;
import java.util.HexFormat;

/** MN-LL-Identifier: octets of the attached interface's link layer (RFC 5213 section 8.6); a MAC address has six. */
public final class LinkLayerIdentifier implements Comparable<LinkLayerIdentifier> {
    private static final HexFormat TEXT = HexFormat.ofDelimiter(":");
    private final byte[] octets;

    private LinkLayerIdentifier(byte[] octets) {
        this.octets = octets;
    }

    /** @throws IllegalArgumentException when there are not 1..253 octets */
    public static LinkLayerIdentifier of(byte[] octets) {
        if (octets.length < 1 || octets.length > 253) {
            throw new IllegalArgumentException("a link-layer identifier has 1..253 octets, not " + octets.length);
        }
        return new LinkLayerIdentifier(octets.clone());
    }

    /**
     * Parses {@code 02:00:00:00:00:01}.
     *
     * @throws IllegalArgumentException on anything but octets in hex with colons
     */
    public static LinkLayerIdentifier parse(String text) {
        try {
            return of(TEXT.parseHex(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a link-layer identifier (octets in hex with colons): " + text, e);
        }
    }

    /** The array is the caller's. */
    public byte[] octets() {
        return octets.clone();
    }

    @Override
    public int compareTo(LinkLayerIdentifier other) {
        return Arrays.compareUnsigned(octets, other.octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinkLayerIdentifier that && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return TEXT.formatHex(octets);
    }
}
