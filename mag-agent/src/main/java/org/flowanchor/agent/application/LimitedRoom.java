package org.flowanchor.agent.application;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.flowanchor.agent.application.AnchorKernel.SizedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what was left out of the kernel for want of room. Owned by the loop; details are for others, too. */
final class LimitedRoom {
    private static final Logger log = LoggerFactory.getLogger(LimitedRoom.class);

    /** Policy groups that health names. */
    private static final int MOST_NAMED = 16;

    private final AgentMetrics metrics;
    private volatile Map<SizedMap, Integer> leftOut = Map.of();
    private volatile Map<String, String> groups = Map.of();

    LimitedRoom(AgentMetrics metrics) {
        this.metrics = metrics;
    }

    /** After each state, and each move. */
    void look(AnchorKernel kernel, int flowExceptions) {
        look(kernel.policyGroupsWithoutRoom());
        Map<SizedMap, Integer> before = leftOut;
        Map<SizedMap, Integer> now = new EnumMap<>(SizedMap.class);
        for (SizedMap map : SizedMap.values()) {
            int count = map == SizedMap.FLOW_EXCEPTIONS ? flowExceptions : kernel.withoutRoom(map);
            if (count > 0) {
                now.put(map, count);
            }
        }
        if (now.equals(before)) {
            return;
        }
        for (SizedMap map : SizedMap.values()) {
            metrics.withoutRoom(map, now.getOrDefault(map, 0));
            if (now.containsKey(map) && !before.containsKey(map)) {
                log.warn("no room in the kernel for {} of {}: their packets follow their binding", now.get(map), map);
            } else if (before.containsKey(map) && !now.containsKey(map)) {
                log.info("the kernel has room for all of {} again", map);
            }
        }
        leftOut = Map.copyOf(now);
    }

    private void look(Map<String, String> now) {
        if (now.equals(groups)) {
            return;
        }
        now.forEach((group, reason) -> {
            if (!groups.containsKey(group)) {
                log.warn("the kernel has no room for policy group {}: {}", group, reason);
            }
        });
        groups = now;
    }

    /** For health and status. */
    void addTo(Map<String, Object> details) {
        Map<SizedMap, Integer> now = leftOut;
        if (!now.isEmpty()) {
            Map<String, Integer> counts = new TreeMap<>();
            now.forEach((map, count) -> counts.put(map.name(), count));
            details.put("withoutRoom", counts);
        }
        Map<String, String> named = new TreeMap<>();
        groups.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(MOST_NAMED)
                .forEach(group -> named.put(group.getKey(), group.getValue()));
        if (!named.isEmpty()) {
            details.put("policyGroupsWithoutRoom", named);
        }
    }
}
