package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.flow.domain.cache.RuleName;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Flows of one anchor that were seen in one interval.
 *
 * @param sampledAt end of the interval by the agent's clock
 */
public record FlowSamples(Instant sampledAt, Duration interval, List<FlowSample> samples) {
    public FlowSamples {
        samples = List.copyOf(samples);
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("the interval of flow samples is at least 1 ms");
        }
    }

    /**
     * One flow, downlink, in the interval.
     *
     * @param carrier gateway that carries it at the end of the interval; empty when no binding is usable
     * @param rule class that its last classified packet met
     */
    public record FlowSample(
            FiveTuple flow, long packets, long bytes, Optional<ProxyCareOfAddress> carrier, Optional<RuleName> rule) {
        public FlowSample {
            if (packets < 0 || bytes < 0) {
                throw new IllegalArgumentException("counters of a flow sample are not negative");
            }
        }
    }

    long bitsPerSecond(FlowSample sample) {
        return Math.round(sample.bytes() * 8000.0 / interval.toMillis());
    }
}
