package org.flowanchor.flow.domain.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a flow sends, downlink. Demand is the highest rate of the last ten seconds: during congestion the present rate is only what is
 * left.
 *
 * @param lastActive last interval with a packet
 * @param peaks rates that may still become the demand: newest last, each lower than the one before
 */
public record Traffic(Instant lastActive, Instant sampledAt, long lastBitsPerSecond, List<Peak> peaks) {
    public static final Duration DEMAND_WINDOW = Duration.ofSeconds(10);
    private static final Duration PRESENT = Duration.ofMillis(2500);

    /** A rate and when it was seen. */
    public record Peak(Instant at, long bitsPerSecond) {}

    public Traffic {
        peaks = List.copyOf(peaks);
    }

    static Traffic none(Instant now) {
        return new Traffic(now, now, 0, List.of());
    }

    Traffic observe(long bitsPerSecond, boolean active, Instant at) {
        List<Peak> kept = new ArrayList<>();
        for (Peak peak : peaks) {
            if (peak.bitsPerSecond() > bitsPerSecond && isWithin(peak, at)) {
                kept.add(peak);
            }
        }
        kept.add(new Peak(at, bitsPerSecond));
        return new Traffic(active ? at : lastActive, at, bitsPerSecond, kept);
    }

    Traffic touched(Instant now) {
        return new Traffic(now, sampledAt, lastBitsPerSecond, peaks);
    }

    /** The present rate; a flow that the agent no longer reports sends nothing worth knowing. */
    public long bitsPerSecond(Instant now) {
        return sampledAt.isBefore(now.minus(PRESENT)) ? 0 : lastBitsPerSecond;
    }

    /** Whether it sent something lately: a flow that ended is not worth a move, whatever it wanted. */
    public boolean isPresent(Instant now) {
        return lastActive.isAfter(now.minus(PRESENT));
    }

    public long demand(Instant now) {
        return peaks.stream()
                .filter(peak -> isWithin(peak, now))
                .mapToLong(Peak::bitsPerSecond)
                .max()
                .orElse(0);
    }

    private static boolean isWithin(Peak peak, Instant now) {
        return peak.at().isAfter(now.minus(DEMAND_WINDOW));
    }
}
