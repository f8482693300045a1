package org.flowanchor.testbed.scenario;

import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.flowanchor.testbed.lab.HostCommand;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.launcher.Platform;
import org.flowanchor.testbed.launcher.PostgresServer;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.signalling.AnchorFollower;
import org.flowanchor.testbed.signalling.BindingTopic;
import org.flowanchor.testbed.signalling.RegistrationLoad;
import org.flowanchor.testbed.signalling.RegistrationLoad.Registered;
import org.flowanchor.testbed.signalling.RegistrationLoad.Verdict;

/** Load on two replicas, and what is done to them and to what they stand on. */
final class BindingFaults implements AutoCloseable {
    private static final int GATEWAYS = 8;
    private static final int ALONE = 300;
    private static final int CONTENDED = 24;
    private static final long SEED = 5213;
    private static final int PARTITION = 0;
    private static final Duration CONTROL = Duration.ofSeconds(10);
    private static final Duration OUTAGE = Duration.ofSeconds(6);
    private static final Duration AFTERWARDS = Duration.ofSeconds(6);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(90);
    private static final Duration READY_LIMIT = Duration.ofSeconds(180);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

    // Longest times without an acceptance: generous, since a processor is shared by everything here.
    private static final Duration UNDISTURBED_GAP = Duration.ofSeconds(2);
    private static final Duration REPLICA_GAP = Duration.ofSeconds(5);
    private static final Duration HELD_REPLICA_GAP = Duration.ofSeconds(10);
    private static final Duration KAFKA_GAP = Duration.ofSeconds(1);

    /** From the return of what was away to the first acceptance. */
    private static final Duration RECOVERY = Duration.ofSeconds(15);

    private static final int TIMESTAMP_LOWER_THAN_PREV_ACCEPTED = 157;

    private final ScenarioContext context;
    private final Platform platform;
    private final PostgresServer postgres;
    private final URI firstBase;
    private final URI secondBase;
    private final ServiceProcess first;
    private final ServiceProcess second;
    private final String run;
    private final RegistrationLoad load;
    private final AnchorFollower follower;
    private double undisturbedRate;
    private long reused;

    private BindingFaults(ScenarioContext context, Platform.Replica replica) {
        this.context = context;
        this.platform = context.platform();
        this.postgres = platform.postgres();
        this.firstBase = platform.bindingService();
        this.secondBase = replica.base();
        this.first = platform.bindingServiceProcess();
        this.second = replica.process();
        this.run = "faults-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        List<InetSocketAddress> replicas = List.of(grpc(firstBase), grpc(secondBase));
        this.follower = AnchorFollower.start(Lab.LMA_ADDRESS, replicas, platform.authority());
        this.load = RegistrationLoad.start(
                new RegistrationLoad.Settings(run, Lab.LMA_ADDRESS, replicas, GATEWAYS, ALONE, CONTENDED, SEED),
                platform.authority());
    }

    /** Starts the second replica, gateways, mobile nodes and the anchor's agent. */
    static BindingFaults start(ScenarioContext context) {
        context.console().step("Starting a second replica of binding-service");
        Platform.Replica replica = context.platform().startSecondBindingService();
        context.console()
                .step(GATEWAYS + " gateways, " + ALONE + " mobile nodes alone and " + CONTENDED
                        + " that two gateways claim; seed " + SEED);
        return new BindingFaults(context, replica);
    }

    /** gRPC of a service is a thousand ports and ten above its REST. */
    private static InetSocketAddress grpc(URI base) {
        return new InetSocketAddress("127.0.0.1", base.getPort() + 1010);
    }

    Finding undisturbed() {
        // Virtual machines that have just started are slower.
        Await.run(CONTROL);
        Phase phase = new Phase();
        Await.run(CONTROL);
        undisturbedRate = phase.rate();
        return judged(phase, phase.isWithin(UNDISTURBED_GAP), "control");
    }

    Finding replicaKilled() {
        Phase phase = new Phase();
        first.kill();
        Await.run(OUTAGE);
        boolean moved = load.gatewaysAt(1) == GATEWAYS;
        return judged(
                phase,
                moved && phase.isWithin(REPLICA_GAP),
                "replica 1 killed, " + load.gatewaysAt(1) + " of " + GATEWAYS + " gateways at replica 2");
    }

    /** After {@link #replicaKilled}, whose load goes on. */
    Finding streamsContinued() {
        settle();
        Map<String, Registered> listed = list(secondBase);
        boolean knows = Await.holds(DRAIN_LIMIT, () -> follower.registered(run).equals(listed));
        load.resume();
        return new Finding(
                knows
                        && follower.fullStates() == 1
                        && follower.continued() >= 1
                        && follower.faults().isEmpty(),
                follower.fullStates() + " full states, continued " + follower.continued() + " times, "
                        + (knows ? listed.size() + " bindings as in the list" : "not what the list shows")
                        + told(follower.faults()));
    }

    Finding replicaBack() {
        Phase phase = new Phase();
        first.restart();
        first.awaitReady(READY_LIMIT);
        boolean both = Await.holds(SETTLE_LIMIT, () -> {
            load.spread(2);
            Await.run(AFTERWARDS);
            return load.gatewaysAt(0) > 0 && load.gatewaysAt(1) > 0;
        });
        boolean within = phase.isWithin(REPLICA_GAP);
        settle();
        boolean same = list(firstBase).equals(list(secondBase));
        load.resume();
        return judged(
                phase,
                same && both && within,
                "replica 1 back, gateways at " + (both ? "both" : "one") + ", lists of both "
                        + (same ? "equal" : "differ"));
    }

    Finding replicaPaused() {
        Phase phase = new Phase();
        String pid = Long.toString(second.pid());
        platform.onCleanup(List.of("kill", "-CONT", pid));
        HostCommand.run(List.of("kill", "-STOP", pid));
        Await.run(OUTAGE.multipliedBy(2));
        boolean left = load.gatewaysAt(1) == 0;
        HostCommand.run(List.of("kill", "-CONT", pid));
        Await.run(AFTERWARDS);
        load.spread(2);
        return judged(
                phase,
                left && phase.isWithin(HELD_REPLICA_GAP),
                "replica 2 held for " + 2 * OUTAGE.toSeconds() + " s, "
                        + (left ? "every gateway left it" : "gateways stayed"));
    }

    Finding postgresKilled() {
        Phase phase = new Phase();
        postgres.kill();
        Await.run(OUTAGE);
        postgres.restart();
        Recovery recovery = recovered(load.accepted());
        Await.run(AFTERWARDS);
        return judged(phase, recovery.inTime(), recovery + " after its return");
    }

    Finding postgresPaused() {
        Phase phase = new Phase();
        platform.onCleanup(postgres.resumption());
        postgres.pause();
        // What was committed before is on its way.
        Await.run(Duration.ofSeconds(1));
        long accepted = load.accepted();
        Await.run(OUTAGE.multipliedBy(2));
        boolean silent = load.accepted() == accepted;
        postgres.resume();
        Recovery recovery = recovered(accepted);
        Await.run(AFTERWARDS);
        return judged(
                phase,
                silent && recovery.inTime(),
                "held for " + 2 * OUTAGE.toSeconds() + " s, " + (silent ? "nothing" : "something")
                        + " acknowledged meanwhile, " + recovery + " afterwards");
    }

    Finding kafkaKilled() {
        Phase phase = new Phase();
        platform.kafkaProcess().kill();
        Await.run(OUTAGE.multipliedBy(3));
        double rate = phase.rate();
        boolean within = phase.isWithin(KAFKA_GAP);
        long gap = load.longestGapMillis();
        double pending = Metrics.sum(metrics(firstBase), "flowanchor_binding_outbox_pending");
        List<String> conditions = List.of(
                new OperatorView(firstBase).healthDetail("outbox", "relay"),
                new OperatorView(secondBase).healthDetail("outbox", "relay"));
        // One replica publishes, and says why it cannot; the other says that it does not.
        boolean told = pending > 0
                && conditions.contains("another replica publishes")
                && conditions.stream().anyMatch(condition -> condition.contains("Exception"));
        return judged(
                phase,
                rate >= undisturbedRate / 2 && within && told,
                String.format(
                        Locale.ROOT,
                        "%.0f/s beside undisturbed %.0f/s, longest gap %d ms, pending %.0f, health: %s",
                        rate,
                        undisturbedRate,
                        gap,
                        pending,
                        conditions));
    }

    Finding kafkaBack() {
        platform.kafkaProcess().restart();
        platform.kafkaProcess().awaitReady(READY_LIMIT);
        settle();
        Map<String, Registered> listed = list(firstBase);
        long began = System.nanoTime();
        boolean drained = Await.holds(
                DRAIN_LIMIT, () -> Metrics.sum(metrics(firstBase), "flowanchor_binding_outbox_pending") == 0);
        double seconds = (System.nanoTime() - began) / 1e9;
        BindingTopic.Folded topic = topicLike(listed);
        load.resume();
        boolean same = topic.registered().equals(listed);
        return new Finding(
                drained && same && topic.faults().isEmpty(),
                String.format(
                                Locale.ROOT,
                                "%s after %.1f s, %d records of this run, %s",
                                drained ? "drained" : "not drained",
                                seconds,
                                topic.records(),
                                same ? listed.size() + " bindings as in the list" : "not what the list says")
                        + told(topic.faults()));
    }

    Finding allKilled() {
        Phase phase = new Phase();
        postgres.kill();
        first.kill();
        platform.kafkaProcess().kill();
        Await.run(OUTAGE);
        platform.kafkaProcess().restart();
        postgres.restart();
        first.restart();
        first.awaitReady(READY_LIMIT);
        platform.kafkaProcess().awaitReady(READY_LIMIT);
        Recovery recovery = recovered(load.accepted());
        load.spread(2);
        Await.run(AFTERWARDS);
        settle();
        Map<String, Registered> listed = list(secondBase);
        boolean stream = Await.holds(DRAIN_LIMIT, () -> follower.registered(run).equals(listed));
        boolean drained = Await.holds(
                DRAIN_LIMIT, () -> Metrics.sum(metrics(secondBase), "flowanchor_binding_outbox_pending") == 0);
        boolean topic = drained && topicLike(listed).registered().equals(listed);
        load.resume();
        return judged(
                phase,
                stream && topic && recovery.inTime(),
                recovery + " after all were ready, stream " + (stream ? "as the list" : "differs") + ", topic "
                        + (topic ? "as the list" : "differs"));
    }

    Finding contended() {
        long late = load.byStatus().getOrDefault(TIMESTAMP_LOWER_THAN_PREV_ACCEPTED, 0L);
        Verdict verdict = verdict();
        load.resume();
        return new Finding(
                late > 0 && verdict.faults().isEmpty(),
                late + " refused as late (157); all answers by status: " + new TreeMap<>(load.byStatus()) + ", "
                        + load.unanswered() + " transmissions not answered in time" + told(verdict.faults()));
    }

    Finding prefixesInTheDatabase() {
        settle();
        try (Connection connection = DriverManager.getConnection(
                        postgres.jdbcUrl("binding"), postgres.user("binding"), postgres.password());
                Statement statement = connection.createStatement()) {
            long inUse = count(statement, "SELECT count(DISTINCT prefix) FROM binding_prefix");
            long shared = count(statement, """
                    SELECT count(*) FROM (
                        SELECT prefix FROM binding_prefix GROUP BY prefix HAVING count(DISTINCT mobile_node) > 1) p""");
            long strangers = count(statement, """
                    SELECT count(*) FROM binding_prefix p
                    WHERE NOT EXISTS (
                        SELECT 1 FROM home_network_prefix h
                        WHERE h.anchor = p.anchor AND h.prefix = p.prefix
                          AND h.mobile_node = p.mobile_node AND h.state = 'ASSIGNED')""");
            load.resume();
            return new Finding(
                    inUse > 0 && shared == 0 && strangers == 0 && reused > 0,
                    inUse + " in use, " + shared + " with two mobile nodes, " + strangers
                            + " not assigned to their user; " + reused + " reused in this run");
        } catch (SQLException e) {
            throw new ScenarioException("database: " + e.getMessage(), e);
        }
    }

    Finding servicesReady() {
        List<URI> bases = List.of(platform.policyService(), platform.flowManager(), firstBase, secondBase);
        boolean ready = Await.holds(READY_LIMIT, () -> bases.stream().allMatch(base -> new OperatorView(base).ready()));
        return new Finding(ready, ready ? "all ready" : "not all ready");
    }

    @Override
    public void close() {
        load.close();
        follower.close();
    }

    /** The topic as soon as it says what is listed, or as it is at the end: the metric is a second old, and older while nothing works. */
    private BindingTopic.Folded topicLike(Map<String, Registered> listed) {
        AtomicReference<BindingTopic.Folded> last = new AtomicReference<>();
        Await.holds(DRAIN_LIMIT, () -> {
            BindingTopic.Folded now = BindingTopic.fold(platform.kafkaBootstrapServers(), PARTITION, run);
            last.set(now);
            return now.registered().equals(listed);
        });
        return last.get();
    }

    /** Of the load, now that everything is back. */
    private Recovery recovered(long acceptedBefore) {
        long began = System.nanoTime();
        boolean again = Await.holds(SETTLE_LIMIT, () -> load.accepted() > acceptedBefore);
        return new Recovery(again, Duration.ofNanos(System.nanoTime() - began));
    }

    /** @param after how long it took, or was waited for */
    private record Recovery(boolean again, Duration after) {
        boolean inTime() {
            return again && after.compareTo(RECOVERY) < 0;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, again ? "first acceptance %.1f s" : "no acceptance for %.1f s", after.toNanos() / 1e9);
        }
    }

    private static long count(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Everything that was begun is settled, and nothing is begun; {@link RegistrationLoad#resume} goes on. */
    private void settle() {
        try {
            if (!load.pause(SETTLE_LIMIT)) {
                throw new ScenarioException("updates not settled within " + SETTLE_LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScenarioException("interrupted", e);
        }
    }

    private Map<String, Registered> list(URI base) {
        return new OperatorView(base).active(run).active();
    }

    /** Settles and judges; the caller resumes. */
    private Verdict verdict() {
        settle();
        URI base = first.alive() ? firstBase : secondBase;
        OperatorView.Listed listed = new OperatorView(base).active(run);
        Verdict verdict = load.judge(listed.active()).with(listed.doubles());
        reused = verdict.reused();
        return verdict;
    }

    private Finding judged(Phase phase, boolean holds, String what) {
        String measured = phase.measured();
        Verdict verdict = verdict();
        load.resume();
        return new Finding(
                holds && verdict.faults().isEmpty(),
                what + "; " + measured + "; " + verdict.operations() + " updates of " + verdict.mobileNodes()
                        + " mobile nodes explained, " + verdict.registered() + " registered" + told(verdict.faults()));
    }

    private static String told(List<String> faults) {
        return faults.isEmpty() ? "" : "; " + faults.size() + " faults, the first: " + faults.getFirst();
    }

    private static URI metrics(URI base) {
        return base.resolve("/actuator/prometheus");
    }

    /** A stretch of the load. */
    private final class Phase {
        private final long began = System.nanoTime();
        private final long accepted = load.accepted();

        Phase() {
            load.beginGaps();
        }

        double rate() {
            return (load.accepted() - accepted) / ((System.nanoTime() - began) / 1e9);
        }

        /** Whether there was never that long without an acceptance. */
        boolean isWithin(Duration bound) {
            return load.longestGapMillis() < bound.toMillis();
        }

        String measured() {
            return String.format(
                    Locale.ROOT,
                    "%d updates accepted in %.1f s, longest time without one %.2f s",
                    load.accepted() - accepted,
                    (System.nanoTime() - began) / 1e9,
                    load.longestGapMillis() / 1000.0);
        }
    }
}
