package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.lab.ShapedLink;
import org.flowanchor.testbed.scenario.CheckList.Finding;

/**
 * Other users overload the WLAN; the elephant moves to LTE.
 *
 * <p>The download alone fills the WLAN without losing a packet, because its window is smaller than the link's queue; only the other
 * users make the link lose. They stay until the elephant's rate on LTE is measured, or it would be brought back.
 */
final class CongestionAct {
    private static final Duration ALONE = Duration.ofSeconds(2);
    private static final Duration MOVE_LIMIT = Duration.ofSeconds(10);
    private static final Duration GIVE_UP = Duration.ofSeconds(15);
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(5);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final Duration MEASURED = Duration.ofSeconds(3);
    private static final Duration POLL_REST = Duration.ofMillis(100);
    private static final double RATE_SHARE = 0.7;

    private final Stage stage;
    private final OffloadTraffic traffic;
    private final TrafficFlow elephant;

    private double lossAlone;
    private double rateAlone;
    private boolean congestedAlone;
    private long crossBegan;
    private ShapedLink linkAtCross = new ShapedLink(0, 0, 0, 0);
    private Reading receivedAtCross = new Reading(Map.of());
    private double moveSeconds = -1;

    CongestionAct(Stage stage, OffloadTraffic traffic, TrafficFlow elephant) {
        this.stage = stage;
        this.traffic = traffic;
        this.elephant = elephant;
    }

    /** The elephant alone, as a control: the link is full, nothing is lost, nobody speaks of congestion. */
    void alone() {
        ShapedLink before = stage.shapedLink(Access.WLAN);
        long from = System.nanoTime();
        Await.run(ALONE);
        rateAlone = traffic.bitsPerSecond(elephant, from, System.nanoTime(), stage.beganNanos());
        lossAlone = stage.shapedLink(Access.WLAN).since(before).lossRatio();
        congestedAlone = stage.product().congested(Access.WLAN.proxyCareOfAddress());
        stage.console()
                .step("elephant alone on WLAN: %s, %s of packets lost"
                        .formatted(Stage.mbits(rateAlone), percent(lossAlone)));
    }

    /** Starts the overload and waits until the product speaks of congestion; the elephant may move meanwhile. */
    Finding detected() {
        linkAtCross = stage.shapedLink(Access.WLAN);
        receivedAtCross = stage.received();
        crossBegan = System.nanoTime();
        traffic.startCross();
        stage.event("other users overload the WLAN", "overload of the WLAN");
        long nextRest = crossBegan;
        double detectedSeconds = -1;
        while (sinceCross() < GIVE_UP.toMillis() / 1000.0 && (detectedSeconds < 0 || moveSeconds < 0)) {
            lookForMove();
            if (detectedSeconds < 0 && System.nanoTime() - nextRest >= 0) {
                if (stage.product().congested(Access.WLAN.proxyCareOfAddress())) {
                    detectedSeconds = sinceCross();
                }
                nextRest = System.nanoTime() + POLL_REST.toNanos();
            }
            Await.run(Duration.ofMillis(20));
        }
        double loss = stage.shapedLink(Access.WLAN).since(linkAtCross).lossRatio();
        boolean holds = detectedSeconds >= 0
                && detectedSeconds <= MOVE_LIMIT.toSeconds()
                && !congestedAlone
                && lossAlone < PolicyAct.LOSS_RATIO_THRESHOLD
                && loss > PolicyAct.LOSS_RATIO_THRESHOLD;
        return new Finding(
                holds,
                "%s; the link lost %s since, %s before%s"
                        .formatted(
                                detectedSeconds < 0
                                        ? "not reported within " + GIVE_UP.toSeconds() + " s"
                                        : String.format(Locale.ROOT, "reported after %.1f s", detectedSeconds),
                                percent(loss),
                                percent(lossAlone),
                                congestedAlone ? ", when congestion was reported without overload" : ""));
    }

    private void lookForMove() {
        if (moveSeconds < 0 && stage.carriedSince(receivedAtCross, elephant, Access.LTE) > 0) {
            stage.awaitMove(elephant, Access.LTE, "QOS", Duration.ofSeconds(1), receivedAtCross, crossBegan);
            moveSeconds = sinceCross();
            traffic.nextPhase();
        }
    }

    /** The elephant is on LTE and goes on there. */
    Finding moved() {
        if (moveSeconds < 0) {
            throw new ScenarioException("the elephant was not seen on LTE within " + GIVE_UP.toSeconds() + " s");
        }
        long octets = octets();
        Await.until("the elephant goes on after its move", RESUME_LIMIT, () -> octets() > octets + 100_000);
        Await.run(SETTLE);
        Reading before = stage.received();
        long from = System.nanoTime();
        Await.run(MEASURED);
        double rate = traffic.bitsPerSecond(elephant, from, System.nanoTime(), stage.beganNanos());
        Reading during = stage.received().since(before);
        long wlan = during.of(Access.WLAN, elephant.protocol(), elephant.correspondentPort())
                .packets();
        stage.product()
                .flow(elephant.correspondentPort(), elephant.mobileNodePort())
                .ifPresent(flow -> stage.console().detail("the product's reason: " + flow.reason()));
        double needed = RATE_SHARE * stage.lab().shape().lteBitsPerSecond();
        String problem = traffic.received(elephant).problem();
        return new Finding(
                moveSeconds <= MOVE_LIMIT.toSeconds() && rate >= needed && wlan == 0 && problem.isEmpty(),
                String.format(
                        Locale.ROOT,
                        "moved to LTE %.1f s after the overload began, then %s there (%.0f %% of the link), %d packets on WLAN%s",
                        moveSeconds,
                        Stage.mbits(rate),
                        100 * rate / stage.lab().shape().lteBitsPerSecond(),
                        wlan,
                        problem.isEmpty() ? "" : ", " + problem));
    }

    /** Ends the overload and the elephant; waits until queues are empty and the product holds the WLAN for fit again. */
    void end(TrafficFlow requests) {
        stage.event("overload ends", "overload ends");
        traffic.stopCross();
        traffic.stop(elephant);
        traffic.stop(requests);
        stage.awaitEmptyQueues();
        long begun = System.nanoTime();
        Await.until(
                "the WLAN is reported fit again",
                Duration.ofSeconds(20),
                () -> !stage.product().congested(Access.WLAN.proxyCareOfAddress()));
        stage.console()
                .step(String.format(
                        Locale.ROOT, "WLAN reported fit again %.1f s later", (System.nanoTime() - begun) / 1e9));
    }

    private long octets() {
        return traffic.received(elephant).octetsPer100Millis().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private double sinceCross() {
        return (System.nanoTime() - crossBegan) / 1e9;
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * ratio);
    }
}
