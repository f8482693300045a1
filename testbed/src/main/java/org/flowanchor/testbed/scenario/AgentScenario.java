package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.List;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.report.Report;

/** Everything that may happen to an agent and to what it needs, under two flows that must not notice. */
final class AgentScenario implements Scenario {
    private static final Duration AGENTS_LIMIT = Duration.ofSeconds(60);

    private static final String UNTOUCHED = "0 lost, 0 duplicated, 0 reordered, 0 by another way";

    private static final List<String> CHECKS = List.of(
            "undisturbed",
            "agents-killed",
            "agents-restarted",
            "agent-upgraded",
            "drift-beside-the-flows",
            "drift-under-the-flows",
            "event-flood",
            "objects-as-desired",
            "binding-service-lost",
            "both-services-lost",
            "agents-killed-without-services",
            "flow-manager-lost",
            "services-back",
            "wrong-certificate",
            "right-certificate",
            "interface-asked-for",
            "prefix-carried",
            "terminal-detached",
            "terminal-attached");

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public String description() {
        return "agents killed, restarted, upgraded, flooded, without services, with wrong certificates: steady flows do not notice";
    }

    @Override
    public Duration bound() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Report play(ScenarioContext context) {
        Stage stage = Stage.build(context);
        CheckList checks = new CheckList(context.console(), CHECKS);
        try (OffloadTraffic traffic = new OffloadTraffic(stage.lab(), stage::mobileNodeAddress, stage.beganNanos())) {
            Agents agents = Agents.start(context.platform(), stage.lab(), Stage.MOBILE_NODE);
            SteadyFlows flows = new SteadyFlows(stage, traffic);
            checks.step(() -> {
                agents.awaitReady(AGENTS_LIMIT);
                stage.console().step("agents at the anchor and both gateways are ready");
                AttachAct attach = new AttachAct(stage, traffic);
                for (Access access : Access.values()) {
                    attach.attach(access);
                }
                new PolicyAct(stage, traffic).put();
                flows.start();
            });
            checks.check(
                    "undisturbed",
                    UNTOUCHED,
                    () -> flows.during(() -> Await.run(Duration.ofSeconds(3))).finding(true, "the control"));
            processes(stage, agents, flows, checks);
            kernel(stage, agents, flows, checks);
            services(stage, agents, flows, checks);
            certificates(stage, agents, flows, checks);
            prefixes(stage, agents, flows, checks);
            triggers(stage, checks);
            stage.timeline().close();
            return report(stage, traffic, checks);
        }
    }

    private static void processes(Stage stage, Agents agents, SteadyFlows flows, CheckList checks) {
        AgentActs acts = new AgentActs(stage, agents, flows);
        checks.check(
                "agents-killed",
                UNTOUCHED + "; each ready again, bindings as before",
                () -> acts.killedAndStarted("SIGKILL", process -> process.kill()));
        checks.check(
                "agents-restarted",
                UNTOUCHED + "; each ready again, bindings as before",
                () -> acts.killedAndStarted("SIGTERM", process -> process.stop(Duration.ofSeconds(5))));
        checks.check("agent-upgraded", UNTOUCHED + "; the copy in the anchor agent's place is ready", acts::upgraded);
    }

    private static void kernel(Stage stage, Agents agents, SteadyFlows flows, CheckList checks) {
        KernelActs acts = new KernelActs(stage, agents, flows);
        checks.check(
                "drift-beside-the-flows",
                UNTOUCHED + "; uplink routes that somebody flushed are back within 6 s",
                acts::uplinkFlushed);
        checks.check(
                "drift-under-the-flows",
                "all routes of the anchor's agent that somebody flushed are back within 6 s, counted; lost or by another way at most what was sent in 500 ms",
                acts::everythingFlushed);
        checks.check(
                "event-flood",
                UNTOUCHED + "; agents ready, and what is flushed afterwards is still noticed",
                acts::flooded);
        checks.check(
                "objects-as-desired",
                UNTOUCHED + "; mag-agent dump tells objects at each node, mag-agent diff none",
                acts::asDesired);
    }

    private static void services(Stage stage, Agents agents, SteadyFlows flows, CheckList checks) {
        ServiceActs acts = new ServiceActs(stage, agents, flows);
        checks.check("binding-service-lost", UNTOUCHED + " in 5 s without it", acts::bindingServiceLost);
        checks.check("both-services-lost", UNTOUCHED + " in 5 s without either", acts::flowManagerLostToo);
        checks.check(
                "agents-killed-without-services",
                UNTOUCHED + " while all agents are killed and start with nobody to ask",
                acts::agentsKilledMeanwhile);
        checks.check(
                "flow-manager-lost",
                UNTOUCHED + " while binding-service returns and the flow-manager is away",
                acts::bindingServiceBack);
        checks.check("services-back", UNTOUCHED + "; agents ready, bindings as before", acts::flowManagerBack);
    }

    private static void certificates(Stage stage, Agents agents, SteadyFlows flows, CheckList checks) {
        CertificateActs acts = new CertificateActs(stage, agents, flows);
        checks.check(
                "wrong-certificate",
                UNTOUCHED + "; a foreign and an expired certificate refused and counted by binding-service",
                acts::wrong);
        checks.check(
                "right-certificate",
                UNTOUCHED + "; the agent is connected again without a restart, bindings as before",
                acts::right);
    }

    private static void prefixes(Stage stage, Agents agents, SteadyFlows flows, CheckList checks) {
        PrefixActs acts = new PrefixActs(stage, agents, flows);
        checks.check(
                "interface-asked-for",
                UNTOUCHED
                        + "; a node that no agent is configured with is registered over both accesses, each with a prefix"
                        + " of its own, and LTE carries that of WLAN",
                acts::asked);
        checks.check(
                "prefix-carried",
                UNTOUCHED + "; asked for as by the flow-manager, the WLAN gateway routes LTE's prefix and acknowledges",
                acts::carried);
    }

    private static void triggers(Stage stage, CheckList checks) {
        TriggerActs acts = new TriggerActs(stage);
        checks.check(
                "terminal-detached",
                "after mag-agent detach on LTE: one binding, VoIP on WLAN within 5 s",
                acts::detach);
        checks.check("terminal-attached", "after mag-agent attach on LTE: VoIP on LTE within 5 s", acts::attach);
    }

    private static Report report(Stage stage, OffloadTraffic traffic, CheckList checks) {
        Report report = Report.of(
                "agent",
                (System.nanoTime() - stage.beganNanos()) / 1_000_000,
                true,
                checks.checks(),
                traffic.figures(stage.movesByFlow()),
                stage.moves());
        stage.context().reportDirectory().ifPresent(directory -> {
            report.write(directory);
            stage.console().detail("written: " + directory.resolve("report.json"));
        });
        return report;
    }

    /** Nodes with an agent, in the order in which things are done to them. */
    static List<LabNode> nodes() {
        return List.of(LabNode.ANCHOR, Access.WLAN.gateway(), Access.LTE.gateway());
    }
}
