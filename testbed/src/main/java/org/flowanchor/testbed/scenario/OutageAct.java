package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.OffloadTraffic.PhaseResult;

/** The WLAN link is lost under all kinds of traffic, and comes back. */
final class OutageAct {
    private static final Duration STEADY_LIMIT = Duration.ofSeconds(10);
    private static final Duration CONTINUE_LIMIT = Duration.ofSeconds(5);
    private static final Duration PERIOD = Duration.ofSeconds(3);
    private static final double GAP_LIMIT_MILLIS = 1000;
    private static final int STEADY_PACKETS = 20;

    private final Stage stage;
    private final OffloadTraffic traffic;

    OutageAct(Stage stage, OffloadTraffic traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    /** Elephant and small requests join bulk and VoIP; everything but VoIP is on the WLAN. */
    void prepare(List<TrafficFlow> added) {
        added.add(traffic.startRequests());
        added.add(traffic.startElephant());
        for (TrafficFlow flow : traffic.running()) {
            Access access = flow.equals(OffloadTraffic.VOIP) ? Access.LTE : Access.WLAN;
            stage.awaitSteadyOn(flow, access, STEADY_PACKETS, STEADY_LIMIT);
        }
        stage.console().step("all flows run: VoIP on LTE; bulk stream, elephant and small requests on WLAN");
    }

    /** Takes the link away and measures every flow until each has gone on for a while on LTE. */
    Finding outage() {
        int phase = traffic.nextPhase();
        Reading before = stage.received();
        stage.event("WLAN link goes down", "WLAN down");
        long down = System.nanoTime();
        stage.lab().linkDown(Access.WLAN);
        List<String> figures = new ArrayList<>();
        for (TrafficFlow flow : traffic.running()) {
            if (flow.equals(OffloadTraffic.VOIP)) {
                continue;
            }
            stage.awaitMove(flow, Access.LTE, "OUTAGE", CONTINUE_LIMIT, before, down);
        }
        Await.run(PERIOD);
        for (TrafficFlow flow : traffic.running()) {
            stage.awaitSteadyOn(flow, Access.LTE, STEADY_PACKETS, CONTINUE_LIMIT);
        }
        double longest = 0;
        boolean well = true;
        for (TrafficFlow flow : traffic.running()) {
            PhaseResult result = during(flow, phase);
            longest = Math.max(longest, result.longestGapMillis());
            well &= result.received() > 0 && traffic.received(flow).problem().isEmpty();
            figures.add(flow.name() + " " + Stage.millis(result.longestGapMillis()));
        }
        return new Finding(
                well && longest <= GAP_LIMIT_MILLIS,
                "all flows on LTE, longest gap %s (%s)%s"
                        .formatted(
                                Stage.millis(longest), String.join(", ", figures), well ? "" : "; a connection broke"));
    }

    private PhaseResult during(TrafficFlow flow, int phase) {
        var account = traffic.received(flow).phase(phase);
        return new PhaseResult(0, account.received(), 0, 0, 0, account.longestGapMillis());
    }

    /** The link comes back and its flows with it; what was added for the outage ends. */
    void recover(List<TrafficFlow> added) {
        Reading before = stage.received();
        stage.event("WLAN link comes back", "WLAN up");
        long up = System.nanoTime();
        stage.lab().linkUp(Access.WLAN);
        stage.awaitMove(OffloadTraffic.BULK, Access.WLAN, "POLICY", STEADY_LIMIT, before, up);
        stage.awaitSteadyOn(OffloadTraffic.BULK, Access.WLAN, STEADY_PACKETS, STEADY_LIMIT);
        stage.console()
                .step("WLAN is back, bulk stream on it %s later"
                        .formatted(Stage.millis((System.nanoTime() - up) / 1e6)));
        added.forEach(traffic::stop);
        stage.awaitEmptyQueues();
        traffic.nextPhase();
    }
}
