package org.flowanchor.agent.domain;

import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Packets and octets of many flows at their last reading and at the present one, in one array: an object per flow would cost three times
 * the memory. Open addressing, linear probing; nothing is deleted, what was not read is left out when the table is turned.
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

    /** Marks a used slot: no next header is that large. */
    private static final long USED = 1L << 62;

    private static final long ABSENT = -1;

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
     * @return slot, for the methods below, until the next call
     */
    int put(FiveTuple flow, long packets, long bytes) {
        if (used >= slots.length / WIDTH * 4 / 5) {
            rebuild(slots.length / WIDTH * 2, false);
        }
        Ipv6Address source = flow.sourceAddress();
        Ipv6Address destination = flow.destinationAddress();
        long transport = USED | (long) flow.protocol() << 32 | (long) flow.sourcePort() << 16 | flow.destinationPort();
        int at = slot(source.high(), source.low(), destination.high(), destination.low(), transport);
        if (slots[at + 4] == 0) {
            used++;
            slots[at] = source.high();
            slots[at + 1] = source.low();
            slots[at + 2] = destination.high();
            slots[at + 3] = destination.low();
            slots[at + 4] = transport;
            slots[at + LAST_PACKETS] = ABSENT;
        }
        slots[at + PACKETS] = packets;
        slots[at + BYTES] = bytes;
        return at;
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
        return slots[slot + REPORTED];
    }

    void report(int slot, long reading) {
        slots[slot + REPORTED] = reading;
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
