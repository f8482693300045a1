package org.flowanchor.testbed.benchmark.dataplane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.flowanchor.testbed.benchmark.Benchmark;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.Figure;
import org.flowanchor.testbed.benchmark.Goal;
import org.flowanchor.testbed.benchmark.Rounds;
import org.flowanchor.testbed.benchmark.Samples;

/** The anchor's kernel as the agent programs it, and the agent itself, at sizes up to a million flows; all of it, or one part. */
public final class DataplaneBenchmark implements Benchmark {
    private static final String RATE = "packets/s";
    private static final double SHARE = 0.8;

    /** What can be measured alone, as benchmark {@code dataplane-PART}. */
    public enum Part {
        MOVES,
        METERING,
        STARTS,
        FORWARDING
    }

    private final Set<Part> parts;

    private DataplaneBenchmark(Set<Part> parts) {
        this.parts = parts;
    }

    public static DataplaneBenchmark whole() {
        return new DataplaneBenchmark(EnumSet.allOf(Part.class));
    }

    public static DataplaneBenchmark only(Part part) {
        return new DataplaneBenchmark(EnumSet.of(part));
    }

    @Override
    public String name() {
        return isWhole()
                ? "dataplane"
                : "dataplane-" + parts.iterator().next().name().toLowerCase(Locale.ROOT);
    }

    private boolean isWhole() {
        return parts.size() == Part.values().length;
    }

    @Override
    public String description() {
        return isWhole()
                ? "forwarding at 0 to 1,000,000 flows beside ip6tables and NFQUEUE, moves of flows, one agent with"
                        + " 100,000 flows"
                : "this part of dataplane alone";
    }

    @Override
    public Needs needs() {
        return Needs.HOST;
    }

    @Override
    public List<Figure> measure(BenchmarkContext context) throws InterruptedException {
        Anchors anchors = new Anchors(context.workshop());
        List<Figure> figures = new ArrayList<>();
        try (Sender sender = new Sender(anchors)) {
            if (!EnumSet.of(Part.FORWARDING).equals(parts)) {
                context.console().step("Agent: moves, metering, starts");
                figures.addAll(new AgentFigures(context, anchors, sender, parts).measure());
                figures.forEach(figure -> context.console()
                        .detail("%s: median %.3f %s, %.3f to %.3f"
                                .formatted(figure.name(), figure.median(), figure.unit(), figure.min(), figure.max())));
            }
            return parts.contains(Part.FORWARDING) ? forwarding(context, anchors, sender, figures) : figures;
        }
    }

    private static List<Figure> forwarding(BenchmarkContext context, Anchors anchors, Sender sender, List<Figure> agent)
            throws InterruptedException {
        context.console().step("Forwarding: one anchor per contender, measured in turn");
        Forwarding forwarding = new Forwarding(context, anchors, sender);
        Map<String, Samples> rates = forwarding.measure(Rounds.LEAST);
        List<Figure> figures = new ArrayList<>(forwarding(rates));
        if (forwarding.hasRivals()) {
            context.console().step("Moves by fork and execution of ip6tables");
            List<Figure> forked = new ArrayList<>();
            for (int flows : Forwarding.RIVAL_FLOWS) {
                forked.add(Figure.of(
                        "move by ip6tables, one process each, %,d flows".formatted(flows),
                        "us",
                        forwarding.forkedMoves(flows, flows == AgentFigures.FLOWS ? Rounds.LEAST : 50)));
            }
            figures.addAll(beside(agent, forked.getLast()));
            figures.addAll(forked);
        } else {
            figures.addAll(agent);
        }
        rates.forEach((name, rate) -> context.console()
                .detail("%s: median %,.0f packets/s, %,.0f to %,.0f"
                        .formatted(name, rate.median(), rate.min(), rate.max())));
        new DataplanePlot(rates, figures).write(context.reportDirectory().resolve("dataplane.png"));
        return figures;
    }

    /** The agent's moves among as many flows beside the rival's. */
    private static List<Figure> beside(List<Figure> agent, Figure forked) {
        List<Figure> figures = new ArrayList<>();
        for (Figure figure : agent) {
            boolean move = figure.name().endsWith("%,d flows".formatted(AgentFigures.FLOWS))
                    && figure.name().startsWith("move");
            figures.add(move ? figure.beside(forked.name(), Samples.of(forked.median())) : figure);
        }
        return figures;
    }

    private static List<Figure> forwarding(Map<String, Samples> rates) {
        List<Figure> figures = new ArrayList<>();
        figures.addAll(pair(rates, Forwarding.CONTROL, Forwarding.NONE, null));
        for (int count : Forwarding.FLOWS) {
            figures.addAll(pair(
                    rates,
                    Forwarding.flows(count),
                    count == Forwarding.FLOWS.getFirst() ? Forwarding.NONE_OF_FEW : Forwarding.NONE,
                    count == 1_000_000 ? Goal.ratioAtLeast(SHARE) : null));
        }
        figures.addAll(pair(rates, Forwarding.classes(100_000, 10), Forwarding.NONE, null));
        figures.addAll(pair(rates, Forwarding.classes(1_000, 10), Forwarding.NONE, null));
        figures.addAll(pair(rates, Forwarding.classes(1_000, 1_000), Forwarding.classes(1_000, 10), null));
        figures.addAll(pair(rates, Forwarding.TREE, Forwarding.SIXTEEN, Goal.ratioAtLeast(SHARE)));
        figures.addAll(pair(rates, Forwarding.NONE, Forwarding.PLAIN, Goal.ratioAtLeast(SHARE)));
        figures.addAll(pair(rates, Forwarding.TRACKED, Forwarding.PLAIN, null));
        figures.addAll(pair(rates, Forwarding.NONE, Forwarding.TRACKED, null));
        for (int count : Forwarding.FLOWS) {
            if (rates.containsKey(Forwarding.ip6tables(count))) {
                figures.addAll(pair(rates, Forwarding.flows(count), Forwarding.ip6tables(count), null));
            }
        }
        if (rates.containsKey(Forwarding.QUEUE)) {
            figures.addAll(pair(rates, Forwarding.flows(Forwarding.QUEUED_FLOWS), Forwarding.QUEUE, null));
        }
        return figures;
    }

    /** The ratio of the medians, and how far the ratios of single rounds are from it. */
    private static List<Figure> pair(
            Map<String, Samples> rates, String name, String rival, @org.jspecify.annotations.Nullable Goal goal) {
        Samples own = Objects.requireNonNull(rates.get(name), name);
        Samples other = Objects.requireNonNull(rates.get(rival), rival);
        Figure figure = Figure.of(name, RATE, own).beside(rival, other);
        return List.of(
                goal == null ? figure : figure.with(goal),
                Figure.of("    ratio to " + rival + ", round by round", "", own.over(other)));
    }

    @Override
    public Duration bound() {
        return Duration.ofMinutes(15);
    }
}
