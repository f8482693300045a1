package org.flowanchor.testbed.benchmark.dataplane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.Figure;
import org.flowanchor.testbed.benchmark.Goal;
import org.flowanchor.testbed.benchmark.Samples;
import org.flowanchor.testbed.benchmark.dataplane.DataplaneBenchmark.Part;

/** What one agent with 100,000 flows takes. */
final class AgentFigures {
    static final int FLOWS = 100_000;
    private static final int FEW_FLOWS = 1_000;
    private static final int STARTS = 9;
    private static final int FLOOR_MOVES = 5_000;

    private static final int PASSES = 120;
    private static final int METERING_PARTS = 3;
    private static final Duration METERING_PERIOD = Duration.ofSeconds(30);
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private final BenchmarkContext context;
    private final Anchors anchors;
    private final Sender sender;
    private final Set<Part> parts;
    private final List<Figure> figures = new ArrayList<>();

    AgentFigures(BenchmarkContext context, Anchors anchors, Sender sender, Set<Part> parts) {
        this.context = context;
        this.anchors = anchors;
        this.sender = sender;
        this.parts = parts;
    }

    List<Figure> measure() throws InterruptedException {
        try (AgentTrial trial = new AgentTrial(context, anchors)) {
            if (parts.contains(Part.METERING)) {
                Thread.sleep(SETTLING);
                figures.add(Figure.of("agent's memory, idle", "MB", Samples.of(trial.residentMegabytes()))
                        .with(Goal.atMost(110)));
            }
            if (parts.contains(Part.MOVES)) {
                moves(trial);
            }
            trial.grow(FLOWS);
            if (parts.contains(Part.METERING)) {
                metering(trial);
            }
            if (parts.contains(Part.STARTS)) {
                starts(trial);
            }
        }
        return figures;
    }

    private void moves(AgentTrial trial) throws InterruptedException {
        Samples floor = trial.floor(FLOWS, FLOOR_MOVES);
        Figure bare = Figure.of("one element replaced by netlink alone, %,d flows".formatted(FLOWS), "us", floor);
        figures.add(bare);
        trial.grow(FEW_FLOWS);
        trial.moves(FEW_FLOWS, 3_000);
        moves(trial, FEW_FLOWS, 1_000, 5_000);
        trial.grow(FLOWS);
        trial.repeatState();
        moves(trial, FLOWS, 10, 100);
        moves(trial, FLOWS, 1_000, 5_000);
        moves(trial, FLOWS, 10_000, 50_000);
    }

    private void moves(AgentTrial trial, int flows, int perSecond, int count) throws InterruptedException {
        AgentTrial.Moves moves = trial.moves(perSecond, count);
        context.console()
                .detail("%,d moves at %,d a second among %,d flows: median %.0f us, %d not acknowledged"
                        .formatted(count, perSecond, flows, moves.micros().median(), moves.unanswered()));
        String name = "move, %,d a second, %,d flows".formatted(perSecond, flows);
        Figure median = Figure.of(name, "us", moves.micros());
        figures.add(flows == FLOWS ? median.with(Goal.atMost(perSecond < 1_000 ? 1_000 : 100)) : median);
        figures.add(Figure.of(
                name + ", 99 of 100 within", "us", Samples.of(moves.micros().percentile(99))));
        figures.add(Figure.of(name + ", sent to acknowledged", "us", moves.roundTrip()));
        figures.add(Figure.of(name + ", not acknowledged", "moves", Samples.of(moves.unanswered()))
                .with(Goal.atMost(0)));
        figures.add(Figure.of(name + ", rate reached", "moves/s", Samples.of(moves.perSecond())));
    }

    private void metering(AgentTrial trial) throws InterruptedException {
        // As many connections as exceptions, each known to the kernel until the end.
        anchors.inside(trial.anchor(), "sh", "-c", "echo 900 > /proc/sys/net/netfilter/nf_conntrack_udp_timeout");
        sender.frames(trial.anchor(), Population.TERMINALS, FLOWS / Population.TERMINALS, FLOWS);
        // The agent lets a twentieth of the table begin at once, and the same again each second.
        for (int pass = 0; tracked(trial) < FLOWS && pass < PASSES; pass++) {
            sender.once(trial.anchor());
            Thread.sleep(1_000);
        }
        long tracked = tracked(trial);
        if (tracked < FLOWS) {
            throw new IllegalStateException("only " + tracked + " connections");
        }
        context.console().detail("%,d connections, metering for %d s".formatted(tracked, METERING_PERIOD.toSeconds()));
        Thread.sleep(SETTLING);
        double[] cpu = new double[METERING_PARTS];
        double[] resident = new double[METERING_PARTS];
        for (int part = 0; part < METERING_PARTS; part++) {
            sender.once(trial.anchor());
            double[] usage = trial.usage(METERING_PERIOD.dividedBy(METERING_PARTS));
            cpu[part] = usage[0];
            resident[part] = usage[1];
        }
        figures.add(Figure.of("agent's processor, metering 100,000 flows", "% of a core", Samples.of(cpu))
                .with(Goal.atMost(10)));
        figures.add(Figure.of("agent's memory, 100,000 flows", "MB", Samples.of(resident))
                .with(Goal.atMost(192)));
    }

    private long tracked(AgentTrial trial) {
        return Long.parseLong(anchors.inside(trial.anchor(), "cat", "/proc/sys/net/netfilter/nf_conntrack_count")
                .strip());
    }

    private void starts(AgentTrial trial) throws InterruptedException {
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
}
