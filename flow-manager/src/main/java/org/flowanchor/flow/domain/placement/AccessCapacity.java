package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.load.AccessCondition;
import org.flowanchor.flow.domain.load.LinkLoads;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** How accesses are in one pass of placement: what samples say, less what recent moves and those of this pass bring there. */
final class AccessCapacity {
    private final LinkLoads loads;
    private final Instant now;
    private final Map<ProxyCareOfAddress, Map<Double, Optional<AccessCondition>>> conditions = new HashMap<>();
    /** Bits per second that moves bring to an access and that its samples do not show yet. */
    private final Map<ProxyCareOfAddress, Long> reserved = new HashMap<>();

    AccessCapacity(LinkLoads loads, Instant now) {
        this.loads = loads;
        this.now = now;
    }

    void arrive(ProxyCareOfAddress gateway, long bitsPerSecond) {
        reserved.merge(gateway, bitsPerSecond, Long::sum);
    }

    boolean hasArrivals(Access access) {
        return reserved.containsKey(access.proxyCareOfAddress());
    }

    /** @param threshold packet loss ratio above which it is congested */
    Optional<AccessCondition> condition(Access access, double threshold) {
        return conditions
                .computeIfAbsent(access.proxyCareOfAddress(), gateway -> new HashMap<>())
                .computeIfAbsent(threshold, at -> loads.condition(access.proxyCareOfAddress(), at, now));
    }

    /** Bits per second of the flow now. */
    long rate(FlowSite site) {
        return site.flow().traffic().bitsPerSecond(now);
    }

    /** @param sampled bits per second that its samples say are free */
    OptionalLong free(Access access, OptionalLong sampled) {
        return sampled.isEmpty()
                ? sampled
                : OptionalLong.of(
                        Math.max(0, sampled.getAsLong() - reserved.getOrDefault(access.proxyCareOfAddress(), 0L)));
    }
}
