package org.flowanchor.testbed.traffic;

import java.nio.ByteBuffer;

/** Head of every packet of a UDP stream: sequence number, time of sending, phase; the rest is padding. */
final class UdpPacket {
    /** Octets of the head. */
    static final int HEAD = 20;

    private UdpPacket() {}

    static void write(ByteBuffer packet, long sequence, long sentNanos, int phase) {
        packet.putLong(0, sequence).putLong(8, sentNanos).putInt(16, phase);
    }

    static long sequence(ByteBuffer packet) {
        return packet.getLong(0);
    }

    static long sentNanos(ByteBuffer packet) {
        return packet.getLong(8);
    }

    static int phase(ByteBuffer packet) {
        return packet.getInt(16);
    }
}
