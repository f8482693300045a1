package org.flowanchor.flow.domain.load;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Loads of all links of one anchor. Owned by one thread.
 *
 * <p>Trap: two agents report on an access. When one of them falls silent the other's word remains, and that says nothing of the links of
 * the first: the access is not known to be fit from before the silence began.
 */
public final class LinkLoads {
    private final LoadLimits limits;
    private final NavigableMap<LinkKey, LinkLoad> links = new TreeMap<>();
    private final Map<ProxyCareOfAddress, Gateway> byGateway = new HashMap<>();

    private static final class Gateway {
        private final TreeSet<LinkKey> links = new TreeSet<>();
        /** When the last link of one of its reporters was forgotten. */
        private Instant forgottenAt = Instant.MIN;
    }

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
                .computeIfAbsent(sample.key().proxyCareOfAddress(), gateway -> new Gateway())
                .links
                .add(sample.key());
        return last == null || last.strictest().congestion() != next.strictest().congestion();
    }

    /** Empty when nothing is known of the gateway: no link was sampled recently, or one that fell silent was congested then. */
    public Optional<AccessCondition> condition(ProxyCareOfAddress address, double threshold, Instant now) {
        Gateway gateway = byGateway.get(address);
        if (gateway == null) {
            return Optional.empty();
        }
        AccessCondition worst = null;
        Set<LinkKey.Kind> heard = EnumSet.noneOf(LinkKey.Kind.class);
        List<LinkKey> stale = new ArrayList<>();
        for (LinkKey key : gateway.links) {
            LinkLoad link = links.get(key);
            if (link == null || isStale(link, now)) {
                stale.add(key);
                continue;
            }
            heard.add(key.kind());
            AccessCondition condition = condition(link, threshold);
            worst = worst == null ? condition : worse(worst, condition);
        }
        // A link that is missing while its reporter tells of others is gone.
        stale.removeIf(key -> heard.contains(key.kind()));
        return Optional.ofNullable(worst)
                .flatMap(condition -> withSilentLinks(condition, stale, gateway.forgottenAt, threshold));
    }

    private Optional<AccessCondition> withSilentLinks(
            AccessCondition heard, List<LinkKey> silent, Instant forgottenAt, double threshold) {
        if (heard.congestion() == Congestion.CONGESTED) {
            return Optional.of(heard);
        }
        Instant since = later(heard.since(), forgottenAt);
        for (LinkKey key : silent) {
            LinkLoad link = links.get(key);
            if (link != null && link.at(threshold).congestion() == Congestion.CONGESTED) {
                return Optional.empty();
            }
            since = link == null ? since : later(since, link.observedAt().plus(limits.staleAfter()));
        }
        return Optional.of(heard.since(since));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Forgets links that have not been sampled for long. */
    public void expire(Instant now) {
        Instant oldest = now.minus(limits.staleAfter().multipliedBy(12));
        links.entrySet().removeIf(entry -> {
            boolean gone = entry.getValue().observedAt().isBefore(oldest);
            if (gone) {
                forget(entry.getKey(), now);
            }
            return gone;
        });
    }

    private void forget(LinkKey key, Instant now) {
        Gateway gateway = byGateway.get(key.proxyCareOfAddress());
        if (gateway == null || !gateway.links.remove(key)) {
            return;
        }
        if (gateway.links.isEmpty()) {
            byGateway.remove(key.proxyCareOfAddress());
        } else if (gateway.links.stream().noneMatch(other -> other.kind() == key.kind())) {
            gateway.forgottenAt = now;
        }
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
