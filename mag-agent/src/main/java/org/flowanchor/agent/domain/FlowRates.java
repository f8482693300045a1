package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * What flows did between two dumps of the kernel's counters. One thread.
 *
 * <p>Trap: the first dump only sets the base; the totals of flows that are hours old are not the traffic of the last interval.
 */
public final class FlowRates {
    /**
     * A flow that carried something in the interval.
     *
     * @param packets downlink, in the interval
     * @param bytes downlink, in the interval
     */
    public record FlowRate(TrackedFlow flow, long packets, long bytes) {}

    private record Total(long packets, long bytes) {}

    /** Ties by the flow itself, so that the same dump gives the same list. */
    private static final Comparator<FlowRate> HIGHEST_FIRST = Comparator.comparingLong(FlowRate::bytes)
            .reversed()
            .thenComparing(rate -> rate.flow().flow().toString());

    private final int limit;
    private @Nullable Map<FiveTuple, Total> last;

    /** @param limit most flows to report, highest rates first */
    public FlowRates(int limit) {
        this.limit = limit;
    }

    /** The interval that {@code dump} ends; empty for the first one. */
    public Optional<List<FlowRate>> next(Collection<TrackedFlow> dump) {
        Map<FiveTuple, Total> totals = HashMap.newHashMap(dump.size());
        PriorityQueue<FlowRate> highest = new PriorityQueue<>(HIGHEST_FIRST.reversed());
        for (TrackedFlow flow : dump) {
            totals.put(flow.flow(), new Total(flow.downlinkPackets(), flow.downlinkBytes()));
            Total before = last == null ? null : last.get(flow.flow());
            // A total that shrank belongs to a new entry for the same five-tuple.
            boolean continued = before != null && before.packets() <= flow.downlinkPackets();
            long packets = flow.downlinkPackets() - (continued && before != null ? before.packets() : 0);
            long bytes = flow.downlinkBytes() - (continued && before != null ? before.bytes() : 0);
            if (packets > 0) {
                highest.add(new FlowRate(flow, packets, bytes));
                if (highest.size() > limit) {
                    highest.remove();
                }
            }
        }
        boolean first = last == null;
        last = totals;
        if (first) {
            return Optional.empty();
        }
        List<FlowRate> rates = new ArrayList<>(highest);
        rates.sort(HIGHEST_FIRST);
        return Optional.of(rates);
    }
}
