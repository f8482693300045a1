package org.flowanchor.flow.domain.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of one link.
 *
 * @param observedAt when the last sample was taken by this side's clock
 * @param loads verdict by loss threshold; policies may use several
 * @param capacityUnderLoss what the link carried when it last lost more than its lowest threshold: what it can carry, as far as is known
 */
public record LinkLoad(
        LinkSample sample, Instant observedAt, SortedMap<Double, AccessLoad> loads, OptionalLong capacityUnderLoss) {
    static LinkLoad first(LinkSample sample, Instant at, Collection<Double> thresholds, LoadLimits limits) {
        Instant begin = at.minus(sample.interval());
        return new LinkLoad(sample, begin, new TreeMap<>(), OptionalLong.empty()).next(sample, at, thresholds, limits);
    }

    LinkLoad next(LinkSample next, Instant at, Collection<Double> thresholds, LoadLimits limits) {
        Duration missing = Duration.between(observedAt, at).minus(next.interval());
        boolean contiguous = missing.compareTo(next.interval().multipliedBy(2)) <= 0;
        double ratio = next.packetLossRatio();
        SortedMap<Double, AccessLoad> judged = new TreeMap<>();
        OptionalLong learned = capacityUnderLoss;
        for (double threshold : thresholds) {
            AccessLoad load = loads.getOrDefault(threshold, AccessLoad.normalSince(at.minus(next.interval())));
            judged.put(threshold, load.observe(ratio, threshold, contiguous, at, next.interval(), limits));
            if (ratio > threshold) {
                learned = OptionalLong.of(next.bitsPerSecond());
            }
        }
        return new LinkLoad(next, at, judged, learned);
    }

    /** Verdict at the most sensitive threshold in use. */
    public AccessLoad strictest() {
        return loads.values().stream().findFirst().orElseGet(() -> AccessLoad.normalSince(observedAt));
    }

    AccessLoad at(double threshold) {
        return loads.getOrDefault(threshold, AccessLoad.normalSince(observedAt));
    }
}
