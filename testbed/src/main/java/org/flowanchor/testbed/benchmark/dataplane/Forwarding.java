package org.flowanchor.testbed.benchmark.dataplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.Rounds;
import org.flowanchor.testbed.benchmark.Samples;
import org.flowanchor.testbed.benchmark.dataplane.Anchors.Anchor;
import org.flowanchor.testbed.lab.HostCommand;

/** Packets per second through anchors that differ in what steers. */
final class Forwarding {
    /** Frames sent in turn; each is a flow of its own, so that tables are met where they are cold, too. */
    private static final int FRAMES = 4_096;

    private static final int MILLIS = 150;
    private static final int QUEUED_PACKETS = 4_000;
    private static final String STEERED_MARK = "10002";
    private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(240);

    static final String IP6TABLES = "ip6tables";
    static final String NONE = "no steered flow";
    static final String CONTROL = "no steered flow, again";

    /** Packets of so few flows meet fewer tracked connections: what steers is not all that differs from {@link #NONE}. */
    static final String NONE_OF_FEW = "no steered flow, packets of 1,000 flows";

    static final String PLAIN = "the same tunnel, without our table";
    static final String TRACKED = "the same tunnel, connections tracked and nothing else";
    static final String SIXTEEN = "16 gateways";
    static final String TREE = "4,096 gateways";
    static final int GATEWAYS = 4_096;
    static final List<Integer> FLOWS = List.of(1_000, 10_000, 100_000, 1_000_000);
    static final List<Integer> RIVAL_FLOWS = List.of(10, 1_000, 10_000, 100_000);
    static final int QUEUED_FLOWS = 100_000;
    static final String QUEUE = "NFQUEUE, 100,000 flows";

    private final BenchmarkContext context;
    private final Anchors anchors;
    private final Sender sender;
    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final Map<String, Process> helpers = new LinkedHashMap<>();
    private final boolean rivals =
            Stream.of("ip6tables-legacy", "ip6tables-legacy-restore").allMatch(HostCommand::isInstalled);

    /**
     * @param terminals and
     * @param numbers of which flows are drawn
     * @param gateway that must carry the packets, -1: any
     */
    private record Contender(Anchor anchor, int terminals, int numbers, int gateway) {}

    Forwarding(BenchmarkContext context, Anchors anchors, Sender sender) {
        this.context = context;
        this.anchors = anchors;
        this.sender = sender;
    }

    /** Whether there are rivals: ip6tables sets its own marks and leads packets to NFQUEUE. */
    boolean hasRivals() {
        return rivals;
    }

    static String flows(int count) {
        return "%,d steered flows".formatted(count);
    }

    static String ip6tables(int count) {
        return IP6TABLES + ", %,d flows".formatted(count);
    }

    static String classes(int terminals, int rules) {
        return "%,d terminals x %,d classes".formatted(terminals, rules);
    }

    /** All contenders but the queue in turn, then the queue, which needs another way of counting. */
    Map<String, Samples> measure(int rounds) throws InterruptedException {
        int most = FLOWS.getLast() / Population.TERMINALS;
        add(NONE, most, 0, "flows", "0");
        add(CONTROL, most, 0, "flows", "0");
        add(NONE_OF_FEW, FLOWS.getFirst() / Population.TERMINALS, 0, "flows", "0");
        for (int count : FLOWS) {
            add(flows(count), count / Population.TERMINALS, 1, "flows", Integer.toString(count));
        }
        addClasses(100_000, 10);
        addClasses(1_000, 10);
        addClasses(1_000, 1_000);
        add(SIXTEEN, GATEWAYS / Population.TERMINALS, -1, "gateways", "16");
        add(TREE, GATEWAYS / Population.TERMINALS, -1, "gateways", Integer.toString(GATEWAYS));
        withoutTable(add(PLAIN, most, 0, "flows", "0"));
        trackedOnly(add(TRACKED, most, 0, "flows", "0"));
        if (rivals) {
            RIVAL_FLOWS.forEach(this::addIp6tables);
        } else {
            context.console().detail("without ip6tables and NFQUEUE: the package iptables is not installed");
        }
        Rounds inTurn = new Rounds();
        contenders.forEach((name, contender) -> inTurn.add(name, () -> once(name, contender)));
        if (rivals) {
            addQueue();
            inTurn.add(QUEUE, () -> queued(named(QUEUE)));
        }
        double all = contenders.size() * rounds;
        int[] done = {0};
        Map<String, Samples> samples =
                inTurn.run(rounds, (round, name) -> context.console().progress("forwarding", done[0]++ / all));
        helpers.values().forEach(Process::destroy);
        return samples;
    }

    private Anchor add(String name, int numbers, int gateway, String... program) {
        context.console().detail("programming: " + name);
        Anchor anchor = anchors.add();
        run(anchor, Sender.java("-Xmx4g", AnchorProgram.class, program));
        make(name, new Contender(anchor, Population.TERMINALS, Math.max(1, numbers), gateway));
        return anchor;
    }

    private Contender named(String name) {
        return Objects.requireNonNull(contenders.get(name), name);
    }

    private void make(String name, Contender contender) {
        contenders.put(name, contender);
        sender.frames(contender.anchor(), contender.terminals(), contender.numbers(), FRAMES);
    }

    private void addClasses(int terminals, int rules) {
        String name = classes(terminals, rules);
        Anchor anchor = add(name, rules, 1, "classes", Integer.toString(terminals), Integer.toString(rules));
        make(name, new Contender(anchor, terminals, rules, 1));
    }

    private void withoutTable(Anchor anchor) {
        anchors.inside(anchor, "nft", "delete", "table", "inet", "flowanchor");
    }

    /** What metering takes of the way, whatever else the table does: a rule that is never met switches connection tracking on. */
    private void trackedOnly(Anchor anchor) {
        withoutTable(anchor);
        anchors.inside(
                anchor,
                "nft",
                "add table inet tracking; add chain inet tracking raw { type filter hook prerouting priority raw; };"
                        + " add rule inet tracking raw iifgroup 5214 notrack; add chain inet tracking unused;"
                        + " add rule inet tracking unused ct state new counter");
    }

    /** The paper's design: one rule with a mark per flow. Its mark leads where ours does, so the ways are the same from there on. */
    private void addIp6tables(int count) {
        String name = ip6tables(count);
        Anchor anchor = add(name, Math.max(1, count / Population.TERMINALS), 1, "flows", "0");
        withoutTable(anchor);
        StringBuilder rules = new StringBuilder("*mangle\n:PREROUTING ACCEPT [0:0]\n");
        int step = Math.max(1, Population.TERMINALS / count);
        for (int index = 0; index < count; index++) {
            FiveTuple flow = Population.flow(index * step);
            rules.append("-A PREROUTING -s %s -d %s -p udp -m udp --sport %d --dport %d -j MARK --set-xmark 0x%s%n"
                    .formatted(
                            flow.sourceAddress(),
                            flow.destinationAddress(),
                            flow.sourcePort(),
                            flow.destinationPort(),
                            STEERED_MARK));
        }
        Path file = context.workshop().workDirectory().resolve("ip6tables-" + count);
        try {
            Files.writeString(file, rules.append("COMMIT\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        run(anchor, List.of("ip6tables-legacy-restore", file.toString()));
        // Fewer flows than terminals: packets of all terminals, of which few are steered, meet all rules all the same.
        make(
                name,
                new Contender(
                        anchor,
                        Population.TERMINALS,
                        Math.max(1, count / Population.TERMINALS),
                        count < Population.TERMINALS ? -1 : 1));
    }

    private void addQueue() {
        Anchor anchor = add(QUEUE, QUEUED_FLOWS / Population.TERMINALS, 1, "flows", "0");
        withoutTable(anchor);
        try {
            Process program = new ProcessBuilder(anchors.at(
                            anchor,
                            Sender.java("-Xmx512m", QueueProgram.class, Integer.toString(QUEUED_FLOWS), STEERED_MARK)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            helpers.put(QUEUE, program);
            if (!"ready".equals(program.inputReader().readLine())) {
                throw new IllegalStateException("no queue");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(QUEUE, e);
        }
        // Of the two ways to a queue the older one is on every kernel.
        anchors.inside(
                anchor,
                "ip6tables-legacy",
                "-t",
                "mangle",
                "-A",
                "PREROUTING",
                "-i",
                Anchors.SENDER_SIDE,
                "-p",
                "udp",
                "-j",
                "NFQUEUE",
                "--queue-num",
                "0");
    }

    private double once(String name, Contender contender) {
        boolean tracked = !name.startsWith(IP6TABLES);
        long arrived = anchors.arrived(contender.anchor());
        long carried = contender.gateway() < 0 ? 0 : anchors.carried(contender.anchor(), contender.gateway());
        // Connections as they are under way; without our table nothing is tracked.
        long sent = tracked ? sender.once(contender.anchor()) : 0;
        Sender.Rate rate = sender.rate(contender.anchor(), MILLIS);
        sent += rate.sent();
        long through = anchors.arrived(contender.anchor()) - arrived;
        if (through < sent) {
            throw new IllegalStateException(name + ": " + through + " of " + sent + " packets arrived");
        }
        if (contender.gateway() >= 0 && anchors.carried(contender.anchor(), contender.gateway()) - carried < sent) {
            throw new IllegalStateException(name + ": not all packets went by the gateway they were steered to");
        }
        return rate.packetsPerSecond();
    }

    /** The queue takes packets from the sender at once, so the time is that until the last one is out again. */
    private double queued(Contender contender) throws InterruptedException {
        long arrived = anchors.arrived(contender.anchor());
        long carried = anchors.carried(contender.anchor(), contender.gateway());
        long begin = System.nanoTime();
        long sent = sender.burst(contender.anchor(), QUEUED_PACKETS);
        long limit = begin + Duration.ofSeconds(20).toNanos();
        while (anchors.arrived(contender.anchor()) - arrived < sent) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("the queue lost packets");
            }
            Thread.sleep(1);
        }
        double rate = sent * 1e9 / (System.nanoTime() - begin);
        if (anchors.carried(contender.anchor(), contender.gateway()) - carried < sent) {
            throw new IllegalStateException("the queue did not steer");
        }
        return rate;
    }

    /** A fork and an execution of {@code ip6tables} per move, as the open implementation does it; microseconds each. */
    Samples forkedMoves(int flows, int moves) {
        Anchor anchor = named(ip6tables(flows)).anchor();
        FiveTuple flow = Population.flow(0);
        String command =
                "ip6tables-legacy -t mangle -R PREROUTING 1 -s %s -d %s -p udp --sport %d --dport %d -j MARK --set-mark 0x%s"
                        .formatted(
                                flow.sourceAddress(),
                                flow.destinationAddress(),
                                flow.sourcePort(),
                                flow.destinationPort(),
                                STEERED_MARK);
        double[] micros = new double[moves];
        String output = anchors.inside(
                anchor,
                "bash",
                "-c",
                "for i in $(seq " + moves + "); do a=$EPOCHREALTIME; " + command
                        + " || exit 1; b=$EPOCHREALTIME; echo $(( ${b/./} - ${a/./} )); done");
        String[] lines = output.strip().split("\n");
        for (int move = 0; move < moves; move++) {
            micros[move] = Double.parseDouble(lines[move]);
        }
        return Samples.of(micros);
    }

    private void run(Anchor anchor, List<String> command) {
        Path log = context.workshop().workDirectory().resolve("programs.log");
        try {
            Process process = new ProcessBuilder(anchors.at(anchor, command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(PROGRAM_LIMIT)) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + " did not end");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed: "
                        + Files.readString(log).lines().limit(40).toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
