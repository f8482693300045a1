package org.flowanchor.mobility;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * Name of a service a mobile node asks for, such as {@code internet} or {@code ims} (RFC 5149 section 3).
 *
 * @param value 1..255 octets in UTF-8, without control characters; normalized (NFKC), so that equal names are equal
 */
public record ServiceSelection(String value) implements Comparable<ServiceSelection> {
    public ServiceSelection {
        value = Normalizer.normalize(value, Normalizer.Form.NFKC);
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > 255) {
            throw new IllegalArgumentException("a service selection has 1..255 octets, not " + length);
        }
        if (value.codePoints().anyMatch(c -> Character.isISOControl(c) || MobileNodeIdentifier.isUnpaired(c))) {
            throw new IllegalArgumentException("a service selection has no control characters and is UTF-8");
        }
    }

    @Override
    public int compareTo(ServiceSelection other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
