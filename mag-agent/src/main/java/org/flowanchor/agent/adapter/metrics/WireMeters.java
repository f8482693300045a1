package org.flowanchor.agent.adapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.flowanchor.agent.application.WireMetrics;

/** Counts of signalling on the wire; every meter exists at 0 from the start. */
public final class WireMeters implements WireMetrics {
    private final Counter received;
    private final Counter sent;
    private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);

    public WireMeters(MeterRegistry registry) {
        received = registry.counter("flowanchor.agent.wire.headers", "direction", "in");
        sent = registry.counter("flowanchor.agent.wire.headers", "direction", "out");
        for (Drop drop : Drop.values()) {
            dropped.put(
                    drop,
                    registry.counter(
                            "flowanchor.agent.wire.dropped",
                            "reason",
                            drop.name().toLowerCase(Locale.ROOT)));
        }
    }

    @Override
    public void received() {
        received.increment();
    }

    @Override
    public void sent() {
        sent.increment();
    }

    @Override
    public void dropped(Drop drop) {
        Counter counter = dropped.get(drop);
        if (counter != null) {
            counter.increment();
        }
    }
}
