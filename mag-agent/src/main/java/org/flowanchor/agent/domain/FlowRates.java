package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * What flows did between two readings of the kernel's counters. One thread: {@link #restart}, {@link #add} for each flow, {@link #next}.
 * Only what is reported becomes an object, and in parts: of 100,000 flows there would else be as many at once, every few seconds.
 *
 * <p>Reported are the flows of the highest rates, and the flows with an exception that carried something: the flow-manager takes a flow
 * that is never reported for idle and ends its exception. When there are more of these than one report should hold, each is reported in
 * every {@link #turns}th reading at most, and a slow one in the first reading that finds it active after as many.
 *
 * <p>Trap: the first reading only sets the base; the totals of flows that are hours old are not the traffic of the last interval.
 */
public final class FlowRates implements FlowCounters {
    private static final long NEVER = 0;

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

    /** Takes the parts of a report. */
    @FunctionalInterface
    public interface Report {
        /**
         * @param part highest rates first in the first one
         * @return false: nothing more is taken now; what was not reported of exceptions is due in the next reading
         */
        boolean offer(List<FlowRate> part);
    }

    private final int limit;
    private final int partSize;
    private final Predicate<FiveTuple> excepted;
    private final FlowTotals totals = new FlowTotals();
    private final List<@Nullable ClassName> classes = new ArrayList<>();
    private final Map<ClassName, Integer> classNumbers = new IdentityHashMap<>();
    private @Nullable ClassName lastClass;
    private int lastClassNumber;
    private long reading;
    private int flows;
    private int activeExceptionsBefore;
    private int turns = MOST_TURNS;
    private int resume = FlowTotals.BEFORE_FIRST;

    /**
     * @param limit most flows to report for their rates, and about as many for their exceptions
     * @param partSize most flows in a part of a report
     * @param excepted whether a flow has an exception
     */
    public FlowRates(int limit, int partSize, Predicate<FiveTuple> excepted) {
        this.limit = limit;
        this.partSize = partSize;
        this.excepted = excepted;
    }

    @Override
    public void restart() {
        totals.restart();
        flows = 0;
        classes.clear();
        classes.add(null);
        classNumbers.clear();
        lastClass = null;
        lastClassNumber = 0;
    }

    @Override
    public void add(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            long transport,
            long packets,
            long bytes,
            @Nullable ClassName className) {
        flows++;
        totals.put(
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow,
                transport,
                packets,
                bytes,
                className == null ? 0 : number(className));
    }

    private int number(ClassName className) {
        if (className != lastClass) {
            lastClass = className;
            lastClassNumber = classNumbers.computeIfAbsent(className, name -> {
                classes.add(name);
                return classes.size() - 1;
            });
        }
        return lastClassNumber;
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

    /** The interval that the reading ends; nothing of the first one. */
    public void next(Report report) {
        if (reading > 0) {
            report(report);
        }
        totals.turn();
        reading++;
    }

    private void report(Report report) {
        Parts parts = new Parts(report);
        for (Candidate high : highest()) {
            FiveTuple flow = high.rate().flow().flow();
            if (excepted.test(flow)) {
                totals.report(high.slot(), reading);
            }
            parts.add(high.slot(), high.rate());
        }
        // Where the last report ended: otherwise a peer that takes little would never hear of those behind.
        int begin = resume;
        Exceptions found = new Exceptions(parts);
        for (int slot = totals.after(begin); slot >= 0; slot = totals.after(slot)) {
            found.look(slot);
        }
        for (int slot = totals.first(); slot >= 0 && slot <= begin; slot = totals.after(slot)) {
            found.look(slot);
        }
        parts.end();
        activeExceptionsBefore = found.active;
    }

    /** What the report says of flows with an exception. */
    private final class Exceptions {
        private final Parts parts;
        private final int most = Math.max(limit, 2 * activeExceptionsBefore / turns);
        private final boolean few = activeExceptionsBefore <= limit;
        private int active;
        private int reported;

        Exceptions(Parts parts) {
            this.parts = parts;
        }

        void look(int slot) {
            if (totals.packets(slot) == 0) {
                return;
            }
            long last = totals.reported(slot);
            if (last == reading || last > 0 && !few && reading - last < turns) {
                // It had an exception then.
                active++;
                return;
            }
            FiveTuple flow = totals.flow(slot);
            if (!excepted.test(flow)) {
                return;
            }
            active++;
            if (reported < most && parts.taken) {
                reported++;
                // Less for some than for others: those found together come apart.
                totals.report(slot, reading - (flow.hashCode() & 1));
                parts.add(slot, rate(slot, flow));
            }
        }
    }

    private record Candidate(int slot, FlowRate rate) {}

    private List<Candidate> highest() {
        PriorityQueue<Candidate> highest =
                new PriorityQueue<>(Comparator.comparing(Candidate::rate, HIGHEST_FIRST.reversed()));
        for (int slot = totals.first(); slot >= 0; slot = totals.after(slot)) {
            if (totals.packets(slot) == 0) {
                continue;
            }
            Candidate lowest = highest.peek();
            if (lowest == null || highest.size() < limit || isHigher(slot, lowest.rate())) {
                highest.add(new Candidate(slot, rate(slot, totals.flow(slot))));
                if (highest.size() > limit) {
                    highest.remove();
                }
            }
        }
        List<Candidate> sorted = new ArrayList<>(highest);
        sorted.sort(Comparator.comparing(Candidate::rate, HIGHEST_FIRST));
        return sorted;
    }

    private boolean isHigher(int slot, FlowRate lowest) {
        long bytes = totals.bytes(slot);
        return bytes > lowest.bytes()
                || bytes == lowest.bytes()
                        && totals.precedes(slot, lowest.flow().flow());
    }

    private FlowRate rate(int slot, FiveTuple flow) {
        return new FlowRate(
                new TrackedFlow(
                        flow, totals.totalPackets(slot), totals.totalBytes(slot), classes.get(totals.className(slot))),
                totals.packets(slot),
                totals.bytes(slot));
    }

    /** Parts of one report; a flow of a part that was not taken counts as never reported. */
    private final class Parts {
        private final Report report;
        private final int[] slots = new int[partSize];
        private List<FlowRate> part = new ArrayList<>();
        private boolean taken = true;
        private boolean any;

        Parts(Report report) {
            this.report = report;
        }

        void add(int slot, FlowRate rate) {
            if (!taken) {
                return;
            }
            slots[part.size()] = slot;
            part.add(rate);
            if (part.size() == partSize) {
                offer();
            }
        }

        void end() {
            if (taken && (!any || !part.isEmpty())) {
                offer();
            }
        }

        private void offer() {
            any = true;
            taken = report.offer(part);
            if (taken && !part.isEmpty()) {
                resume = slots[part.size() - 1];
            }
            for (int at = 0; at < part.size() && !taken; at++) {
                totals.report(slots[at], NEVER);
            }
            part = new ArrayList<>();
        }
    }
}
