package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * What flows did between two readings of the kernel's counters. One thread: {@link #restart}, {@link #add} for each flow, {@link #next}.
 *
 * <p>Reported are the flows of the highest rates, and the flows with an exception that carried something: the flow-manager takes a flow
 * that is never reported for idle and ends its exception. When there are more of these than one report should hold, each is reported in
 * every {@link #turns}th reading at most, and a slow one in the first reading that finds it active after as many.
 *
 * <p>Trap: the first reading only sets the base; the totals of flows that are hours old are not the traffic of the last interval.
 */
public final class FlowRates implements FlowCounters {
    /** Most readings from one report of a flow with an exception to the next, where there are many such flows. */
    public static final int MOST_TURNS = 5;

    /**
     * A flow that carried something in the interval.
     *
     * @param packets downlink, in the interval
     * @param bytes downlink, in the interval
     */
    public record FlowRate(TrackedFlow flow, long packets, long bytes) {}

    /**
     * Ties by the flow itself, so that the same reading gives the same list. They are common, and were once compared as texts: three
     * seconds for 100,000 flows of one packet each.
     */
    private static final Comparator<FlowRate> HIGHEST_FIRST = Comparator.comparingLong(FlowRate::bytes)
            .reversed()
            .thenComparing(rate -> rate.flow().flow(), FlowRates::compare);

    private static int compare(FiveTuple one, FiveTuple other) {
        int order = one.destinationAddress().compareTo(other.destinationAddress());
        order = order != 0 ? order : one.sourceAddress().compareTo(other.sourceAddress());
        order = order != 0 ? order : Integer.compare(one.sourcePort(), other.sourcePort());
        order = order != 0 ? order : Integer.compare(one.destinationPort(), other.destinationPort());
        return order != 0 ? order : Integer.compare(one.protocol(), other.protocol());
    }

    private final int limit;
    private final Predicate<FiveTuple> excepted;
    private final FlowTotals totals = new FlowTotals();
    private final PriorityQueue<FlowRate> highest = new PriorityQueue<>(HIGHEST_FIRST.reversed());
    private final List<FlowRate> exceptions = new ArrayList<>();
    private long reading;
    private int flows;
    private int activeExceptions;
    private int activeExceptionsBefore;
    private int turns = MOST_TURNS;

    /**
     * @param limit most flows to report for their rates, and about as many for their exceptions
     * @param excepted whether a flow has an exception
     */
    public FlowRates(int limit, Predicate<FiveTuple> excepted) {
        this.limit = limit;
        this.excepted = excepted;
    }

    @Override
    public void restart() {
        totals.restart();
        highest.clear();
        exceptions.clear();
        flows = 0;
        activeExceptions = 0;
    }

    @Override
    public void add(FiveTuple flow, long totalPackets, long totalBytes, @Nullable ClassName className) {
        flows++;
        int slot = totals.put(flow, totalPackets, totalBytes);
        long packets = totals.packets(slot);
        if (packets == 0 || reading == 0) {
            return;
        }
        long bytes = totals.bytes(slot);
        boolean high = isHigh(flow, bytes);
        boolean due = excepted.test(flow) && isDue(slot);
        if (!high && !due) {
            return;
        }
        FlowRate rate = new FlowRate(new TrackedFlow(flow, totalPackets, totalBytes, className), packets, bytes);
        if (high) {
            highest.add(rate);
            if (highest.size() > limit) {
                highest.remove();
            }
        }
        if (due) {
            // Less for some than for others: those found together come apart.
            totals.report(slot, reading - (flow.hashCode() & 1));
            exceptions.add(rate);
        }
    }

    private boolean isDue(int slot) {
        activeExceptions++;
        boolean few = activeExceptionsBefore <= limit;
        return exceptions.size() < Math.max(limit, 2 * activeExceptionsBefore / turns)
                && (few || reading - totals.reported(slot) >= turns);
    }

    private boolean isHigh(FiveTuple flow, long bytes) {
        FlowRate lowest = highest.peek();
        return lowest == null
                || highest.size() < limit
                || bytes > lowest.bytes()
                || bytes == lowest.bytes() && compare(flow, lowest.flow().flow()) < 0;
    }

    /**
     * From one report of a flow with an exception to the next, in readings; fewer where readings are rare, so that no flow is taken for
     * idle.
     *
     * @param readings 1 to {@link #MOST_TURNS}
     */
    public void turns(int readings) {
        turns = readings;
    }

    /** Flows of the present reading. */
    public int size() {
        return flows;
    }

    /** The interval that the reading ends, highest rates first; empty for the first one. */
    public Optional<List<FlowRate>> next() {
        totals.turn();
        activeExceptionsBefore = activeExceptions;
        reading++;
        if (reading == 1) {
            return Optional.empty();
        }
        Set<FlowRate> rates = new LinkedHashSet<>(highest);
        rates.addAll(exceptions);
        List<FlowRate> sorted = new ArrayList<>(rates);
        sorted.sort(HIGHEST_FIRST);
        return Optional.of(sorted);
    }
}
