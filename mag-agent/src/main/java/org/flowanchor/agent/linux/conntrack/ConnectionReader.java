package org.flowanchor.agent.linux.conntrack;

import java.nio.ByteOrder;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;

/**
 * A tracked connection as the kernel told it, one after the other in the same object: of 100,000 that are listed every few seconds none
 * leaves an object behind. Like {@link org.flowanchor.agent.linux.netlink.Attributes}, a truncated attribute ends what is read, and an
 * attribute of another length than it has reads as 0.
 */
public final class ConnectionReader {
    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_MARK = 8;
    private static final int CTA_COUNTERS_ORIG = 9;
    private static final int CTA_COUNTERS_REPLY = 10;
    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_IP_V6_SRC = 3;
    private static final int CTA_IP_V6_DST = 4;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_SRC_PORT = 2;
    private static final int CTA_PROTO_DST_PORT = 3;
    private static final int CTA_COUNTERS_PACKETS = 1;
    private static final int CTA_COUNTERS_BYTES = 2;

    private static final int HEADER = 4;
    private static final int TYPE_MASK = 0x3fff;
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final Direction original = new Direction();
    private final Direction reply = new Direction();
    private int mark;
    private int[] words = {};

    /** One direction of it: where its packets go, and how many there were. Zero: not told. */
    public static final class Direction {
        private long sourceHigh;
        private long sourceLow;
        private long destinationHigh;
        private long destinationLow;
        private int protocol;
        private int sourcePort;
        private int destinationPort;
        private long packets;
        private long bytes;

        private void clear() {
            sourceHigh = 0;
            sourceLow = 0;
            destinationHigh = 0;
            destinationLow = 0;
            protocol = 0;
            sourcePort = 0;
            destinationPort = 0;
            packets = 0;
            bytes = 0;
        }

        public long sourceHigh() {
            return sourceHigh;
        }

        public long sourceLow() {
            return sourceLow;
        }

        public long destinationHigh() {
            return destinationHigh;
        }

        public long destinationLow() {
            return destinationLow;
        }

        public int protocol() {
            return protocol;
        }

        public int sourcePort() {
            return sourcePort;
        }

        public int destinationPort() {
            return destinationPort;
        }

        /** Since the connection is tracked; 0 without accounting. */
        public long packets() {
            return packets;
        }

        /** Like {@link #packets}. */
        public long bytes() {
            return bytes;
        }

        FiveTuple fiveTuple() {
            return new FiveTuple(
                    new Ipv6Address(sourceHigh, sourceLow),
                    new Ipv6Address(destinationHigh, destinationLow),
                    protocol,
                    sourcePort,
                    destinationPort);
        }
    }

    /** As its first packet went. */
    public Direction original() {
        return original;
    }

    /** The opposite direction, as expected. */
    public Direction reply() {
        return reply;
    }

    /** 0: none. */
    public int mark() {
        return mark;
    }

    /** What was read, to keep. */
    public Connection connection() {
        return new Connection(
                original.fiveTuple(),
                reply.fiveTuple(),
                new Connection.Counters(original.packets, original.bytes),
                new Connection.Counters(reply.packets, reply.bytes),
                mark);
    }

    /**
     * @param from octet where the message's attributes begin
     * @param end octet after the last
     */
    void read(int[] message, int from, int end) {
        words = message;
        mark = 0;
        original.clear();
        reply.clear();
        for (int at = from, size; (size = sizeAt(at, end)) != 0; at += aligned(size)) {
            switch (typeAt(at)) {
                case CTA_TUPLE_ORIG -> readTuple(original, at + HEADER, at + size);
                case CTA_TUPLE_REPLY -> readTuple(reply, at + HEADER, at + size);
                case CTA_MARK -> mark = size < HEADER + 4 ? 0 : net32(at + HEADER);
                case CTA_COUNTERS_ORIG -> readCounters(original, at + HEADER, at + size);
                case CTA_COUNTERS_REPLY -> readCounters(reply, at + HEADER, at + size);
                default -> {}
            }
        }
    }

    private void readTuple(Direction direction, int from, int end) {
        for (int at = from, size; (size = sizeAt(at, end)) != 0; at += aligned(size)) {
            switch (typeAt(at)) {
                case CTA_TUPLE_IP -> readAddresses(direction, at + HEADER, at + size);
                case CTA_TUPLE_PROTO -> readProtocol(direction, at + HEADER, at + size);
                default -> {}
            }
        }
    }

    private void readAddresses(Direction direction, int from, int end) {
        for (int at = from, size; (size = sizeAt(at, end)) != 0; at += aligned(size)) {
            boolean whole = size == HEADER + Ipv6Address.LENGTH;
            switch (typeAt(at)) {
                case CTA_IP_V6_SRC -> {
                    direction.sourceHigh = whole ? net64(at + HEADER) : 0;
                    direction.sourceLow = whole ? net64(at + HEADER + 8) : 0;
                }
                case CTA_IP_V6_DST -> {
                    direction.destinationHigh = whole ? net64(at + HEADER) : 0;
                    direction.destinationLow = whole ? net64(at + HEADER + 8) : 0;
                }
                default -> {}
            }
        }
    }

    private void readProtocol(Direction direction, int from, int end) {
        for (int at = from, size; (size = sizeAt(at, end)) != 0; at += aligned(size)) {
            switch (typeAt(at)) {
                case CTA_PROTO_NUM -> direction.protocol = size < HEADER + 1 ? 0 : net32(at + HEADER) >>> 24;
                case CTA_PROTO_SRC_PORT -> direction.sourcePort = size < HEADER + 2 ? 0 : net32(at + HEADER) >>> 16;
                case CTA_PROTO_DST_PORT ->
                    direction.destinationPort = size < HEADER + 2 ? 0 : net32(at + HEADER) >>> 16;
                default -> {}
            }
        }
    }

    private void readCounters(Direction direction, int from, int end) {
        for (int at = from, size; (size = sizeAt(at, end)) != 0; at += aligned(size)) {
            switch (typeAt(at)) {
                case CTA_COUNTERS_PACKETS -> direction.packets = size < HEADER + 8 ? 0 : net64(at + HEADER);
                case CTA_COUNTERS_BYTES -> direction.bytes = size < HEADER + 8 ? 0 : net64(at + HEADER);
                default -> {}
            }
        }
    }

    /** Octets of the attribute with its header; 0: there is no whole one. */
    private int sizeAt(int at, int end) {
        if (end - at < HEADER) {
            return 0;
        }
        int word = words[at >> 2];
        int size = LITTLE ? word & 0xffff : word >>> 16;
        return size < HEADER || size > end - at ? 0 : size;
    }

    private int typeAt(int at) {
        int word = words[at >> 2];
        return (LITTLE ? word >>> 16 : word) & TYPE_MASK;
    }

    private static int aligned(int size) {
        return (size + 3) & ~3;
    }

    private int net32(int at) {
        int word = words[at >> 2];
        return LITTLE ? Integer.reverseBytes(word) : word;
    }

    private long net64(int at) {
        return (long) net32(at) << 32 | Integer.toUnsignedLong(net32(at + 4));
    }
}
