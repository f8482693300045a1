package org.flowanchor.binding.domain.message;

/** Ranges of fields. */
final class Range {
    private Range() {}

    static void unsigned16(int value, String what) {
        if (value < 0 || value > 0xffff) {
            throw new IllegalArgumentException(what + " " + value + " is not in 0..65535");
        }
    }

    static void unsigned32(long value, String what) {
        if (value < 0 || value > 0xffff_ffffL) {
            throw new IllegalArgumentException(what + " " + value + " is not in 0..4294967295");
        }
    }
}
