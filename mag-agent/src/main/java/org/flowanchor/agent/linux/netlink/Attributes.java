package org.flowanchor.agent.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Reads the attributes of a message one after another: {@code while (a.next()) switch (a.type())}. A truncated attribute ends the
 * iteration. Numbers shorter than asked read as they are (the kernel chooses widths), missing octets as 0.
 */
public final class Attributes {
    private final ByteBuffer buffer;
    private final int end;
    private int at;
    private int type;
    private int start;
    private int length;

    /** @param buffer its remaining octets are the attributes */
    public Attributes(ByteBuffer buffer) {
        this(buffer, buffer.position(), buffer.limit());
    }

    private Attributes(ByteBuffer buffer, int from, int end) {
        this.buffer = buffer.order(ByteOrder.nativeOrder());
        this.at = from;
        this.end = end;
    }

    public boolean next() {
        if (end - at < 4) {
            return false;
        }
        int size = Short.toUnsignedInt(buffer.getShort(at));
        if (size < 4 || size > end - at) {
            return false;
        }
        type = buffer.getShort(at + 2) & Netlink.NLA_TYPE_MASK;
        start = at + 4;
        length = size - 4;
        at += (size + 3) & ~3;
        return true;
    }

    public int type() {
        return type;
    }

    /** Whether it is marked as holding attributes: not all that do are. */
    public boolean isNested() {
        return (buffer.getShort(start - 2) & Netlink.NLA_F_NESTED) != 0;
    }

    public int length() {
        return length;
    }

    public int int8() {
        return length < 1 ? 0 : Byte.toUnsignedInt(buffer.get(start));
    }

    public int int16() {
        return length < 2 ? int8() : Short.toUnsignedInt(buffer.getShort(start));
    }

    public int int32() {
        return length < 4 ? int16() : buffer.getInt(start);
    }

    /** Host order integer at an offset of a structure; 0 beyond its end (an older kernel's shorter structure). */
    public int int32At(int offset) {
        return length < offset + 4 ? 0 : buffer.getInt(start + offset);
    }

    /** Like {@link #int32At}. */
    public long int64At(int offset) {
        return length < offset + 8 ? 0 : buffer.getLong(start + offset);
    }

    public int net16() {
        return length < 2 ? 0 : Short.toUnsignedInt(network(buffer.getShort(start)));
    }

    public int net32() {
        return length < 4 ? 0 : network(buffer.getInt(start));
    }

    public long net64() {
        return length < 8 ? 0 : network(buffer.getLong(start));
    }

    public String text() {
        int size = length;
        while (size > 0 && buffer.get(start + size - 1) == 0) {
            size--;
        }
        byte[] octets = new byte[size];
        buffer.get(start, octets);
        return new String(octets, StandardCharsets.UTF_8);
    }

    public byte[] octets() {
        byte[] octets = new byte[length];
        buffer.get(start, octets);
        return octets;
    }

    /** The value as an address; {@code ::} when it is not 16 octets long. */
    public Ipv6Address address() {
        return length == Ipv6Address.LENGTH ? addressAt(0) : Ipv6Address.UNSPECIFIED;
    }

    /** @throws IndexOutOfBoundsException beyond the message */
    public Ipv6Address addressAt(int offset) {
        return new Ipv6Address(network(buffer.getLong(start + offset)), network(buffer.getLong(start + offset + 8)));
    }

    public Attributes nested() {
        return new Attributes(buffer, start, start + length);
    }

    private static boolean swapped() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    private static short network(short value) {
        return swapped() ? Short.reverseBytes(value) : value;
    }

    private static int network(int value) {
        return swapped() ? Integer.reverseBytes(value) : value;
    }

    private static long network(long value) {
        return swapped() ? Long.reverseBytes(value) : value;
    }
}
