package org.flowanchor.flow.domain;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.LmaAddress;

/**
 * Names a flow of an anchor: the first 64 bits of SHA-256 over the anchor and the 5-tuple, so that every instance, before and after a
 * restart, gives a flow the same name. Ordered as its 16 hex digits are.
 */
public record FlowId(long value) implements Comparable<FlowId> {
    public static FlowId of(LmaAddress anchor, FiveTuple flow) {
        ByteBuffer buffer = ByteBuffer.allocate(53);
        buffer.put(anchor.address().octets());
        buffer.put(flow.sourceAddress().octets());
        buffer.put(flow.destinationAddress().octets());
        buffer.put((byte) flow.protocol());
        buffer.putShort((short) flow.sourcePort());
        buffer.putShort((short) flow.destinationPort());
        try {
            return new FlowId(
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(buffer.array()))
                            .getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not 16 lower-case hex digits */
    public static FlowId parse(String text) {
        if (!text.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("a flow id is 16 lower-case hex digits, not \"" + text + "\"");
        }
        return new FlowId(Long.parseUnsignedLong(text, 16));
    }

    @Override
    public int compareTo(FlowId other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        String hex = Long.toHexString(value);
        return "0".repeat(16 - hex.length()) + hex;
    }
}
