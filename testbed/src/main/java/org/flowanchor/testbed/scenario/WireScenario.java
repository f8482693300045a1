package org.flowanchor.testbed.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.report.Report;

/**
 * Signalling on the wire: the gateways speak RFC 5213 with the anchor instead of gRPC. Everything that passes the anchor's backhaul is
 * captured, and the capture is judged by tshark.
 */
final class WireScenario implements Scenario {
    private static final Duration AGENTS_LIMIT = Duration.ofSeconds(60);

    /** Short, so that extensions come within the story; twice the time the slowest host needs for one. */
    private static final int LIFETIME_SECONDS = 24;

    private static final List<String> CHECKS = List.of(
            "protection-stated",
            "attachment",
            "second-interface",
            "extension",
            "deregistration",
            "handover",
            "late-deregistration",
            "no-grpc-registration",
            "revocation",
            "flow-mobility",
            "flow-mobility-withdrawn",
            "heartbeat-loss",
            "judged-by-tshark",
            "foreign-gateways",
            "foreign-anchors",
            "judged-among-foreigners",
            "mobility-unaware-host");

    @Override
    public String name() {
        return "wire";
    }

    @Override
    public String description() {
        return "gateways and anchor speak RFC 5213 on the wire; the capture is judged by tshark";
    }

    @Override
    public Report play(ScenarioContext context) {
        Stage stage = Stage.build(context);
        CheckList checks = new CheckList(context.console(), CHECKS);
        Path capture = context.reportDirectory()
                .orElse(context.platform().workDirectory())
                .resolve("signalling.pcap")
                .toAbsolutePath();
        try (OffloadTraffic traffic =
                new OffloadTraffic(stage.lab(), () -> AnchorMessageActs.address(stage), stage.beganNanos())) {
            Agents agents = Agents.onTheWire(context.platform(), stage.lab(), Stage.MOBILE_NODE, LIFETIME_SECONDS);
            SignallingLog log = new SignallingLog(stage, capture);
            WireAct act = new WireAct(stage, traffic, agents, log);
            AnchorMessageActs anchor = new AnchorMessageActs(stage, traffic, agents, log);
            ForeignActs foreigners = new ForeignActs(stage, agents, capture.resolveSibling("foreign.pcap"));
            MobilityUnawareness unawareness = MobilityUnawareness.begin(stage);
            checks.step(() -> {
                SignallingCapture.begin(stage, LabNode.ANCHOR, "b0", capture);
                foreigners.prepare();
                agents.awaitReady(AGENTS_LIMIT);
                stage.console().step("agents at the anchor and both gateways are ready");
            });
            play(checks, act);
            play(checks, anchor);
            checks.check(
                    "judged-by-tshark",
                    "every update answered by an acknowledgement with its sequence number, except the ignored one's; no complaint",
                    act::judged);
            play(checks, foreigners);
            checks.check(
                    "mobility-unaware-host",
                    "no Mobility Header on any link of the mobile node in all that time",
                    unawareness::found);
        }
        Report report = Report.of(
                name(),
                (System.nanoTime() - stage.beganNanos()) / 1_000_000,
                true,
                checks.checks(),
                List.of(),
                stage.moves());
        context.reportDirectory().ifPresent(directory -> {
            report.write(directory);
            context.console().detail("written: " + directory.resolve("report.json") + ", " + capture);
        });
        return report;
    }

    private static void play(CheckList checks, WireAct act) {
        checks.check(
                "protection-stated",
                "each agent's health says what protects signalling, and so does binding-service's",
                act::protection);
        checks.check(
                "attachment",
                "update (A, P, prefix ::/0) and acknowledgement (status 0, a /64) on the wire; a probe is answered",
                () -> act.attached(Access.WLAN));
        checks.check(
                "second-interface",
                "update with handoff indicator 6 and its acknowledgement with the same prefix; two active bindings; a probe is answered",
                () -> act.attached(Access.LTE));
        checks.check(
                "extension",
                "both gateways repeat the update with handoff indicator 5 and the prefix, each accepted; bindings unchanged",
                act::extended);
        checks.check(
                "deregistration",
                "update with lifetime 0 and handoff indicator 4, acknowledged with status 0 and lifetime 0; one active binding",
                () -> act.deregistered(Access.LTE));
        checks.check(
                "handover",
                "update with handoff indicator 2 from the other gateway, status 0 and the same prefix; one active binding, there",
                () -> act.handedOver(Access.LTE));
        checks.check(
                "late-deregistration",
                "the former gateway's update with lifetime 0 is not answered (RFC 5213 section 5.3.5); the binding stays",
                () -> act.lateDeregistration(Access.WLAN));
        checks.check(
                "no-grpc-registration",
                "no gateway on gRPC, every update of the story came over the wire",
                act::countedByTheService);
    }

    private static void play(CheckList checks, AnchorMessageActs act) {
        checks.check(
                "revocation",
                "handoff indicator 4: the other gateway is asked (trigger 4), says that the node is there (132); a session of its own, the other's prefix off-link",
                act::askedWhetherItLeft);
        checks.check(
                "flow-mobility",
                "Flow Mobility Initiate to the target's gateway with the prefix off-link, accepted with its sequence number; the flow is there",
                act::movedFlow);
        checks.check(
                "flow-mobility-withdrawn",
                "the flow goes back; after the hold time an Initiate with the gateway's own prefix alone, accepted",
                act::withdrawn);
        checks.check(
                "heartbeat-loss",
                "a killed gateway's heartbeats go unanswered and its binding becomes invalid; the other's are answered",
                act::silentGateway);
    }

    private static void play(CheckList checks, ForeignActs act) {
        checks.check(
                "foreign-gateways",
                "gateways as OAI, OPMIP, MAD, ns-3 and the RFCs write them attach, extend and leave; all of each prefix is routed to its gateway; each deviation is counted for its peer",
                act::foreignGateways);
        checks.check(
                "foreign-anchors",
                "our gateways register, extend and de-register with an anchor that follows the RFCs and with one as OAI writes it; a heartbeat is answered",
                act::foreignAnchors);
        checks.check("judged-among-foreigners", "nothing the product sent to them is objected to", act::judged);
    }
}
