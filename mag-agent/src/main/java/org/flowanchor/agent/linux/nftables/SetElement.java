package org.flowanchor.agent.linux.nftables;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An element as the kernel has it.
 *
 * @param key each field padded to 4 octets
 * @param keyEnd last key of a range over concatenated fields, inclusive; null: a single key
 * @param value the mark of a map's element
 * @param intervalEnd in sets of ranges over one field: the first key that is no longer in the range
 * @param comment empty: none
 * @param packets counted by the element; 0 where it has no counter
 * @param bytes like {@code packets}
 */
@SuppressWarnings("ArrayRecordComponent") // Encoded and decoded, never a key.
public record SetElement(
        byte[] key,
        byte @Nullable [] keyEnd,
        @Nullable Integer value,
        boolean intervalEnd,
        String comment,
        long packets,
        long bytes) {
    public static SetElement of(byte[] key) {
        return new SetElement(key, null, null, false, "", 0, 0);
    }

    public static SetElement of(byte[] key, int value) {
        return new SetElement(key, null, value, false, "", 0, 0);
    }

    public static SetElement range(byte[] key, byte[] keyEnd, int value) {
        return new SetElement(key, keyEnd, value, false, "", 0, 0);
    }

    public static SetElement end(byte[] key) {
        return new SetElement(key, null, null, true, "", 0, 0);
    }

    public static SetElement commented(byte[] key, String comment) {
        return new SetElement(key, null, null, false, comment, 0, 0);
    }

    @Override
    public String toString() {
        return Arrays.toString(key) + (value == null ? "" : " : 0x" + Integer.toHexString(value));
    }
}
