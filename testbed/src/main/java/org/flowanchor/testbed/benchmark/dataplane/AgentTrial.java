package org.flowanchor.testbed.benchmark.dataplane;

import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.FlowException;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.testbed.benchmark.BenchmarkContext;
import org.flowanchor.testbed.benchmark.Samples;
import org.flowanchor.testbed.benchmark.dataplane.Anchors.Anchor;
import org.flowanchor.testbed.lab.HostCommand;
import org.flowanchor.testbed.launcher.PackagedAgent;
import org.flowanchor.testbed.launcher.Readiness;
import org.flowanchor.testbed.launcher.ServiceProcess;

/** One anchor agent, packaged as it is shipped, between scripted services, both by mutual TLS, and a kernel with traffic. */
final class AgentTrial implements AutoCloseable {
    private static final int BINDING_PORT = 9097;
    private static final int FLOW_PORT = 9098;
    private static final int OPERATIONS_PORT = 9464;
    private static final int EXCEPTIONS_PER_COMMAND = 2_000;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int TICKS_PER_SECOND = 100;

    private final BenchmarkContext context;
    private final Anchors anchors;
    private final Anchor anchor;
    private final String servicesAddress;
    private final String agentAddress;
    private final ScriptedServices services;
    private final ServiceProcess agent;
    private final Map<FiveTuple, ProxyCareOfAddress> wanted = new HashMap<>();
    private StreamObserver<SteeringCommand> steering;
    private long version;

    /**
     * @param micros of each move, from the command's receipt to the kernel's acknowledgement
     * @param roundTrip as whoever sends them sees it: from the sent command to the acknowledgement, in microseconds
     * @param unanswered moves that were not acknowledged, or refused
     */
    record Moves(Samples micros, Samples roundTrip, double perSecond, long unanswered) {}

    AgentTrial(BenchmarkContext context, Anchors anchors) throws InterruptedException {
        this.context = context;
        this.anchors = anchors;
        anchor = anchors.add();
        int number = Integer.parseInt(anchor.namespace().substring(3, 7), 16);
        servicesAddress = "fd00:0:1:%x::1".formatted(number);
        agentAddress = "fd00:0:1:%x::2".formatted(number);
        String device = "fadm%04x".formatted(number);
        context.workshop().onCleanup(List.of("ip", "link", "delete", device));
        HostCommand.run(List.of("ip", "-6", "-batch", "-"), """
                link add %1$s type veth peer name m0 netns %2$s
                link set %1$s up
                address add %3$s/64 dev %1$s nodad
                """.formatted(device, anchor.namespace(), servicesAddress));
        anchors.inside(anchor, "ip", "link", "set", "m0", "up");
        anchors.inside(anchor, "ip", "-6", "address", "add", agentAddress + "/64", "dev", "m0", "nodad");
        DevelopmentAuthority authority =
                DevelopmentAuthority.open(context.workshop().workDirectory().resolve("benchmark-authority"));
        IssuedFiles tls = authority.issue(new PeerIdentity.AnchorAgent(Population.LMA).toString());
        Path configuration = context.workshop().workDirectory().resolve("benchmark-agent.yaml");
        try {
            Files.writeString(configuration, """
                    role: anchor
                    lmaAddress: %s
                    backhaulInterface: %s
                    pools: ["%s"]
                    services: {binding: "[%4$s]:%5$d", flow: "[%4$s]:%6$d"}
                    operations: {address: "%7$s", port: %8$d, socket: "%9$s"}
                    tls: {certificate: "%10$s", privateKey: "%11$s", authorities: "%12$s"}
                    """.formatted(
                            Population.LMA,
                            Anchors.BACKHAUL,
                            Population.POOL,
                            servicesAddress,
                            BINDING_PORT,
                            FLOW_PORT,
                            agentAddress,
                            OPERATIONS_PORT,
                            context.workshop().workDirectory().resolve("benchmark-agent.sock"),
                            tls.certificate(),
                            tls.privateKey(),
                            tls.authorities()));
        } catch (IOException e) {
            throw new UncheckedIOException(configuration.toString(), e);
        }
        services = new ScriptedServices(servicesAddress, BINDING_PORT, FLOW_PORT, authority);
        PackagedAgent.train(context.workshop(), configuration, words -> anchors.at(anchor, words));
        services.expectAgent();
        agent = context.workshop()
                .start(
                        "benchmark-agent",
                        anchors.at(
                                anchor,
                                PackagedAgent.command(
                                        context.workshop(),
                                        context.workshop().jar(PackagedAgent.MODULE),
                                        context.workshop().startCacheFlags(PackagedAgent.MODULE),
                                        configuration)),
                        PackagedAgent.ENVIRONMENT,
                        Readiness.http(
                                URI.create("http://[" + agentAddress + "]:" + OPERATIONS_PORT + "/health/ready")));
        services.hello();
        steering = services.steering();
        command(SteeringCommand.newBuilder().setFullState(true), 1);
        agent.awaitReady(START_LIMIT);
    }

    Anchor anchor() {
        return anchor;
    }

    /** Sends commands of as many messages and waits until the kernel has them all. */
    private void command(SteeringCommand.Builder builder, int messages) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(messages);
        services.onAcknowledgement(answer -> {
            if (answer.getError().isEmpty()) {
                left.countDown();
            }
        });
        steering.onNext(next(builder));
        if (!left.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the agent did not acknowledge");
        }
    }

    private SteeringCommand next(SteeringCommand.Builder builder) {
        version++;
        return builder.setEpoch(1).setVersion(version).setNonce(version).build();
    }

    private FlowException exception(int index, int gateway) {
        FiveTuple flow = Population.flow(index);
        wanted.put(flow, Population.gateway(gateway));
        return FlowException.newBuilder()
                .setFlowId("f" + index)
                .setFlow(ProtoMapping.toProto(flow))
                .setProxyCareOfAddress(ProtoMapping.toProto(Population.gateway(gateway)))
                .build();
    }

    /** Until there are exceptions for so many flows. */
    void grow(int flows) throws InterruptedException {
        while (wanted.size() < flows) {
            SteeringCommand.Builder builder = SteeringCommand.newBuilder();
            for (int begin = wanted.size(), index = begin;
                    index < Math.min(flows, begin + EXCEPTIONS_PER_COMMAND);
                    index++) {
                builder.addFlowExceptions(exception(index, 1));
            }
            command(builder, 1);
        }
    }

    /** All of it once more, as a flow-manager does that dials anew. */
    void repeatState() throws InterruptedException {
        SteeringCommand.Builder builder = SteeringCommand.newBuilder().setFullState(true);
        for (int index = 0; index < wanted.size(); index++) {
            builder.addFlowExceptions(exception(index, gatewayOf(index)));
        }
        command(builder, 1);
    }

    private int gatewayOf(int index) {
        return Population.gateway(1).equals(wanted.get(Population.flow(index))) ? 1 : 0;
    }

    /** Single moves, of one flow after the other, at a steady rate. */
    Moves moves(int perSecond, int count) throws InterruptedException {
        long[] nanos = new long[count];
        long[] sent = new long[count];
        long[] roundTrip = new long[count];
        long first = version + 1;
        CountDownLatch left = new CountDownLatch(count);
        AtomicLong refused = new AtomicLong();
        services.onAcknowledgement(answer -> {
            int at = (int) (answer.getNonce() - first);
            if (at < 0 || at >= count) {
                return;
            }
            if (answer.getError().isEmpty()) {
                nanos[at] = answer.getApplyNanos();
                roundTrip[at] = System.nanoTime() - sent[at];
            } else {
                refused.incrementAndGet();
            }
            left.countDown();
        });
        // Made beforehand: on two cores the sender's work would be the agent's waiting.
        SteeringCommand[] commands = new SteeringCommand[count];
        for (int move = 0; move < count; move++) {
            int index = (int) (move * 7919L % wanted.size());
            commands[move] =
                    next(SteeringCommand.newBuilder().addFlowExceptions(exception(index, 1 - gatewayOf(index))));
        }
        long begin = System.nanoTime();
        for (int move = 0; move < count; move++) {
            sent[move] = System.nanoTime();
            steering.onNext(commands[move]);
            long due = begin + (move + 1) * 1_000_000_000L / perSecond;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        boolean all = left.await(30, TimeUnit.SECONDS);
        double rate = count * 1e9 / (System.nanoTime() - begin);
        return new Moves(micros(nanos), micros(roundTrip), rate, refused.get() + (all ? 0 : left.getCount()));
    }

    private static Samples micros(long[] nanos) {
        return Samples.of(Arrays.stream(nanos)
                .filter(value -> value > 0)
                .mapToDouble(value -> value / 1e3)
                .toArray());
    }

    /** Replaces single elements by netlink alone, a thousand a second, in a namespace of its own; microseconds of each. */
    Samples floor(int flows, int count) throws InterruptedException {
        Anchor bare = anchors.add();
        try {
            Process process = new ProcessBuilder(anchors.at(
                            bare,
                            Sender.java(
                                    "-Xmx512m",
                                    AnchorProgram.class,
                                    "replace",
                                    Integer.toString(flows),
                                    Integer.toString(count))))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<String> lines = process.inputReader().lines().toList();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("no replacement by netlink alone");
            }
            return Samples.of(lines.stream().mapToDouble(Double::parseDouble).toArray());
        } catch (IOException e) {
            throw new UncheckedIOException("netlink alone", e);
        }
    }

    /** Share of a core that the agent uses over a period, in percent; MB resident at its end. */
    double[] usage(Duration period) throws InterruptedException {
        long begin = System.nanoTime();
        long ticks = ticks();
        while (System.nanoTime() - begin < period.toNanos()) {
            Thread.sleep(100);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new double[] {(ticks() - ticks) * 100.0 / TICKS_PER_SECOND / seconds, residentMegabytes()};
    }

    private long ticks() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    double residentMegabytes() {
        for (String line : read("status").split("\n")) {
            if (line.startsWith("VmRSS:")) {
                return Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
            }
        }
        throw new IllegalStateException("the agent is gone");
    }

    private String read(String name) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(agent.pid()), name));
        } catch (IOException e) {
            throw new UncheckedIOException("the agent", e);
        }
    }

    /**
     * Ends the agent with SIGKILL and starts it again.
     *
     * @return seconds to its first call, and to the greeting with everything that it read back from the kernel
     */
    double[] restart() throws InterruptedException {
        agent.kill();
        services.expectAgent();
        long begin = System.nanoTime();
        agent.restart();
        ScriptedServices.Hello hello = services.hello();
        steering = services.steering();
        Map<FiveTuple, ProxyCareOfAddress> enforced = new HashMap<>();
        for (FlowException flow : hello.message().getFlowExceptionsList()) {
            enforced.put(
                    ProtoMapping.fiveTuple(flow.getFlow()),
                    ProtoMapping.proxyCareOfAddress(flow.getProxyCareOfAddress()));
        }
        long different = wanted.entrySet().stream()
                .filter(flow -> !flow.getValue().equals(enforced.get(flow.getKey())))
                .count();
        if (different != 0 || enforced.size() != wanted.size()) {
            throw new IllegalStateException("of " + wanted.size() + " acknowledged exceptions " + different
                    + " are not as they should be among the " + enforced.size() + " that the kernel enforces");
        }
        double[] seconds = {(services.firstCallNanos() - begin) / 1e9, (hello.nanos() - begin) / 1e9};
        agent.awaitReady(START_LIMIT);
        return seconds;
    }

    @Override
    public void close() {
        services.close();
        agent.kill();
    }
}
