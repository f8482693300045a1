package org.flowanchor.agent.adapter.kernel;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How many networks of each width there are. */
record Widths(Map<Integer, Integer> counts) {
    static Widths of(Collection<Network> networks) {
        Map<Integer, Integer> counts = new TreeMap<>();
        networks.forEach(network -> counts.merge(network.width(), 1, Integer::sum));
        return new Widths(counts);
    }

    Widths with(int width, int change) {
        if (change == 0) {
            return this;
        }
        Map<Integer, Integer> changed = new TreeMap<>(counts);
        changed.merge(width, change, Integer::sum);
        return new Widths(changed);
    }

    /** Those for which packets look besides that of a /64, for which all do. */
    Set<Integer> present() {
        Set<Integer> present = new HashSet<>();
        counts.forEach((width, count) -> {
            if (width > 0 && count > 0) {
                present.add(width);
            }
        });
        return present;
    }
}
