package org.flowanchor.mobility;

/** Ranges of the unsigned fields of the wire. Each method returns its argument or throws {@link IllegalArgumentException}. */
public final class Unsigned {
    private Unsigned() {}

    /** 0..2^bits-1, for {@code bits} 1..32. */
    public static long field(long value, int bits, String what) {
        if (value < 0 || value >>> bits != 0) {
            throw new IllegalArgumentException(what + " " + value + " does not fit " + bits + " bits");
        }
        return value;
    }

    /** 0..255. */
    public static int octet(int value, String what) {
        return (int) field(value, 8, what);
    }

    /** 0..65535. */
    public static int sixteen(int value, String what) {
        return (int) field(value, 16, what);
    }

    /** 0..4294967295. */
    public static long thirtyTwo(long value, String what) {
        return field(value, 32, what);
    }
}
