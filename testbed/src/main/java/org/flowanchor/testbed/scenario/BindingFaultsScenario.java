package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.List;
import org.flowanchor.testbed.report.Report;

/** Registration while replicas, PostgreSQL and Kafka are killed and paused: what was acknowledged stays, and goes on. */
final class BindingFaultsScenario implements Scenario {
    private static final String KEPT =
            "every answer explained by one order of updates that leads to the list; no prefix with two holders";

    private static final List<String> CHECKS = List.of(
            "undisturbed",
            "replica-killed",
            "streams-continued",
            "replica-back",
            "replica-paused",
            "postgresql-killed",
            "postgresql-paused",
            "kafka-killed",
            "kafka-back",
            "all-killed-at-once",
            "handovers-contended",
            "prefixes-in-the-database",
            "services-ready");

    @Override
    public String name() {
        return "binding-faults";
    }

    @Override
    public String description() {
        return "two replicas under load; replica, PostgreSQL and Kafka killed and paused: nothing acknowledged is lost";
    }

    @Override
    public List<String> bindingServiceSettings() {
        return List.of(
                "--flowanchor.any-gateway-authorized=true",
                // Wide, because a processor is shared by everything here.
                "--flowanchor.timestamp-validity-window=5s",
                // Short, so that prefixes come to others while somebody looks.
                "--flowanchor.min-delay-before-bce-delete=1s",
                "--flowanchor.prefix-rest=2s");
    }

    @Override
    public Duration bound() {
        return Duration.ofMinutes(15);
    }

    @Override
    public Report play(ScenarioContext context) {
        long beganNanos = System.nanoTime();
        CheckList checks = new CheckList(context.console(), CHECKS);
        try (BindingFaults faults = BindingFaults.start(context)) {
            checks.check("undisturbed", KEPT + "; never 2 s without an acceptance", faults::undisturbed);
            checks.check(
                    "replica-killed",
                    KEPT + "; gateways go on at the other replica, never 5 s without an acceptance",
                    faults::replicaKilled);
            checks.check(
                    "streams-continued",
                    "the anchor's agent goes on at the other replica with what it has: no second full state, and it knows what the list shows",
                    faults::streamsContinued);
            checks.check(
                    "replica-back",
                    KEPT + "; both replicas show the same list, never 5 s without an acceptance",
                    faults::replicaBack);
            checks.check(
                    "replica-paused",
                    KEPT + "; gateways leave the replica that is silent, never 10 s without an acceptance",
                    faults::replicaPaused);
            checks.check(
                    "postgresql-killed",
                    KEPT + "; updates accepted again within 15 s of its return",
                    faults::postgresKilled);
            checks.check(
                    "postgresql-paused",
                    KEPT + "; nothing acknowledged meanwhile, updates accepted again within 15 s",
                    faults::postgresPaused);
            checks.check(
                    "kafka-killed",
                    KEPT
                            + "; at least half of the undisturbed rate, no second without an acceptance, metric and health tell",
                    faults::kafkaKilled);
            checks.check(
                    "kafka-back", "outbox drained within 60 s, the topic says what the list says", faults::kafkaBack);
            checks.check(
                    "all-killed-at-once",
                    KEPT + "; updates accepted again within 15 s, stream and topic say what the list says",
                    faults::allKilled);
            checks.check(
                    "handovers-contended",
                    "gateways at two replicas claim the same mobile nodes: some are refused as late, each refusal explained",
                    faults::contended);
            checks.check(
                    "prefixes-in-the-database",
                    "each prefix in use is assigned, to its user; reused prefixes were seen",
                    faults::prefixesInTheDatabase);
            checks.check("services-ready", "all four services ready", faults::servicesReady);
        }
        Report report = Report.of(
                name(), (System.nanoTime() - beganNanos) / 1_000_000, false, checks.checks(), List.of(), List.of());
        context.reportDirectory().ifPresent(directory -> {
            report.write(directory);
            context.console().detail("written: " + directory.resolve("report.json"));
        });
        return report;
    }
}
