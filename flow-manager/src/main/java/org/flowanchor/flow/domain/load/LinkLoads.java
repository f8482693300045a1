package org.flowanchor.flow.domain.load;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Loads of all links of one anchor. Owned by one thread. */
public final class LinkLoads {
    private final LoadLimits limits;
    private final NavigableMap<LinkKey, LinkLoad> links = new TreeMap<>();
    private final Map<ProxyCareOfAddress, TreeSet<LinkKey>> byGateway = new HashMap<>();

    public LinkLoads(LoadLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes a sample in; one that is not newer than the last of its link changes nothing, unless that is stale.
     *
     * @param at when the sample was taken by this side's clock
     * @param thresholds loss ratios in use
     * @return whether a verdict changed
     */
    public boolean observe(LinkSample sample, Instant at, Collection<Double> thresholds) {
        LinkLoad last = links.get(sample.key());
        // A reporter whose clock was set back is heard again once its last word is stale.
        if (last != null
                && !isStale(last, at)
                && !sample.sampledAt().isAfter(last.sample().sampledAt())) {
            return false;
        }
        LinkLoad next = last == null
                ? LinkLoad.first(sample, at, thresholds, limits)
                : last.next(sample, at, thresholds, limits);
        links.put(sample.key(), next);
        byGateway
                .computeIfAbsent(sample.key().proxyCareOfAddress(), gateway -> new TreeSet<>())
                .add(sample.key());
        return last == null || last.strictest().congestion() != next.strictest().congestion();
    }

    /** Empty when no link of the gateway was sampled recently: nothing is known of it. */
    public Optional<AccessCondition> condition(ProxyCareOfAddress gateway, double threshold, Instant now) {
        AccessCondition worst = null;
        for (LinkKey key : byGateway.getOrDefault(gateway, new TreeSet<>())) {
            LinkLoad link = links.get(key);
            if (link != null && !isStale(link, now)) {
                AccessCondition condition = condition(link, threshold);
                worst = worst == null ? condition : worse(worst, condition);
            }
        }
        return Optional.ofNullable(worst);
    }

    /** Forgets links that have not been sampled for long. */
    public void expire(Instant now) {
        links.entrySet().removeIf(entry -> {
            boolean gone = entry.getValue()
                    .observedAt()
                    .isBefore(now.minus(limits.staleAfter().multipliedBy(12)));
            if (gone) {
                TreeSet<LinkKey> keys = byGateway.get(entry.getKey().proxyCareOfAddress());
                if (keys != null && keys.remove(entry.getKey()) && keys.isEmpty()) {
                    byGateway.remove(entry.getKey().proxyCareOfAddress());
                }
            }
            return gone;
        });
    }

    public boolean isStale(LinkLoad link, Instant now) {
        return link.observedAt().isBefore(now.minus(limits.staleAfter()));
    }

    public NavigableMap<LinkKey, LinkLoad> links() {
        return links;
    }

    private static AccessCondition condition(LinkLoad link, double threshold) {
        AccessLoad load = link.at(threshold);
        long rate = link.sample().bitsPerSecond();
        OptionalLong free = free(link.sample().capacityBitsPerSecond(), rate);
        OptionalLong learned = free.isPresent() ? free : free(link.capacityUnderLoss(), rate);
        return new AccessCondition(
                load.congestion(), load.since(), link.sample().packetLossRatio(), rate, free, learned);
    }

    private static AccessCondition worse(AccessCondition one, AccessCondition other) {
        boolean same = one.congestion() == other.congestion();
        AccessCondition judge = same
                ? (one.since().isAfter(other.since()) ? one : other)
                : one.congestion() == Congestion.CONGESTED ? one : other;
        return new AccessCondition(
                judge.congestion(),
                judge.since(),
                Math.max(one.packetLossRatio(), other.packetLossRatio()),
                Math.max(one.bitsPerSecond(), other.bitsPerSecond()),
                least(one.freeBitsPerSecond(), other.freeBitsPerSecond()),
                least(one.freeAsLearned(), other.freeAsLearned()));
    }

    private static OptionalLong free(OptionalLong capacity, long rate) {
        return capacity.isEmpty() ? capacity : OptionalLong.of(Math.max(0, capacity.getAsLong() - rate));
    }

    private static OptionalLong least(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return OptionalLong.of(Math.min(one.getAsLong(), other.getAsLong()));
    }
}
