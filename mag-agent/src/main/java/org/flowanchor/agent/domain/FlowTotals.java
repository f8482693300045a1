package org.flowanchor.agent.domain;

import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Packets and octets of many flows at their last reading and at the present one, in one array: an object per flow would cost three times
 * the memory. Open addressing, linear probing; nothing is deleted, what was not read is left out when the table is turned.
 *
 * <p>A slot is where a flow is, until the next {@link #put} or {@link #turn}: {@code for (int slot = first(); slot >= 0; slot = after(slot))}.
 */
final class FlowTotals {
    private static final int KEY = 5;
    private static final int LAST_PACKETS = KEY;
    private static final int LAST_BYTES = KEY + 1;
    private static final int PACKETS = KEY + 2;
    private static final int BYTES = KEY + 3;
    private static final int REPORTED = KEY + 4;
    private static final int WIDTH = KEY + 5;
    private static final int SMALLEST = 64;

    /** Of a word that holds two numbers: the reading of the last report above, the class below. */
    private static final int CLASS_BITS = 24;

    private static final int CLASS_MASK = (1 << CLASS_BITS) - 1;

    private static final long ABSENT = -1;

    /** What {@link #after} takes in place of a slot for the first. */
    static final int BEFORE_FIRST = -WIDTH;

    private long[] slots = new long[SMALLEST * WIDTH];
    private int used;

    /** Number of flows known, those not read in the present reading included. */
    int size() {
        return used;
    }

    /** The present reading begins anew. */
    void restart() {
        for (int at = 0; at < slots.length; at += WIDTH) {
            slots[at + PACKETS] = ABSENT;
        }
    }

    /**
     * Keeps the present total of a flow.
     *
     * @param transport not 0, see {@link FlowKey#transport}
     * @param className a number of the caller's, up to 24 bits
     * @return slot
     */
    int put(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            long transport,
            long packets,
            long bytes,
            int className) {
        if (used >= slots.length / WIDTH * 4 / 5) {
            rebuild(slots.length / WIDTH * 2, false);
        }
        int at = slot(sourceHigh, sourceLow, destinationHigh, destinationLow, transport);
        if (slots[at + 4] == 0) {
            used++;
            slots[at] = sourceHigh;
            slots[at + 1] = sourceLow;
            slots[at + 2] = destinationHigh;
            slots[at + 3] = destinationLow;
            slots[at + 4] = transport;
            slots[at + LAST_PACKETS] = ABSENT;
        }
        slots[at + PACKETS] = packets;
        slots[at + BYTES] = bytes;
        slots[at + REPORTED] = slots[at + REPORTED] & ~(long) CLASS_MASK | className & CLASS_MASK;
        return at;
    }

    /** The first flow of the present reading; negative: there is none. */
    int first() {
        return after(BEFORE_FIRST);
    }

    /** The next flow of the present reading; negative: there is none. */
    int after(int slot) {
        for (int at = slot + WIDTH; at < slots.length; at += WIDTH) {
            if (isPresent(at)) {
                return at;
            }
        }
        return -1;
    }

    FiveTuple flow(int slot) {
        return FlowKey.flow(slots[slot], slots[slot + 1], slots[slot + 2], slots[slot + 3], slots[slot + 4]);
    }

    /** By destination, source, ports and protocol. */
    boolean precedes(int slot, FiveTuple other) {
        Ipv6Address destination = other.destinationAddress();
        Ipv6Address source = other.sourceAddress();
        int order = Long.compareUnsigned(slots[slot + 2], destination.high());
        order = order != 0 ? order : Long.compareUnsigned(slots[slot + 3], destination.low());
        order = order != 0 ? order : Long.compareUnsigned(slots[slot], source.high());
        order = order != 0 ? order : Long.compareUnsigned(slots[slot + 1], source.low());
        long transport = slots[slot + 4];
        order = order != 0
                ? order
                : Integer.compareUnsigned((int) transport, other.sourcePort() << 16 | other.destinationPort());
        return order != 0 ? order < 0 : ((int) (transport >>> 32) & 0xff) < other.protocol();
    }

    int className(int slot) {
        return (int) slots[slot + REPORTED] & CLASS_MASK;
    }

    long totalPackets(int slot) {
        return slots[slot + PACKETS];
    }

    long totalBytes(int slot) {
        return slots[slot + BYTES];
    }

    /** Packets since the last reading. A total that shrank belongs to a new entry for the same five-tuple. */
    long packets(int slot) {
        return slots[slot + PACKETS] - (isContinued(slot) ? slots[slot + LAST_PACKETS] : 0);
    }

    /** Octets since the last reading. */
    long bytes(int slot) {
        return slots[slot + BYTES] - (isContinued(slot) ? slots[slot + LAST_BYTES] : 0);
    }

    /** Reading in which the flow was last reported, as told; 0: never. */
    long reported(int slot) {
        return slots[slot + REPORTED] >>> CLASS_BITS;
    }

    void report(int slot, long reading) {
        slots[slot + REPORTED] = reading << CLASS_BITS | className(slot);
    }

    private boolean isContinued(int slot) {
        return slots[slot + LAST_PACKETS] != ABSENT && slots[slot + LAST_PACKETS] <= slots[slot + PACKETS];
    }

    /** The present reading becomes the last one; flows that were not in it are forgotten. */
    void turn() {
        int present = 0;
        for (int at = 0; at < slots.length; at += WIDTH) {
            present += isPresent(at) ? 1 : 0;
        }
        int capacity = SMALLEST;
        while (present >= capacity * 4 / 5) {
            capacity *= 2;
        }
        if (present == used && capacity > slots.length / WIDTH / 4) {
            for (int at = 0; at < slots.length; at += WIDTH) {
                keep(slots, at);
            }
        } else {
            rebuild(capacity, true);
        }
    }

    private boolean isPresent(int at) {
        return slots[at + 4] != 0 && slots[at + PACKETS] != ABSENT;
    }

    private static void keep(long[] table, int at) {
        table[at + LAST_PACKETS] = table[at + PACKETS];
        table[at + LAST_BYTES] = table[at + BYTES];
        table[at + PACKETS] = ABSENT;
    }

    private void rebuild(int capacity, boolean turned) {
        long[] before = slots;
        slots = new long[capacity * WIDTH];
        used = 0;
        for (int at = 0; at < before.length; at += WIDTH) {
            if (before[at + 4] == 0 || turned && before[at + PACKETS] == ABSENT) {
                continue;
            }
            int to = slot(before[at], before[at + 1], before[at + 2], before[at + 3], before[at + 4]);
            System.arraycopy(before, at, slots, to, WIDTH);
            if (turned) {
                keep(slots, to);
            }
            used++;
        }
    }

    private int slot(long a, long b, long c, long d, long transport) {
        int mask = slots.length / WIDTH - 1;
        long hash = transport;
        hash = mix(hash ^ a);
        hash = mix(hash ^ b);
        hash = mix(hash ^ c);
        hash = mix(hash ^ d);
        int at = (int) (hash >>> 32) & mask;
        while (true) {
            int slot = at * WIDTH;
            if (slots[slot + 4] == 0
                    || slots[slot + 4] == transport
                            && slots[slot + 3] == d
                            && slots[slot + 1] == b
                            && slots[slot + 2] == c
                            && slots[slot] == a) {
                return slot;
            }
            at = at + 1 & mask;
        }
    }

    private static long mix(long value) {
        long mixed = value * 0x9e3779b97f4a7c15L;
        return mixed ^ mixed >>> 29;
    }

    /** Octets of memory, for tests. */
    long footprint() {
        return 8L * slots.length;
    }
}
