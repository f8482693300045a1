package org.flowanchor.testbed.benchmark.dataplane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flowanchor.testbed.benchmark.Benchmark;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.Figure;
import org.flowanchor.testbed.benchmark.Goal;
import org.flowanchor.testbed.benchmark.Rounds;
import org.flowanchor.testbed.benchmark.Samples;

/** The anchor's kernel as the agent programs it, and the agent itself, at sizes up to a million flows. */
public final class DataplaneBenchmark implements Benchmark {
    private static final String RATE = "packets/s";
    private static final double SHARE = 0.8;
    private static final int FLOWS = 100_000;
    private static final int FEW_FLOWS = 1_000;
    private static final int STARTS = 9;
    private static final Duration METERING_PERIOD = Duration.ofSeconds(20);
    private static final Duration SETTLING = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "dataplane";
    }

    @Override
    public String description() {
        return "forwarding at 0 to 1,000,000 flows beside ip6tables and NFQUEUE, moves of flows, one agent with"
                + " 100,000 flows";
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
            context.console().step("Agent: moves, metering, starts");
            List<Figure> agent = agent(context, anchors, sender);
            agent.forEach(figure -> context.console()
                    .detail("%s: median %.3f %s, %.3f to %.3f"
                            .formatted(figure.name(), figure.median(), figure.unit(), figure.min(), figure.max())));
            context.console().step("Forwarding: one anchor per contender, measured in turn");
            Forwarding forwarding = new Forwarding(context, anchors, sender);
            Map<String, Samples> rates = forwarding.measure(Rounds.LEAST);
            figures.addAll(forwarding(rates));
            context.console().step("Moves by fork and execution of ip6tables");
            List<Figure> forked = new ArrayList<>();
            for (int flows : Forwarding.RIVAL_FLOWS) {
                forked.add(Figure.of(
                        "move by ip6tables, one process each, %,d flows".formatted(flows),
                        "us",
                        forwarding.forkedMoves(flows, flows == FLOWS ? Rounds.LEAST : 50)));
            }
            figures.addAll(beside(agent, forked.getLast()));
            figures.addAll(forked);
            rates.forEach((name, rate) -> context.console()
                    .detail("%s: median %,.0f packets/s, %,.0f to %,.0f"
                            .formatted(name, rate.median(), rate.min(), rate.max())));
            new DataplanePlot(rates, figures).write(context.reportDirectory().resolve("dataplane.png"));
        }
        return figures;
    }

    private static List<Figure> agent(BenchmarkContext context, Anchors anchors, Sender sender)
            throws InterruptedException {
        List<Figure> figures = new ArrayList<>();
        try (AgentTrial trial = new AgentTrial(context, anchors)) {
            Thread.sleep(SETTLING);
            figures.add(Figure.of("agent's memory, idle", "MiB", Samples.of(trial.residentMebibytes()))
                    .with(Goal.atMost(110)));
            trial.grow(FEW_FLOWS);
            trial.moves(FEW_FLOWS, 3_000);
            figures.addAll(moves(context, trial, FEW_FLOWS, 1_000, 5_000));
            trial.grow(FLOWS);
            figures.addAll(moves(context, trial, FLOWS, 10, 100));
            figures.addAll(moves(context, trial, FLOWS, 1_000, 5_000));
            figures.addAll(moves(context, trial, FLOWS, 10_000, 50_000));

            // As many connections as exceptions, each known to the kernel until the end.
            anchors.inside(trial.anchor(), "sh", "-c", "echo 900 > /proc/sys/net/netfilter/nf_conntrack_udp_timeout");
            sender.frames(trial.anchor(), Population.TERMINALS, FLOWS / Population.TERMINALS, FLOWS);
            long sent = sender.once(trial.anchor());
            context.console().detail("%,d connections, metering for %d s".formatted(sent, METERING_PERIOD.toSeconds()));
            Thread.sleep(SETTLING);
            double[] cpu = new double[3];
            double[] resident = new double[3];
            for (int part = 0; part < cpu.length; part++) {
                sender.once(trial.anchor());
                double[] usage = trial.usage(METERING_PERIOD.dividedBy(cpu.length));
                cpu[part] = usage[0];
                resident[part] = usage[1];
            }
            long tracked =
                    Long.parseLong(anchors.inside(trial.anchor(), "cat", "/proc/sys/net/netfilter/nf_conntrack_count")
                            .strip());
            if (tracked < FLOWS) {
                throw new IllegalStateException("only " + tracked + " connections");
            }
            figures.add(Figure.of("agent's processor, metering 100,000 flows", "% of a core", Samples.of(cpu))
                    .with(Goal.atMost(10)));
            figures.add(Figure.of("agent's memory, 100,000 flows", "MiB", Samples.of(resident))
                    .with(Goal.atMost(192)));

            double[] first = new double[STARTS];
            double[] after = new double[STARTS];
            for (int start = 0; start < STARTS; start++) {
                context.console().progress("starts of an agent", start / (double) STARTS);
                double[] seconds = trial.restart();
                first[start] = seconds[0];
                after[start] = seconds[1] - seconds[0];
            }
            figures.add(Figure.of("agent's first call after its start, 100,000 flows", "s", Samples.of(first))
                    .with(Goal.atMost(1)));
            figures.add(Figure.of("100,000 exceptions read back and told, after the first call", "s", Samples.of(after))
                    .with(Goal.atMost(2)));
        }
        return figures;
    }

    private static List<Figure> moves(BenchmarkContext context, AgentTrial trial, int flows, int perSecond, int count)
            throws InterruptedException {
        AgentTrial.Moves moves = trial.moves(perSecond, count);
        context.console()
                .detail("%,d moves at %,d a second among %,d flows: median %.0f us, %d not acknowledged"
                        .formatted(count, perSecond, flows, moves.micros().median(), moves.unanswered()));
        String name = "move, %,d a second, %,d flows".formatted(perSecond, flows);
        Figure median = Figure.of(name, "us", moves.micros());
        List<Figure> figures = new ArrayList<>();
        figures.add(flows == FLOWS ? median.with(Goal.atMost(perSecond < 1_000 ? 1_000 : 100)) : median);
        figures.add(Figure.of(
                name + ", 99 of 100 within", "us", Samples.of(moves.micros().percentile(99))));
        figures.add(Figure.of(name + ", not acknowledged", "moves", Samples.of(moves.unanswered()))
                .with(Goal.atMost(0)));
        figures.add(Figure.of(name + ", rate reached", "moves/s", Samples.of(moves.perSecond())));
        return figures;
    }

    /** The agent's moves among as many flows beside the rival's. */
    private static List<Figure> beside(List<Figure> agent, Figure forked) {
        List<Figure> figures = new ArrayList<>();
        for (Figure figure : agent) {
            boolean move = figure.name().endsWith("%,d flows".formatted(FLOWS))
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
                    Forwarding.NONE,
                    count == 1_000_000 ? Goal.ratioAtLeast(SHARE) : null));
        }
        figures.addAll(pair(rates, Forwarding.classes(100_000, 10), Forwarding.NONE, null));
        figures.addAll(pair(rates, Forwarding.classes(1_000, 10), Forwarding.NONE, null));
        figures.addAll(pair(rates, Forwarding.classes(1_000, 1_000), Forwarding.classes(1_000, 10), null));
        figures.addAll(pair(rates, Forwarding.TREE, Forwarding.SIXTEEN, Goal.ratioAtLeast(SHARE)));
        figures.addAll(pair(rates, Forwarding.NONE, Forwarding.PLAIN, Goal.ratioAtLeast(SHARE)));
        for (int count : Forwarding.FLOWS) {
            if (rates.containsKey(Forwarding.ip6tables(count))) {
                figures.addAll(pair(rates, Forwarding.flows(count), Forwarding.ip6tables(count), null));
            }
        }
        figures.addAll(pair(rates, Forwarding.flows(Forwarding.QUEUED_FLOWS), Forwarding.QUEUE, null));
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
