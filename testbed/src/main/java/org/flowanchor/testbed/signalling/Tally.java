package org.flowanchor.testbed.signalling;

import java.util.Map;
import java.util.TreeMap;

/** What all gateways together were answered. */
final class Tally {
    // Guarded by this.
    private final Map<Integer, Long> byStatus = new TreeMap<>();
    private long unanswered;
    private long lastAcceptedNanos = System.nanoTime();
    private long longestGapNanos;

    synchronized void answered(Operation operation, Operation.Outcome outcome) {
        byStatus.merge(outcome.status(), 1L, Long::sum);
        if (operation.accepted()) {
            longestGapNanos = Math.max(longestGapNanos, outcome.nanos() - lastAcceptedNanos);
            lastAcceptedNanos = outcome.nanos();
        }
    }

    synchronized void unanswered() {
        unanswered++;
    }

    synchronized long accepted() {
        return byStatus.getOrDefault(0, 0L);
    }

    synchronized long withoutAnswer() {
        return unanswered;
    }

    synchronized Map<Integer, Long> byStatus() {
        return Map.copyOf(byStatus);
    }

    /** Forgets earlier gaps. */
    synchronized void beginGaps() {
        longestGapNanos = 0;
        lastAcceptedNanos = System.nanoTime();
    }

    /** The longest time without an acceptance since {@link #beginGaps}, in milliseconds; one that goes on counts. */
    synchronized long longestGapMillis() {
        return Math.max(longestGapNanos, System.nanoTime() - lastAcceptedNanos) / 1_000_000;
    }
}
