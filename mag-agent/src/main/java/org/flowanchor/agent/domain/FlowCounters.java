package org.flowanchor.agent.domain;

import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/** Takes one reading of the counters of all tracked flows. */
public interface FlowCounters {
    /** The reading begins, or begins anew: what was added since the last reading's end does not count. */
    void restart();

    /**
     * @param flow in downlink direction, whoever sent the first packet
     * @param packets downlink, since first tracked
     * @param bytes downlink, since first tracked
     * @param className class its last classified packet met; null when none did
     */
    void add(FiveTuple flow, long packets, long bytes, @Nullable ClassName className);
}
