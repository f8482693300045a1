package org.flowanchor.mobility;

import java.nio.charset.StandardCharsets;

/**
 * MN-Identifier, a network access identifier (RFC 4283 section 3.1, RFC 7542).
 *
 * @param value 1..253 octets in UTF-8 (RFC 7542 section 2.2), without control characters or '/'
 */
public record MobileNodeIdentifier(String value) implements Comparable<MobileNodeIdentifier> {
    public MobileNodeIdentifier {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > 253) {
            throw new IllegalArgumentException("a mobile node identifier has 1..253 octets, not " + length);
        }
        for (int at = 0; at < value.length(); at++) {
            char unit = value.charAt(at);
            if (Character.isISOControl(unit) || unit == '/') {
                throw new IllegalArgumentException("a mobile node identifier has no control characters and no '/'");
            }
            if (Character.isSurrogate(unit)) {
                if (isUnpaired(value.codePointAt(at))) {
                    throw new IllegalArgumentException(
                            "a mobile node identifier is UTF-8, without halves of surrogate pairs");
                }
                at++;
            }
        }
    }

    /** Half a surrogate pair: no UTF-8 has it. */
    static boolean isUnpaired(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    @Override
    public int compareTo(MobileNodeIdentifier other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
