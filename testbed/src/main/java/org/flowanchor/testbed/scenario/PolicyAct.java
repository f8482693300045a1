package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.Locale;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.OffloadTraffic.PhaseResult;

/** The operator's policy puts VoIP on LTE and best effort on WLAN. */
final class PolicyAct {
    /** Above what a download alone loses on the lab's links (nothing), below what the overload loses (about a fifth). */
    static final double LOSS_RATIO_THRESHOLD = 0.05;

    private static final String POLICY_NAME = "offload";

    private static final String POLICY = String.format(Locale.ROOT, """
            {
              "name": "%s",
              "precedence": 100,
              "groups": ["default"],
              "rules": [
                {
                  "name": "voip",
                  "selectors": [{"protocol": "udp", "dscp": "EF"}],
                  "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["E_UTRAN", "IEEE_802_11"]}
                },
                {
                  "name": "best-effort",
                  "steering": {
                    "mode": "PRIORITY_BASED",
                    "accessTechnologyTypes": ["IEEE_802_11", "E_UTRAN"],
                    "packetLossRatioThreshold": %s
                  }
                }
              ]
            }
            """, POLICY_NAME, LOSS_RATIO_THRESHOLD);

    private static final Duration ENFORCE_LIMIT = Duration.ofSeconds(10);
    private static final Duration PERIOD = Duration.ofMillis(1500);

    private final Stage stage;
    private final OffloadTraffic traffic;

    PolicyAct(Stage stage, OffloadTraffic traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    /**
     * Puts the policy through REST and waits until the anchor follows it, by where VoIP comes in. What an earlier story pinned is not kept:
     * its flows had the same five-tuples.
     */
    void put() {
        stage.product().resetFlows(Stage.MOBILE_NODE);
        traffic.startVoip();
        long begun = System.nanoTime();
        stage.product().putPolicy(POLICY_NAME, POLICY);
        stage.awaitSteadyOn(OffloadTraffic.VOIP, Access.LTE, 10, ENFORCE_LIMIT);
        stage.console()
                .step("policy put and enforced, VoIP on LTE %s later"
                        .formatted(Stage.millis((System.nanoTime() - begun) / 1e6)));
    }

    Finding voipOnLte() {
        int phase = traffic.nextPhase();
        Reading before = stage.received();
        Await.run(PERIOD);
        Reading during = stage.received().since(before);
        traffic.nextPhase();
        PhaseResult result = traffic.result(OffloadTraffic.VOIP, phase);
        long lte = packets(during, Access.LTE, OffloadTraffic.VOIP);
        long wlan = packets(during, Access.WLAN, OffloadTraffic.VOIP);
        return new Finding(
                lte > 0 && wlan == 0 && result.lossless(),
                "%d packets on LTE, %d on WLAN; %d sent, %d lost".formatted(lte, wlan, result.sent(), result.lost()));
    }

    /** Best effort: small requests and an elephant, which stays on for the next act. */
    Finding bestEffortOnWlan(TrafficFlow requests, TrafficFlow elephant) {
        Reading before = stage.received();
        Await.until(
                "300 packets of the elephant and 30 of small requests",
                ENFORCE_LIMIT,
                () -> stage.carriedSince(before, elephant, Access.WLAN) >= 300
                        && stage.carriedSince(before, requests, Access.WLAN) >= 30);
        Reading during = stage.received().since(before);
        long lte = packets(during, Access.LTE, elephant) + packets(during, Access.LTE, requests);
        return new Finding(
                lte == 0,
                "%d packets of the elephant and %d of small requests on WLAN, %d of them on LTE"
                        .formatted(
                                packets(during, Access.WLAN, elephant), packets(during, Access.WLAN, requests), lte));
    }

    private static long packets(Reading reading, Access access, TrafficFlow flow) {
        return reading.of(access, flow.protocol(), flow.correspondentPort()).packets();
    }
}
