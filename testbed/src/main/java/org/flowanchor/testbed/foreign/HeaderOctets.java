package org.flowanchor.testbed.foreign;

import java.io.ByteArrayOutputStream;

/** A Mobility Header as it is put together, octet by octet. The checksum is left to the kernel. */
final class HeaderOctets {
    private static final int UNIT = 8;
    private static final int PAYLOAD_PROTO_NONE = 59;

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final Maker maker;

    HeaderOctets(int type, Maker maker) {
        this.maker = maker;
        put(PAYLOAD_PROTO_NONE, 0, type, 0, 0, 0);
    }

    HeaderOctets put(int... values) {
        for (int value : values) {
            octets.write(value);
        }
        return this;
    }

    HeaderOctets put16(int value) {
        return put(value >>> 8, value);
    }

    HeaderOctets put(byte[] data) {
        octets.writeBytes(data);
        return this;
    }

    /** An option that begins at a multiple of {@code modulus} and {@code remainder}, unless the maker does not align. */
    HeaderOctets option(int modulus, int remainder, int type, byte[]... data) {
        if (!maker.has(Habit.OPTIONS_UNALIGNED)) {
            pad(Math.floorMod(remainder - octets.size(), modulus));
        }
        int length = 0;
        for (byte[] part : data) {
            length += part.length;
        }
        put(type, length);
        for (byte[] part : data) {
            put(part);
        }
        return this;
    }

    private void pad(int length) {
        if (length == 1) {
            put(0);
        } else if (length > 1) {
            put(1, length - 2).put(new byte[length - 2]);
        }
    }

    /** Pads the end, the maker's way, and fills in Header Len. */
    byte[] end() {
        if (!maker.has(Habit.HEADER_LEN_TOO_SHORT)) {
            int missing = Math.floorMod(-octets.size(), UNIT);
            if (maker.has(Habit.PADDED_WITH_PAD_1)) {
                put(new byte[missing]);
            } else {
                pad(missing);
            }
        }
        byte[] header = octets.toByteArray();
        header[1] = (byte) (header.length / UNIT - 1);
        return header;
    }
}
