package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Gateway.RESTART_COUNTER;
import static org.flowanchor.agent.domain.Gateway.terminal;
import static org.flowanchor.agent.domain.Gateway.updates;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.flowanchor.agent.domain.AttachmentDecision.AnchorBecame;
import org.flowanchor.agent.domain.AttachmentDecision.AnchorRestarted;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.Say;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.message.BindingErrorStatus;
import org.junit.jupiter.api.Test;

/** Heartbeats of a gateway on the wire, one a minute; the first has number 42. */
class AnchorPeerTest {
    private static final Duration MINUTE = Gateway.HEARTBEATS;

    private final Gateway gateway = new Gateway();

    private static Heartbeat request(long number) {
        return new Heartbeat(false, false, number, OptionalLong.empty());
    }

    private static Heartbeat response(long number, long restartCounter) {
        return new Heartbeat(true, false, number, OptionalLong.of(restartCounter));
    }

    /** A minute passes, in which every terminal answers whoever asks; what concerns the anchor. */
    private List<AttachmentDecision> minute() {
        gateway.time.advance(MINUTE);
        List<AttachmentDecision> decisions = new ArrayList<>(gateway.requests.due());
        for (AttachmentDecision decision : gateway.table.due()) {
            if (decision instanceof Probe probe) {
                gateway.table.answered(probe.accessLink(), probe.linkLocalAddress());
            }
        }
        return decisions;
    }

    @Test
    void h01_aRequestGoesEveryIntervalAndOnlyWhileThereIsABinding() {
        assertThat(minute()).isEmpty();
        gateway.attach(1);
        assertThat(gateway.requests.due()).isEmpty();
        assertThat(minute()).containsExactly(new Say(request(42)));
        gateway.requests.received(response(42, 5));
        assertThat(minute()).containsExactly(new Say(request(43)));
    }

    @Test
    void h03_theAnchorIsSilentOnTheFourthMissAndNotBeforeAndAnyResponseEndsIt() {
        gateway.attach(1);
        minute();
        assertThat(gateway.requests.received(response(42, 5))).containsExactly(new AnchorBecame(true));
        for (int number = 43; number <= 46; number++) {
            assertThat(minute()).containsExactly(new Say(request(number)));
        }
        assertThat(minute()).containsExactly(new AnchorBecame(false), new Say(request(47)));
        assertThat(minute()).containsExactly(new Say(request(48)));
        assertThat(gateway.terminals()).as("forwarding goes on").containsExactly(terminal(1));
        assertThat(gateway.requests.received(response(47, 5)))
                .as("to an earlier one")
                .noneMatch(AnchorBecame.class::isInstance);
        assertThat(gateway.requests.received(response(48, 5))).containsExactly(new AnchorBecame(true));
    }

    @Test
    void h03_h06_anUnsolicitedResponseEndsTheMissesAndTheSilence() {
        gateway.attach(1);
        minute();
        gateway.requests.received(response(42, 5));
        for (int number = 43; number <= 46; number++) {
            minute();
        }
        Heartbeat unsolicited = new Heartbeat(true, true, 999, OptionalLong.of(5));
        gateway.requests.received(unsolicited);
        for (int number = 47; number <= 49; number++) {
            assertThat(minute()).as("counted anew").containsExactly(new Say(request(number)));
        }
        assertThat(minute()).containsExactly(new AnchorBecame(false), new Say(request(50)));
        assertThat(gateway.requests.received(unsolicited)).containsExactly(new AnchorBecame(true));
    }

    @Test
    void anAnchorThatNeverAnswersIsNotCalledSilent() {
        gateway.attach(1);
        for (int number = 42; number < 52; number++) {
            assertThat(minute()).containsExactly(new Say(request(number)));
        }
    }

    @Test
    void h04_anotherRestartCounterRegistersEverySessionAgainAndNothingStopsMeanwhile() {
        gateway.attach(1, prefix(11));
        gateway.attach(2);
        minute();
        gateway.requests.received(response(42, 5));
        minute();
        List<AttachmentDecision> decisions = gateway.requests.received(response(43, 6));
        assertThat(decisions).contains(new AnchorRestarted(2));
        assertThat(updates(decisions))
                .extracting(ProxyBindingUpdate::prefixes)
                .containsExactlyInAnyOrder(java.util.Set.of(prefix(1)), java.util.Set.of(prefix(2)));
        assertThat(updates(decisions))
                .allSatisfy(update ->
                        assertThat(update.handoffIndicator()).isEqualTo(HandoffIndicator.HANDOFF_STATE_UNKNOWN));
        assertThat(gateway.terminals()).containsExactlyInAnyOrder(terminal(1, prefix(11)), terminal(2));
        updates(decisions).forEach(update -> gateway.accept(update, update.prefixes(), java.util.Set.of()));
        assertThat(gateway.table.bound()).isEqualTo(2);
    }

    @Test
    void h06_anUnsolicitedResponseTellsOfARestartWhateverItsNumber() {
        gateway.attach(1);
        minute();
        gateway.requests.received(response(42, 5));
        assertThat(gateway.requests.received(new Heartbeat(true, true, 999, OptionalLong.of(5))))
                .isEmpty();
        assertThat(gateway.requests.received(new Heartbeat(true, true, 999, OptionalLong.of(6))))
                .contains(new AnchorRestarted(1));
    }

    @Test
    void h06_aGatewayThatLostItsSessionsSaysSoOnce() {
        assertThat(gateway.requests.streamCameUp(false))
                .containsExactly(new Say(new Heartbeat(true, true, 0, OptionalLong.of(RESTART_COUNTER))));
        assertThat(gateway.requests.streamCameUp(false)).isEmpty();
    }

    @Test
    void h05_aRestartedAgentThatFoundItsTerminalsLostNothingAndSaysNothing() {
        assertThat(gateway.requests.streamCameUp(true)).isEmpty();
        assertThat(gateway.requests.streamCameUp(false)).isEmpty();
    }

    @Test
    void h07_aBindingErrorEndsTheRequests() {
        gateway.attach(1);
        minute();
        gateway.requests.received(new BindingErrorReceived(BindingErrorStatus.UNRECOGNIZED_MH_TYPE));
        assertThat(minute()).isEmpty();
        assertThat(minute()).isEmpty();
        assertThat(gateway.requests.received(Gateway.heartbeat(9)))
                .as("its own are answered")
                .hasSize(1);
    }

    @Test
    void h07_anAnchorThatAnsweredBeforeMeansAnotherMessage() {
        gateway.attach(1);
        minute();
        gateway.requests.received(response(42, 5));
        minute();
        gateway.requests.received(new BindingErrorReceived(BindingErrorStatus.UNRECOGNIZED_MH_TYPE));
        assertThat(minute()).containsExactly(new Say(request(44)));
    }
}
