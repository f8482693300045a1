package org.flowanchor.agent.linux.conntrack;

import org.flowanchor.mobility.FiveTuple;

/**
 * A tracked connection.
 *
 * @param original as its first packet went
 * @param reply the opposite direction, as expected
 * @param originalCounters zero without accounting
 * @param mark 0: none
 */
public record Connection(
        FiveTuple original, FiveTuple reply, Counters originalCounters, Counters replyCounters, int mark) {
    /** Since the connection is tracked. */
    public record Counters(long packets, long bytes) {
        public static final Counters ZERO = new Counters(0, 0);
    }
}
