package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.OffloadTraffic.PhaseResult;

/** The operator moves the bulk stream through REST: once, and then twenty times without losing a packet. */
final class MoveAct {
    private static final int MOVES = 20;
    private static final Duration SEEN_LIMIT = Duration.ofSeconds(10);
    private static final Duration MOVE_LIMIT = Duration.ofSeconds(5);
    /** Packets between two moves: a fifth of a second. */
    private static final int PACKETS_BETWEEN = 50;

    private final Stage stage;
    private final OffloadTraffic traffic;
    private String flowId = "";

    MoveAct(Stage stage, OffloadTraffic traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    /** Starts the bulk stream on the WLAN and waits until the product knows it. */
    void startBulk() {
        traffic.startBulk();
        stage.awaitSteadyOn(OffloadTraffic.BULK, Access.WLAN, PACKETS_BETWEEN, SEEN_LIMIT);
        flowId = Await.value(
                        "the bulk stream is listed at /api/v1/flows",
                        SEEN_LIMIT,
                        () -> stage.product()
                                .flow(OffloadTraffic.BULK.correspondentPort(), OffloadTraffic.BULK.mobileNodePort()))
                .id();
        stage.console().step("bulk stream runs on WLAN as flow " + flowId);
    }

    Finding manual() {
        double millis = move(Access.LTE);
        stage.awaitSteadyOn(OffloadTraffic.BULK, Access.LTE, PACKETS_BETWEEN, MOVE_LIMIT);
        Optional<ProductApi.FlowAccess> shown =
                stage.product().flow(OffloadTraffic.BULK.correspondentPort(), OffloadTraffic.BULK.mobileNodePort());
        boolean agrees = shown.flatMap(ProductApi.FlowAccess::accessTechnologyType)
                .filter(Access.LTE.accessTechnologyType()::equals)
                .isPresent();
        return new Finding(
                agrees,
                "bulk stream on LTE %s after the request, REST says %s"
                        .formatted(
                                Stage.millis(millis),
                                shown.flatMap(ProductApi.FlowAccess::accessTechnologyType)
                                        .map(Object::toString)
                                        .orElse("nothing")));
    }

    /** Back and forth with empty queues; each move is awaited by the counters of both accesses. */
    Finding lossless() {
        stage.awaitEmptyQueues();
        int phase = traffic.nextPhase();
        double longest = 0;
        Access to = Access.WLAN;
        for (int i = 0; i < MOVES; i++) {
            longest = Math.max(longest, move(to));
            stage.awaitSteadyOn(OffloadTraffic.BULK, to, PACKETS_BETWEEN, MOVE_LIMIT);
            to = to.other();
        }
        traffic.nextPhase();
        PhaseResult result = traffic.result(OffloadTraffic.BULK, phase);
        return new Finding(
                result.lossless(),
                "%d packets over %d moves: lost %d, duplicated %d, reordered %d; slowest move %s, longest gap %s"
                        .formatted(
                                result.sent(),
                                MOVES,
                                result.lost(),
                                result.duplicated(),
                                result.reordered(),
                                Stage.millis(longest),
                                Stage.millis(result.longestGapMillis())));
    }

    /** Gives the bulk stream back to its policy, which wants it on the WLAN. */
    void reset() {
        stage.product().reset(flowId);
        stage.awaitSteadyOn(OffloadTraffic.BULK, Access.WLAN, PACKETS_BETWEEN, SEEN_LIMIT);
    }

    /** Pins the bulk stream where its policy would not put it. */
    void pin(Access access) {
        move(access);
        stage.awaitSteadyOn(OffloadTraffic.BULK, access, PACKETS_BETWEEN, SEEN_LIMIT);
    }

    private double move(Access to) {
        return stage.observeMove(
                OffloadTraffic.BULK,
                to,
                "MANUAL",
                MOVE_LIMIT,
                () -> stage.product().move(flowId, to.accessTechnologyType()));
    }
}
