package org.flowanchor.mobility.option;

/**
 * A range that holds both its ends (RFC 6088 section 3). On the wire a range of one value has no end field.
 *
 * @param start not above {@code end}
 */
public record InclusiveRange<T extends Comparable<T>>(T start, T end) {
    public InclusiveRange {
        if (start.compareTo(end) > 0) {
            throw new IllegalArgumentException("not a range: " + start + "-" + end);
        }
    }

    public static <T extends Comparable<T>> InclusiveRange<T> single(T value) {
        return new InclusiveRange<>(value, value);
    }

    public boolean isSingle() {
        return start.equals(end);
    }

    public boolean contains(T value) {
        return start.compareTo(value) <= 0 && value.compareTo(end) <= 0;
    }
}
