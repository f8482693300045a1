package org.flowanchor.agent.domain;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What links did between two readings of their counters. One thread. */
public final class LinkRates {
    /**
     * @param packets in the interval
     * @param bytes in the interval
     * @param drops in the interval
     * @param backlogBytes standing queue at its end
     */
    public record LinkRate(String link, boolean up, long packets, long bytes, long drops, long backlogBytes) {}

    private final Map<String, LinkCounters> last = new HashMap<>();

    /** The interval that {@code reading} ends; empty for a link's first one. */
    public Optional<LinkRate> next(LinkCounters reading) {
        LinkCounters before = last.put(reading.link(), reading);
        if (before == null) {
            return Optional.empty();
        }
        return Optional.of(new LinkRate(
                reading.link(),
                reading.up(),
                delta(before.packets(), reading.packets()),
                delta(before.bytes(), reading.bytes()),
                delta(before.drops(), reading.drops()),
                reading.backlogBytes()));
    }

    /** A counter that shrank started again: the device or its queue was replaced. */
    private static long delta(long before, long now) {
        return now >= before ? now - before : now;
    }
}
