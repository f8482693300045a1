package org.flowanchor.agent.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes netlink messages one after another into one growing buffer. Integers are in host order unless the method says otherwise;
 * lengths, padding and sequence numbers are its own business.
 */
public final class MessageBuilder {
    private ByteBuffer buffer;
    private int message = -1;
    private int count;

    public MessageBuilder() {
        this(4096);
    }

    public MessageBuilder(int capacity) {
        buffer = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
    }

    /** Forgets all messages and keeps the memory. */
    public MessageBuilder clear() {
        buffer.clear();
        message = -1;
        count = 0;
        return this;
    }

    /** Begins the next message; the one before is complete. */
    public MessageBuilder begin(int type, int flags) {
        finish();
        message = buffer.position();
        count++;
        return int32(0).int16(type)
                .int16(flags | Netlink.NLM_F_REQUEST)
                .int32(0)
                .int32(0);
    }

    public MessageBuilder int8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public MessageBuilder int16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    public MessageBuilder int32(int value) {
        room(4).putInt(value);
        return this;
    }

    /** 16 bits in network order. */
    public MessageBuilder net16(int value) {
        return int8(value >>> 8).int8(value);
    }

    public MessageBuilder octets(byte[] octets) {
        room(octets.length).put(octets);
        return this;
    }

    public MessageBuilder zeros(int length) {
        room(length);
        for (int i = 0; i < length; i++) {
            buffer.put((byte) 0);
        }
        return this;
    }

    public MessageBuilder attribute(int type, byte[] value) {
        attributeHeader(type, value.length);
        return octets(value).pad();
    }

    public MessageBuilder attribute8(int type, int value) {
        attributeHeader(type, 1);
        return int8(value).pad();
    }

    public MessageBuilder attribute16(int type, int value) {
        attributeHeader(type, 2);
        return int16(value).pad();
    }

    public MessageBuilder attribute32(int type, int value) {
        attributeHeader(type, 4);
        return int32(value);
    }

    /** 32 bits in network order, as nfnetlink wants them. */
    public MessageBuilder attributeNet32(int type, int value) {
        attributeHeader(type, 4);
        return net16(value >>> 16).net16(value);
    }

    /** 64 bits in network order. */
    public MessageBuilder attributeNet64(int type, long value) {
        attributeHeader(type, 8);
        return net16((int) (value >>> 48))
                .net16((int) (value >>> 32))
                .net16((int) (value >>> 16))
                .net16((int) value);
    }

    /** Text with its terminating zero. */
    public MessageBuilder attribute(int type, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        attributeHeader(type, octets.length + 1);
        return octets(octets).int8(0).pad();
    }

    /** Opens an attribute that holds what follows; the result goes to {@link #close(int)}. */
    public int open(int type) {
        int at = buffer.position();
        attributeHeader(type | Netlink.NLA_F_NESTED, 0);
        return at;
    }

    /** @throws IllegalStateException when the attribute is longer than 65,535 octets */
    public MessageBuilder close(int opened) {
        int length = buffer.position() - opened;
        if (length > 0xffff) {
            throw new IllegalStateException("netlink attribute of " + length + " octets");
        }
        buffer.putShort(opened, (short) length);
        return pad();
    }

    /** Number of messages. */
    public int count() {
        return count;
    }

    /** Octets so far. */
    public int length() {
        finish();
        return buffer.position();
    }

    /** The complete messages; the array is the caller's. */
    public byte[] toOctets() {
        byte[] octets = new byte[length()];
        buffer.get(0, octets);
        return octets;
    }

    /** Numbers the messages {@code first}, {@code first + 1} ... and returns a view on them. */
    ByteBuffer numbered(int first) {
        int end = length();
        int sequence = first;
        for (int at = 0; at < end; at += align(buffer.getInt(at))) {
            buffer.putInt(at + 8, sequence++);
        }
        return buffer.duplicate().order(ByteOrder.nativeOrder()).flip();
    }

    /** Sets flags on the message begun last. */
    public MessageBuilder addFlags(int flags) {
        buffer.putShort(message + 6, (short) (buffer.getShort(message + 6) | flags));
        return this;
    }

    private void attributeHeader(int type, int payload) {
        int16(payload + 4).int16(type);
    }

    private MessageBuilder pad() {
        return zeros(-(buffer.position() - Math.max(message, 0)) & 3);
    }

    private void finish() {
        if (message >= 0) {
            buffer.putInt(message, buffer.position() - message);
            pad();
        }
    }

    private static int align(int length) {
        return (length + 3) & ~3;
    }

    private ByteBuffer room(int octets) {
        if (buffer.remaining() < octets) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + octets))
                    .order(ByteOrder.nativeOrder());
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }
}
