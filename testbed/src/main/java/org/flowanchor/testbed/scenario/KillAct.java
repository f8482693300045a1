package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.OffloadTraffic.PhaseResult;

/**
 * Services are killed and started again under traffic. VoIP is where its class puts it and the bulk stream where an operator pinned it
 * against its class, so that forgetting either would be seen.
 *
 * <p>How long a restart takes is not known before, so the undisturbed control comes last: as long as the longer of the two, and divided
 * where the shorter ended, so that each is compared with a control of its own length.
 */
final class KillAct {
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(15);
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);
    private static final double GAP_FLOOR_MILLIS = 300;
    private static final Access PLACE = Access.LTE;

    /** One kill as it was measured; its verdict waits for the control. */
    record Killed(
            Duration length,
            List<PhaseResult> results,
            long packetsElsewhere,
            List<ProductApi.Binding> before,
            List<ProductApi.Binding> after) {
        double longestGapMillis() {
            return gap(results);
        }

        long lost() {
            return results.stream().mapToLong(PhaseResult::lost).sum();
        }

        long sent() {
            return results.stream().mapToLong(PhaseResult::sent).sum();
        }
    }

    private final Stage stage;
    private final OffloadTraffic traffic;
    private final Agents agents;

    KillAct(Stage stage, OffloadTraffic traffic, Agents agents) {
        this.stage = stage;
        this.traffic = traffic;
        this.agents = agents;
    }

    /** Kills the service with SIGKILL and starts it again; returns when everything is connected again. */
    Killed kill(ServiceProcess service) {
        List<ProductApi.Binding> before = stage.product().bindings(Stage.MOBILE_NODE);
        int phase = traffic.nextPhase();
        Reading readBefore = stage.received();
        long begun = System.nanoTime();
        service.kill();
        stage.event(service.name() + " killed", service.name() + " killed");
        service.restart();
        service.awaitReady(READY_LIMIT);
        double readySeconds = (System.nanoTime() - begun) / 1e9;
        agents.awaitReady(RECONNECT_LIMIT);
        List<ProductApi.Binding> after = Await.value(
                "bindings are answered again",
                RECONNECT_LIMIT,
                () -> Optional.of(stage.product().bindings(Stage.MOBILE_NODE)).filter(found -> !found.isEmpty()));
        Await.run(AFTERWARDS);
        Duration length = Duration.ofNanos(System.nanoTime() - begun);
        Reading during = stage.received().since(readBefore);
        traffic.nextPhase();
        List<PhaseResult> results = results(phase);
        long elsewhere = 0;
        for (TrafficFlow flow : traffic.running()) {
            elsewhere += during.of(PLACE.other(), flow.protocol(), flow.correspondentPort())
                    .packets();
        }
        stage.console()
                .step(String.format(
                        Locale.ROOT,
                        "%s ready again %.1f s after the kill, longest gap %s",
                        service.name(),
                        readySeconds,
                        Stage.millis(gap(results))));
        return new Killed(length, results, elsewhere, before, after);
    }

    /** Longest gaps of undisturbed periods as long as each of {@code kills}, in their order. */
    List<Double> control(List<Killed> kills) {
        List<Duration> lengths = kills.stream().map(Killed::length).sorted().toList();
        Map<Duration, Double> gaps = new HashMap<>();
        Duration elapsed = Duration.ZERO;
        double longest = 0;
        for (Duration length : lengths) {
            int phase = traffic.nextPhase();
            runShowingProgress(length.minus(elapsed), elapsed, lengths.getLast());
            elapsed = length;
            traffic.nextPhase();
            longest = Math.max(longest, gap(results(phase)));
            gaps.put(length, longest);
        }
        stage.console()
                .step(String.format(
                        Locale.ROOT,
                        "undisturbed control of %.1f s: longest gap %s",
                        elapsed.toMillis() / 1000.0,
                        Stage.millis(longest)));
        return kills.stream().map(kill -> gaps.getOrDefault(kill.length(), 0.0)).toList();
    }

    private void runShowingProgress(Duration period, Duration done, Duration whole) {
        Duration slice = Duration.ofSeconds(5);
        Duration left = period;
        Duration elapsed = done;
        while (left.isPositive()) {
            Duration next = left.compareTo(slice) < 0 ? left : slice;
            Await.run(next);
            left = left.minus(next);
            elapsed = elapsed.plus(next);
            stage.console().progress("undisturbed control", (double) elapsed.toMillis() / whole.toMillis());
        }
    }

    Finding verdict(Killed killed, double controlGapMillis) {
        double bound = Math.max(GAP_FLOOR_MILLIS, 2 * controlGapMillis);
        boolean bindingsKept =
                !killed.before().isEmpty() && sorted(killed.before()).equals(sorted(killed.after()));
        boolean received = killed.results().stream().allMatch(result -> result.received() > 0);
        return new Finding(
                received
                        && killed.lost() == 0
                        && killed.longestGapMillis() <= bound
                        && killed.packetsElsewhere() == 0
                        && bindingsKept,
                String.format(
                        Locale.ROOT,
                        "lost %d of %d; longest gap %s, bound %s (control %s); %d packets moved; bindings %s",
                        killed.lost(),
                        killed.sent(),
                        Stage.millis(killed.longestGapMillis()),
                        Stage.millis(bound),
                        Stage.millis(controlGapMillis),
                        killed.packetsElsewhere(),
                        bindingsKept
                                ? "as before"
                                : AttachAct.describe(killed.after()) + " instead of "
                                        + AttachAct.describe(killed.before())));
    }

    private List<PhaseResult> results(int phase) {
        return traffic.running().stream()
                .map(flow -> traffic.result(flow, phase))
                .toList();
    }

    static List<ProductApi.Binding> sorted(List<ProductApi.Binding> bindings) {
        return bindings.stream()
                .sorted(Comparator.comparingInt(ProductApi.Binding::bindingIdentifier))
                .toList();
    }

    private static double gap(List<PhaseResult> results) {
        return results.stream().mapToDouble(PhaseResult::longestGapMillis).max().orElse(0);
    }
}
