package org.flowanchor.mobility.header;

/**
 * Where an option may start: {@code modulus * n + remainder} octets from the start of the Mobility Header (RFC 6275 section 6.2.1).
 */
record Alignment(int modulus, int remainder) {
    static final Alignment NONE = new Alignment(1, 0);

    /** Octets of padding before an option that would start at {@code offset}. */
    int padding(int offset) {
        return Math.floorMod(remainder - offset, modulus);
    }
}
