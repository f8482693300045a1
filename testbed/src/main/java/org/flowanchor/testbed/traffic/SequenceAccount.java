package org.flowanchor.testbed.traffic;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of numbered packets: which arrived, which twice, which after a later one. Sequence numbers start at 0 and grow by one
 * over all phases of a flow; each packet also names the phase in which it was sent, so that the account of a phase is exact whatever
 * was under way when it began. Not thread-safe.
 */
final class SequenceAccount {
    private static final class Phase {
        private long received;
        private long duplicated;
        private long reordered;
    }

    private final BitSet seen = new BitSet();
    private final Map<Integer, Phase> phases = new TreeMap<>();
    private long highest = -1;

    /**
     * One packet arrived.
     *
     * @param sequence 0..2^31-1
     * @param phase named by the packet
     */
    void arrived(long sequence, int phase) {
        int index = Math.toIntExact(sequence);
        Phase account = phases.computeIfAbsent(phase, ignored -> new Phase());
        if (seen.get(index)) {
            account.duplicated++;
            return;
        }
        seen.set(index);
        account.received++;
        if (sequence < highest) {
            account.reordered++;
        } else {
            highest = sequence;
        }
    }

    /** Different packets of the phase that arrived. */
    long received(int phase) {
        Phase account = phases.get(phase);
        return account == null ? 0 : account.received;
    }

    /** Further copies of packets that had arrived. */
    long duplicated(int phase) {
        Phase account = phases.get(phase);
        return account == null ? 0 : account.duplicated;
    }

    /** Packets that arrived after one with a higher number; copies are not counted. */
    long reordered(int phase) {
        Phase account = phases.get(phase);
        return account == null ? 0 : account.reordered;
    }

    Iterable<Integer> phases() {
        return phases.keySet();
    }
}
