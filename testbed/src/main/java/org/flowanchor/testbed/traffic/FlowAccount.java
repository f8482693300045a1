package org.flowanchor.testbed.traffic;

import java.util.List;
import java.util.Map;

/**
 * What one side of a flow saw.
 *
 * @param phases by phase number
 * @param octetsPer100Millis what arrived, from the epoch of the end on; empty on a side that only sends
 * @param problem why the flow ended before it was told to; empty while it is well
 */
public record FlowAccount(Map<Integer, PhaseAccount> phases, List<Long> octetsPer100Millis, String problem) {
    /**
     * Account of one phase. A unit is a packet of a UDP stream, a block of a download, a request of a request loop.
     *
     * @param sent units given to the network; 0 on a side that only receives
     * @param received different units that arrived
     * @param duplicated further copies
     * @param reordered units that arrived after a later one
     * @param octets of payload that arrived
     * @param longestGapMillis longest time without an arrival
     * @param longestDelayMillis from sending to arrival (a request: to its complete answer)
     */
    public record PhaseAccount(
            long sent,
            long received,
            long duplicated,
            long reordered,
            long octets,
            double longestGapMillis,
            double longestDelayMillis) {
        static final PhaseAccount EMPTY = new PhaseAccount(0, 0, 0, 0, 0, 0, 0);
    }

    public FlowAccount {
        phases = Map.copyOf(phases);
        octetsPer100Millis = List.copyOf(octetsPer100Millis);
    }

    public PhaseAccount phase(int phase) {
        return phases.getOrDefault(phase, PhaseAccount.EMPTY);
    }
}
