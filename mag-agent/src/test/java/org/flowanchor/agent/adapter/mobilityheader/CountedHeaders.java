package org.flowanchor.agent.adapter.mobilityheader;

import java.util.EnumMap;
import java.util.Map;
import org.flowanchor.agent.application.WireMetrics;

/** Counts. */
final class CountedHeaders implements WireMetrics {
    int received;
    int sent;
    private final Map<Drop, Integer> dropped = new EnumMap<>(Drop.class);

    synchronized int drops(Drop... reasons) {
        int count = 0;
        for (Drop reason : reasons) {
            count += dropped.getOrDefault(reason, 0);
        }
        return count;
    }

    @Override
    public synchronized void received() {
        received++;
    }

    @Override
    public synchronized void sent() {
        sent++;
    }

    @Override
    public synchronized void dropped(Drop drop) {
        dropped.merge(drop, 1, Integer::sum);
    }
}
