package org.flowanchor.flow.domain.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.mobility.AccessTechnologyType;

/**
 * Counters of one link over one interval, downlink.
 *
 * @param accessTechnologyType empty when the reporter does not know it (tunnels)
 * @param sampledAt end of the interval by the reporter's clock
 * @param interval positive
 * @param backlogBytes standing queue at the end of the interval
 * @param capacityBitsPerSecond empty when unknown
 */
public record LinkSample(
        LinkKey key,
        Optional<AccessTechnologyType> accessTechnologyType,
        boolean up,
        Instant sampledAt,
        Duration interval,
        long packets,
        long bytes,
        long drops,
        long backlogBytes,
        OptionalLong capacityBitsPerSecond) {
    public LinkSample {
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("the interval of a link sample is at least 1 ms");
        }
        if (packets < 0 || bytes < 0 || drops < 0 || backlogBytes < 0) {
            throw new IllegalArgumentException("counters of a link sample are not negative");
        }
        if (capacityBitsPerSecond.isPresent() && capacityBitsPerSecond.getAsLong() <= 0) {
            throw new IllegalArgumentException("a known capacity is positive");
        }
    }

    /** Dropped of all offered packets, 0..1; 0 when nothing was offered. */
    public double packetLossRatio() {
        return drops == 0 ? 0 : (double) drops / ((double) drops + packets);
    }

    public long bitsPerSecond() {
        return Math.round(bytes * 8000.0 / interval.toMillis());
    }
}
