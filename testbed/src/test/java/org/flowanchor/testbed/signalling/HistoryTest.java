package org.flowanchor.testbed.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.signalling.Operation.Kind;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final HomeNetworkPrefix P = HomeNetworkPrefix.parse("2001:db8:1::/64");
    private static final HomeNetworkPrefix Q = HomeNetworkPrefix.parse("2001:db8:2::/64");
    private static final Optional<History.Seen> AT_0 = Optional.of(new History.Seen(0, P));
    private static final Optional<History.Seen> AT_1 = Optional.of(new History.Seen(1, P));

    private final History history = new History();

    @Test
    void anAcknowledgedAttachmentMustBeThere() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        assertThat(history.fault(AT_0)).isEmpty();
        assertThat(history.fault(Optional.empty())).isPresent();
        assertThat(history.fault(AT_1)).isPresent();
        assertThat(history.fault(Optional.of(new History.Seen(0, Q)))).isPresent();
    }

    @Test
    void anAcknowledgedHandoverMustNotBeLost() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        accepted(Kind.HANDOVER, 1, 20, Optional.of(P), 3, 4);
        assertThat(history.fault(AT_1)).isEmpty();
        assertThat(history.fault(AT_0)).isPresent();
    }

    @Test
    void anUnansweredUpdateMayCountNowOrLaterOrNever() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        sent(Kind.HANDOVER, 1, 20, Optional.of(P), 3);
        assertThat(history.fault(AT_0)).isEmpty();
        assertThat(history.fault(AT_1)).isEmpty();
        // Its timestamp is below one that was accepted since.
        accepted(Kind.REFRESH, 0, 30, Optional.of(P), 5, 6);
        assertThat(history.fault(AT_0)).isEmpty();
        assertThat(history.fault(AT_1)).isPresent();
    }

    @Test
    void aTimestampMustNotBeAcceptedAfterAHigherOne() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        accepted(Kind.HANDOVER, 1, 30, Optional.of(P), 3, 4);
        accepted(Kind.HANDOVER, 0, 20, Optional.of(P), 5, 6);
        assertThat(history.fault(AT_0)).isPresent();
        assertThat(history.fault(AT_1)).isPresent();
    }

    @Test
    void concurrentHandoversMayBeOrderedEitherWay() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        accepted(Kind.HANDOVER, 1, 30, Optional.of(P), 3, 8);
        accepted(Kind.HANDOVER, 0, 20, Optional.of(P), 4, 7);
        assertThat(history.fault(AT_1)).isEmpty();
        // 30 came last, whoever was answered first.
        assertThat(history.fault(AT_0)).isPresent();
    }

    @Test
    void aRefusalAsLateNeedsALaterOneBeforeIt() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        answered(Kind.HANDOVER, 1, 20, Optional.of(P), 3, 4, 157);
        assertThat(history.fault(AT_0)).isPresent();
        accepted(Kind.REFRESH, 0, 30, Optional.of(P), 2, 5);
        assertThat(history.fault(AT_0)).isEmpty();
    }

    @Test
    void theAnswerThatWasLostIsMadeUpForByTheRepeatedUpdate() {
        sent(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1);
        accepted(Kind.ATTACHMENT, 0, 20, Optional.empty(), 3, 4);
        sent(Kind.DEREGISTRATION, 0, 30, Optional.of(P), 5);
        accepted(Kind.DEREGISTRATION, 0, 40, Optional.of(P), 6, 7);
        assertThat(history.fault(Optional.empty())).isEmpty();
        assertThat(history.fault(AT_0)).isPresent();
    }

    @Test
    void aSessionKeepsItsPrefixAndANewOneMayHaveAnother() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        accepted(Kind.DEREGISTRATION, 0, 20, Optional.of(P), 3, 4);
        int place = sent(Kind.ATTACHMENT, 0, 30, Optional.empty(), 5);
        history.answered(place, new Operation.Outcome(0, Optional.of(Q), 6));
        assertThat(history.fault(Optional.of(new History.Seen(0, Q)))).isEmpty();
        place = sent(Kind.REFRESH, 0, 40, Optional.of(Q), 7);
        history.answered(place, new Operation.Outcome(0, Optional.of(P), 8));
        assertThat(history.fault(AT_0)).isPresent();
    }

    @Test
    void aStatusThatNothingExplainsIsAFault() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        answered(Kind.REFRESH, 0, 20, Optional.of(P), 3, 4, 155);
        assertThat(history.fault(AT_0)).isPresent();
    }

    @Test
    void hundredsOfUpdatesWithLostAnswersAreJudgedAtOnce() {
        accepted(Kind.ATTACHMENT, 0, 10, Optional.empty(), 1, 2);
        long at = 3;
        for (int i = 0; i < 600; i++) {
            if (i % 10 == 0) {
                sent(Kind.HANDOVER, 1, 11 + 2 * i, Optional.of(P), at++);
            }
            accepted(Kind.REFRESH, 0, 12 + 2 * i, Optional.of(P), at++, at++);
        }
        assertThat(history.fault(Optional.of(new History.Seen(0, P)))).isEmpty();
        assertThat(history.fault(Optional.empty())).isPresent();
    }

    private int sent(Kind kind, int gateway, long timestamp, Optional<HomeNetworkPrefix> requested, long at) {
        return history.sent(new Operation(kind, gateway, timestamp, requested, at, Optional.empty()));
    }

    private void accepted(
            Kind kind, int gateway, long timestamp, Optional<HomeNetworkPrefix> requested, long at, long until) {
        answered(kind, gateway, timestamp, requested, at, until, 0);
    }

    private void answered(
            Kind kind,
            int gateway,
            long timestamp,
            Optional<HomeNetworkPrefix> requested,
            long at,
            long until,
            int status) {
        int place = sent(kind, gateway, timestamp, requested, at);
        history.answered(place, new Operation.Outcome(status, status == 0 ? Optional.of(P) : Optional.empty(), until));
    }
}
