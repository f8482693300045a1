package org.flowanchor.agent.domain;

import org.jspecify.annotations.Nullable;

/** Takes one reading of the counters of all tracked flows. */
public interface FlowCounters {
    /** The reading begins, or begins anew: what was added since the last reading's end does not count. */
    void restart();

    /**
     * A flow in downlink direction, whoever sent the first packet; in numbers, because there may be very many.
     *
     * @param sourceHigh first 64 bits of the source address
     * @param sourceLow the other 64 bits
     * @param destinationHigh first 64 bits of the destination address
     * @param destinationLow the other 64 bits
     * @param transport protocol and ports, see {@link FlowKey#transport}
     * @param packets downlink, since first tracked
     * @param bytes downlink, since first tracked
     * @param className class its last classified packet met; null when none did
     */
    void add(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            long transport,
            long packets,
            long bytes,
            @Nullable ClassName className);
}
