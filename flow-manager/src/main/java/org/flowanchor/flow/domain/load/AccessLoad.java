package org.flowanchor.flow.domain.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Verdict on one link at one loss threshold.
 *
 * <p>NORMAL becomes CONGESTED when the ratio stayed strictly above the threshold for the onset; CONGESTED becomes NORMAL when it stayed
 * below half of the threshold for the clear time. Anything in between keeps the verdict and starts the counting anew.
 *
 * @param since when the present verdict began
 * @param crossingSince since when the ratio has been contradicting the verdict without a break
 */
public record AccessLoad(Congestion congestion, Instant since, Optional<Instant> crossingSince) {
    public static AccessLoad normalSince(Instant at) {
        return new AccessLoad(Congestion.NORMAL, at, Optional.empty());
    }

    /**
     * @param contiguous no interval is missing between the last observation and this one
     * @param at end of the interval
     */
    AccessLoad observe(
            double ratio, double threshold, boolean contiguous, Instant at, Duration interval, LoadLimits limits) {
        boolean contradicts = switch (congestion) {
            case NORMAL -> ratio > threshold;
            case CONGESTED -> ratio < threshold / 2;
        };
        if (!contradicts) {
            return crossingSince.isEmpty() ? this : new AccessLoad(congestion, since, Optional.empty());
        }
        Instant start = crossingSince.filter(known -> contiguous).orElse(at.minus(interval));
        Duration needed = congestion == Congestion.NORMAL ? limits.onset() : limits.clear();
        // Samples come at the ends of intervals that jitter: half an interval of tolerance makes "two samples of one
        // second" two seconds.
        Duration lasted = Duration.between(start, at).plus(interval.dividedBy(2));
        if (lasted.compareTo(needed) < 0) {
            return new AccessLoad(congestion, since, Optional.of(start));
        }
        Congestion next = congestion == Congestion.NORMAL ? Congestion.CONGESTED : Congestion.NORMAL;
        return new AccessLoad(next, at, Optional.empty());
    }
}
