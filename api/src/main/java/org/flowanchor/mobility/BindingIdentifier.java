package org.flowanchor.mobility;

/**
 * BID: names one binding of a mobile node (RFC 5648 section 4.3, RFC 7864 section 5.1).
 *
 * @param value 1..65535; 0 is reserved
 */
public record BindingIdentifier(int value) implements Comparable<BindingIdentifier> {
    public BindingIdentifier {
        if (value < 1 || value > 65535) {
            throw new IllegalArgumentException("binding identifier " + value + " is not in 1..65535");
        }
    }

    @Override
    public int compareTo(BindingIdentifier other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
