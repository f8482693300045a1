package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.launcher.Platform;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.SteadyFlows.Outcome;

/** One service goes, then the other, then all agents start with nobody to ask; then the services return one by one. */
final class ServiceActs {
    private static final Duration WITHOUT = Duration.ofSeconds(5);
    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(30);

    private final Stage stage;
    private final Agents agents;
    private final SteadyFlows flows;
    private final Platform platform;
    private List<ProductApi.Binding> before = List.of();

    ServiceActs(Stage stage, Agents agents, SteadyFlows flows) {
        this.stage = stage;
        this.agents = agents;
        this.flows = flows;
        this.platform = stage.context().platform();
    }

    Finding bindingServiceLost() {
        before = stage.product().bindings(Stage.MOBILE_NODE);
        return flows.during(() -> {
                    platform.bindingServiceProcess().kill();
                    Await.run(WITHOUT);
                })
                .finding(true, "binding-service killed");
    }

    Finding flowManagerLostToo() {
        return flows.during(() -> {
                    platform.flowManagerProcess().kill();
                    Await.run(WITHOUT);
                })
                .finding(true, "flow-manager killed too");
    }

    /** They cannot become ready; that they live and work on the kernel is seen by the flows. */
    Finding agentsKilledMeanwhile() {
        Outcome outcome = flows.during(() -> {
            for (LabNode node : AgentScenario.nodes()) {
                agents.at(node).restart();
            }
            Await.run(WITHOUT.multipliedBy(2));
        });
        boolean alive = agents.all().values().stream().allMatch(ServiceProcess::alive);
        return outcome.finding(alive, "three agents killed and started, " + (alive ? "all live" : "not all live"));
    }

    Finding bindingServiceBack() {
        return flows.during(() -> {
                    ServiceProcess service = platform.bindingServiceProcess();
                    service.restart();
                    service.awaitReady(READY_LIMIT);
                    agents.awaitReady(RECONNECT_LIMIT);
                    Await.run(WITHOUT);
                })
                .finding(true, "binding-service ready again, agents connected");
    }

    Finding flowManagerBack() {
        Outcome outcome = flows.during(() -> {
            ServiceProcess service = platform.flowManagerProcess();
            service.restart();
            service.awaitReady(READY_LIMIT);
            agents.awaitReady(RECONNECT_LIMIT);
            Await.run(WITHOUT);
        });
        List<ProductApi.Binding> after = Await.value(
                "bindings are answered again",
                RECONNECT_LIMIT,
                () -> Optional.of(stage.product().bindings(Stage.MOBILE_NODE)).filter(found -> !found.isEmpty()));
        boolean kept = !before.isEmpty() && KillAct.sorted(before).equals(KillAct.sorted(after));
        return outcome.finding(kept, "bindings " + (kept ? "as before" : AttachAct.describe(after)));
    }
}
