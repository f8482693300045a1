package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.launcher.Console;
import org.flowanchor.testbed.report.Report;
import org.flowanchor.testbed.report.Series;
import org.flowanchor.testbed.report.ThroughputPlot;
import org.flowanchor.testbed.scenario.KillAct.Killed;

/** The main job: a mobile node with two accesses, the operator's policy, congestion, moves, an outage and two killed services. */
final class OffloadScenario implements Scenario {
    private static final Duration AGENTS_LIMIT = Duration.ofSeconds(30);
    /** Of the traffic for who looks around. */
    private static final Duration SHOWN = Duration.ofMinutes(15);

    private static final List<String> CHECKS = List.of(
            "attach-wlan",
            "attach-lte",
            "one-prefix-two-accesses",
            "voip-on-lte",
            "best-effort-on-wlan",
            "congestion-detected",
            "elephant-moved",
            "manual-move",
            "planned-move-lossless",
            "wlan-outage-recovered",
            "binding-service-killed",
            "flow-manager-killed");

    @Override
    public String name() {
        return "offload";
    }

    @Override
    public String description() {
        return "a mobile node on WLAN and LTE: policy, congestion, moves without loss, outage, killed services";
    }

    @Override
    public Report play(ScenarioContext context) {
        Stage stage = Stage.build(context);
        CheckList checks = new CheckList(context.console(), CHECKS);
        Report report = story(context, stage, checks);
        if (context.serves() && report.passed()) {
            show(stage);
        }
        return report;
    }

    /** Two streams, so that there are flows to see and to move. They end with this process at the latest. */
    private static void show(Stage stage) {
        OffloadTraffic traffic = new OffloadTraffic(stage.lab(), stage::mobileNodeAddress, stage.beganNanos());
        traffic.startVoip();
        traffic.startBulk();
        stage.console()
                .step("streams voip and bulk go on for %d minutes, to look at and to move"
                        .formatted(SHOWN.toMinutes()));
        Thread.ofVirtual().name("shown-traffic").start(() -> {
            try (traffic) {
                Thread.sleep(SHOWN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static Report story(ScenarioContext context, Stage stage, CheckList checks) {
        try (OffloadTraffic traffic = new OffloadTraffic(stage.lab(), stage::mobileNodeAddress, stage.beganNanos())) {
            Agents agents = Agents.start(context.platform(), stage.lab(), Stage.MOBILE_NODE);
            checks.step(() -> {
                agents.awaitReady(AGENTS_LIMIT);
                stage.console().step("agents at the anchor and both gateways are ready");
            });
            attachAndSteer(stage, traffic, checks);
            move(stage, traffic, checks);
            kill(stage, traffic, agents, checks);
            stage.timeline().close();
            return report(stage, traffic, checks);
        }
    }

    private static void attachAndSteer(Stage stage, OffloadTraffic traffic, CheckList checks) {
        AttachAct attach = new AttachAct(stage, traffic);
        checks.check(
                "attach-wlan",
                "a prefix is announced on WLAN, a probe through its tunnel is answered",
                () -> attach.attach(Access.WLAN));
        checks.check(
                "attach-lte",
                "a prefix is announced on LTE, a probe through its tunnel is answered",
                () -> attach.attach(Access.LTE));
        checks.check(
                "one-prefix-two-accesses",
                "two active bindings at different gateways share one prefix; one address, on the logical interface only",
                attach::onePrefix);

        PolicyAct policy = new PolicyAct(stage, traffic);
        checks.step(policy::put);
        checks.check("voip-on-lte", "every VoIP packet on LTE, none on WLAN, none lost", policy::voipOnLte);
        List<TrafficFlow> bestEffort = new ArrayList<>();
        checks.step(() -> {
            bestEffort.add(traffic.startRequests());
            bestEffort.add(traffic.startElephant());
        });
        checks.check(
                "best-effort-on-wlan",
                "every packet of elephant and small requests on WLAN, none on LTE",
                () -> policy.bestEffortOnWlan(bestEffort.getFirst(), bestEffort.getLast()));

        CongestionAct[] congestion = new CongestionAct[1];
        checks.step(() -> {
            congestion[0] = new CongestionAct(stage, traffic, bestEffort.getLast());
            congestion[0].alone();
        });
        checks.check(
                "congestion-detected",
                "reported at most 10 s after the overload began and not before; the link's own loss ratio above 5 % and below before",
                () -> congestion[0].detected());
        checks.check(
                "elephant-moved",
                "on LTE at most 10 s after the overload began, then at least 4.2 Mbit/s there (70 % of the link), no packet on WLAN",
                () -> congestion[0].moved());
        checks.step(() -> congestion[0].end(bestEffort.getFirst()));
    }

    private static void move(Stage stage, OffloadTraffic traffic, CheckList checks) {
        MoveAct move = new MoveAct(stage, traffic);
        checks.step(move::startBulk);
        checks.check("manual-move", "bulk stream on LTE at most 5 s after the request, REST agrees", move::manual);
        checks.check(
                "planned-move-lossless", "20 moves through REST: lost 0, duplicated 0, reordered 0", move::lossless);
        checks.step(move::reset);

        OutageAct outage = new OutageAct(stage, traffic);
        List<TrafficFlow> added = new ArrayList<>();
        checks.step(() -> outage.prepare(added));
        checks.check(
                "wlan-outage-recovered", "every flow goes on over LTE, longest gap at most 1000 ms", outage::outage);
        checks.step(() -> {
            outage.recover(added);
            move.pin(Access.LTE);
        });
    }

    private static void kill(Stage stage, OffloadTraffic traffic, Agents agents, CheckList checks) {
        KillAct kill = new KillAct(stage, traffic, agents);
        List<Killed> kills = new ArrayList<>();
        List<Double> controls = new ArrayList<>();
        checks.step(() -> {
            kills.add(kill.kill(stage.context().platform().bindingServiceProcess()));
            kills.add(kill.kill(stage.context().platform().flowManagerProcess()));
            controls.addAll(kill.control(kills));
        });
        String expected =
                "lost 0; longest gap at most the larger of 300 ms and twice an undisturbed control of equal length; "
                        + "no packet on another access; bindings as before";
        checks.check("binding-service-killed", expected, () -> kill.verdict(kills.get(0), controls.get(0)));
        checks.check("flow-manager-killed", expected, () -> kill.verdict(kills.get(1), controls.get(1)));
    }

    private static Report report(Stage stage, OffloadTraffic traffic, CheckList checks) {
        ScenarioContext context = stage.context();
        Console console = context.console();
        List<Series> perFlow = traffic.throughput();
        Report report = Report.of(
                "offload",
                (System.nanoTime() - stage.beganNanos()) / 1_000_000,
                true,
                checks.checks(),
                traffic.figures(stage.movesByFlow()),
                stage.moves());
        console.detail("busiest second of the mobile node: %.0f packets/s"
                .formatted(stage.timeline().busiestPacketsPerSecond()));
        context.reportDirectory().ifPresent(directory -> {
            report.write(directory);
            ThroughputPlot plot = new ThroughputPlot("offload", report.moves(), stage.events());
            plot.write(
                    directory.resolve("throughput.png"),
                    perFlow,
                    stage.timeline().perAccess(stage.beganNanos()));
            console.detail("written: " + directory.resolve("report.json") + ", " + directory.resolve("throughput.png"));
        });
        return report;
    }
}
