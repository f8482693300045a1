package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.OffloadTraffic.PhaseResult;

/**
 * Two flows that nothing moves: VoIP on LTE, where its class puts it, and a bulk stream on WLAN, where its binding puts it. Whatever is
 * done to agents and services, both ends' sequence numbers and the mobile node's counters tell whether a packet noticed.
 */
final class SteadyFlows {
    private static final Map<TrafficFlow, Access> PLACES =
            Map.of(OffloadTraffic.VOIP, Access.LTE, OffloadTraffic.BULK, Access.WLAN);
    private static final Duration SETTLE = Duration.ofSeconds(10);

    /** What a disturbance came to. */
    record Outcome(long sent, long lost, long duplicated, long reordered, long elsewhere, double longestGapMillis) {
        boolean untouched() {
            return sent > 0 && lost == 0 && duplicated == 0 && reordered == 0 && elsewhere == 0;
        }

        Finding finding(boolean more, String what) {
            return new Finding(untouched() && more, this + (what.isEmpty() ? "" : "; " + what));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d sent, %d lost, %d duplicated, %d reordered, %d by another way, longest gap %.0f ms",
                    sent,
                    lost,
                    duplicated,
                    reordered,
                    elsewhere,
                    longestGapMillis);
        }
    }

    private final Stage stage;
    private final OffloadTraffic traffic;

    SteadyFlows(Stage stage, OffloadTraffic traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    /** Starts the bulk stream beside VoIP and waits until each is in its place. */
    void start() {
        traffic.startBulk();
        awaitInPlace();
    }

    private void awaitInPlace() {
        PLACES.forEach((flow, access) -> stage.awaitSteadyOn(flow, access, 20, SETTLE));
    }

    /** Does something to the product and accounts for every packet sent meanwhile. */
    Outcome during(Runnable disturbance) {
        int phase = traffic.nextPhase();
        Reading before = stage.received();
        disturbance.run();
        traffic.nextPhase();
        List<TrafficFlow> flows = List.of(OffloadTraffic.VOIP, OffloadTraffic.BULK);
        long sent = 0;
        long lost = 0;
        long duplicated = 0;
        long reordered = 0;
        double gap = 0;
        for (TrafficFlow flow : flows) {
            PhaseResult result = traffic.result(flow, phase);
            sent += result.sent();
            lost += result.lost();
            duplicated += result.duplicated();
            reordered += result.reordered();
            gap = Math.max(gap, result.longestGapMillis());
        }
        Reading carried = stage.received().since(before);
        long elsewhere = 0;
        for (TrafficFlow flow : flows) {
            Access other = Access.LTE.equals(PLACES.get(flow)) ? Access.WLAN : Access.LTE;
            elsewhere +=
                    carried.of(other, flow.protocol(), flow.correspondentPort()).packets();
        }
        return new Outcome(sent, lost, duplicated, reordered, elsewhere, gap);
    }
}
