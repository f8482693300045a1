package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.START;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.binding.domain.GatewayPeer.Decision;
import org.flowanchor.binding.domain.GatewayPeer.Event;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

/** Heartbeats with a gateway (RFC 5847). */
class GatewayPeerTest {
    private static final SignallingRules RULES = SignallingRules.DEFAULT;
    private static final Duration INTERVAL = RULES.heartbeatInterval();
    private Instant now = START;
    private GatewayPeer peer = connected(false, 7);

    private GatewayPeer connected(boolean wire, long counter) {
        return GatewayPeer.unheard(MAG1)
                .connected(wire, OptionalLong.of(counter), RULES, now)
                .peer();
    }

    private Decision due(boolean bound) {
        return due(bound, true);
    }

    private Decision due(boolean bound, boolean sent) {
        now = peer.heartbeats().nextAt().orElseThrow();
        Decision decision = peer.due(bound, sent, RULES, now);
        peer = decision.peer();
        return decision;
    }

    private Decision answer(long sequenceNumber, long counter) {
        now = now.plusMillis(20);
        Decision decision = peer.answered(Heartbeat.response(sequenceNumber, counter), now);
        peer = decision.peer();
        return decision;
    }

    @Test
    void h01_aRequestGoesEveryIntervalAndOnlyWhileThereIsABinding() {
        Instant first = now.plus(INTERVAL);
        assertThat(peer.heartbeats().nextAt()).contains(first);
        assertThat(due(false).request()).isEmpty();
        assertThat(now).isEqualTo(first);
        assertThat(due(true).request()).contains(Heartbeat.request(1));
        assertThat(now).isEqualTo(first.plus(INTERVAL));
        answer(1, 7);
        assertThat(due(true).request()).contains(Heartbeat.request(2));
    }

    @Test
    void h03_aPeerIsUnreachableOnTheFourthMissAndNotBefore() {
        due(true);
        for (int missing = 1; missing <= 3; missing++) {
            assertThat(due(true).event()).isEqualTo(Event.NOTHING);
            assertThat(peer.heartbeats().missing()).isEqualTo(missing);
            assertThat(peer.heartbeats().reachable()).isTrue();
        }
        Decision fourth = due(true);
        assertThat(fourth.event()).isEqualTo(Event.BECAME_UNREACHABLE);
        assertThat(fourth.request()).isPresent();
        assertThat(peer.heartbeats().reachable()).isFalse();
        assertThat(due(true).event()).isEqualTo(Event.NOTHING);
    }

    @Test
    void h03_anyResponseResetsTheMisses() {
        due(true);
        due(true);
        due(true);
        assertThat(peer.heartbeats().missing()).isEqualTo(2);
        answer(3, 7);
        assertThat(peer.heartbeats().missing()).isZero();
        due(true);
        due(true);
        assertThat(peer.heartbeats().missing()).isEqualTo(1);
    }

    @Test
    void h03_aResponseToAnEarlierRequestIsNone() {
        due(true);
        due(true);
        Decision late = answer(1, 7);
        assertThat(late.event()).isEqualTo(Event.NOTHING);
        assertThat(peer.heartbeats().missing()).isEqualTo(1);
        assertThat(peer.heartbeats().unanswered()).isTrue();
    }

    @Test
    void h03_aPeerThatAnswersAgainIsReachableAgain() {
        due(true);
        answer(1, 7);
        for (int i = 0; i < 5; i++) {
            due(true);
        }
        assertThat(peer.heartbeats().reachable()).isFalse();
        assertThat(answer(6, 7).event()).isEqualTo(Event.BECAME_REACHABLE);
        assertThat(peer.loss()).isEmpty();
    }

    @Test
    void h03_onTheWireTheBindingsOfAnUnreachablePeerAreInvalid() {
        peer = connected(true, 7);
        due(true);
        answer(1, 7);
        for (int i = 0; i < 5; i++) {
            due(true);
        }
        assertThat(peer.loss().orElseThrow().before()).isEqualTo(now);
        assertThat(peer.loss().orElseThrow().how()).isEqualTo(GatewayPeer.Loss.How.INVALIDATE);
    }

    @Test
    void h03_aPeerThatNeverAnsweredAHeartbeatOnTheWireLosesNothing() {
        peer = connected(true, 7);
        for (int i = 0; i < 9; i++) {
            due(true);
        }
        assertThat(peer.heartbeats().reachable()).isFalse();
        assertThat(peer.loss()).isEmpty();
    }

    @Test
    void h03_aRequestThatNobodySentOnTheWireIsNoMiss() {
        peer = connected(true, 7);
        due(true);
        answer(1, 7);
        due(true);
        assertThat(due(true).peer().heartbeats().missing()).as("sent").isEqualTo(1);
        for (int i = 0; i < 9; i++) {
            Decision unsent = due(true, false);
            assertThat(unsent.missed()).isFalse();
            assertThat(unsent.request()).isPresent();
            assertThat(unsent.peer().heartbeats().missing()).isEqualTo(1);
        }
        assertThat(peer.heartbeats().reachable()).isTrue();
        assertThat(peer.loss()).isEmpty();
        for (int i = 0; i < 3; i++) {
            due(true);
        }
        assertThat(peer.loss()).as("sent and unanswered").isPresent();
    }

    @Test
    void h03_aGatewayWithoutItsOwnStreamIsNotReachable() {
        due(true);
        for (int i = 0; i < 4; i++) {
            due(true, false);
        }
        assertThat(peer.heartbeats().reachable()).isFalse();
    }

    @Test
    void h03_theLossOfAControlStreamInvalidatesNothing() {
        due(true);
        answer(1, 7);
        for (int i = 0; i < 9; i++) {
            due(true);
        }
        assertThat(peer.heartbeats().reachable()).isFalse();
        assertThat(peer.loss()).isEmpty();
    }

    @Test
    void h04_anotherRestartCounterInvalidatesWhatWasRegisteredBeforeItWasSaidLast() {
        Instant said = now;
        due(true);
        Decision decision = answer(1, 8);
        assertThat(decision.event()).isEqualTo(Event.RESTARTED);
        assertThat(peer.restartCounter().value()).hasValue(8);
        assertThat(peer.loss().orElseThrow().before()).isEqualTo(said);
    }

    @Test
    void h04_aConnectionWithAnotherRestartCounterInvalidatesEverythingBeforeIt() {
        now = START.plusSeconds(500);
        Decision decision = peer.connected(false, OptionalLong.of(9), RULES, now);
        assertThat(decision.event()).isEqualTo(Event.RESTARTED);
        assertThat(decision.peer().loss().orElseThrow().before()).isEqualTo(now);
    }

    @Test
    void h04_theSameRestartCounterInvalidatesNothing() {
        Decision decision = peer.connected(false, OptionalLong.of(7), RULES, now.plusSeconds(500));
        assertThat(decision.event()).isEqualTo(Event.NOTHING);
        assertThat(decision.peer().loss()).isEmpty();
        assertThat(peer.connected(false, OptionalLong.empty(), RULES, now)
                        .peer()
                        .loss())
                .isEmpty();
    }

    @Test
    void h04_r03_aRestartCutsNoRevocationOfAllBindingsShort() {
        due(true);
        Instant released = now;
        peer = peer.revoked(Optional.empty(), released, released.plusSeconds(3)).orElseThrow();
        assertThat(answer(1, 8).event()).isEqualTo(Event.RESTARTED);
        assertThat(peer.loss())
                .contains(new GatewayPeer.Loss(released, GatewayPeer.Loss.How.REMOVE, now, Optional.empty()));
    }

    @Test
    void h06_anUnsolicitedResponseTellsOfARestartWhateverItsSequenceNumber() {
        now = START.plusSeconds(7);
        Decision decision = peer.answered(new Heartbeat(true, true, 4711, OptionalLong.of(8)), now);
        assertThat(decision.event()).isEqualTo(Event.RESTARTED);
        assertThat(decision.peer().loss().orElseThrow().before()).isEqualTo(now);
    }

    @Test
    void h03_h06_anUnsolicitedResponseShowsThatThePeerIsThere() {
        peer = connected(false, 7);
        for (int i = 0; i < 5; i++) {
            due(true);
        }
        assertThat(peer.heartbeats().reachable()).isFalse();
        Decision said = peer.answered(new Heartbeat(true, true, 99, OptionalLong.of(7)), now);
        assertThat(said.event()).isEqualTo(Event.BECAME_REACHABLE);
        assertThat(said.peer().heartbeats().reachable()).isTrue();
        assertThat(said.peer().heartbeats().missing()).isZero();
        peer = said.peer();
        assertThat(answer(5, 8).event()).as("the request still waits").isEqualTo(Event.RESTARTED);
    }

    @Test
    void u09_h07_anAdministratorHasAPeerAskedAgainWhatItDidNotKnow() {
        due(true);
        peer = peer.doesNotKnow(MessageKind.HEARTBEAT).doesNotKnow(MessageKind.UPDATE_NOTIFICATION);
        assertThat(peer.heartbeats().nextAt()).isEmpty();
        peer = peer.askedAgain(now);
        assertThat(peer.unknown()).isEmpty();
        assertThat(peer.heartbeats().nextAt()).contains(now);
        assertThat(due(true).request()).contains(Heartbeat.request(2));
        GatewayPeer asked = peer;
        assertThat(asked.askedAgain(now.plusSeconds(5)))
                .as("nothing is unknown")
                .isEqualTo(asked);
        peer = peer.doesNotKnow(MessageKind.HEARTBEAT);
        assertThat(peer.unknown()).as("it says so again").containsExactly(MessageKind.HEARTBEAT);
    }

    @Test
    void h07_aBindingErrorEndsTheRequests() {
        due(true);
        peer = peer.doesNotKnow(MessageKind.HEARTBEAT);
        assertThat(peer.heartbeats().nextAt()).isEmpty();
        assertThat(peer.due(true, true, RULES, now.plus(INTERVAL)).request()).isEmpty();
        assertThat(peer.connected(false, OptionalLong.of(7), RULES, now.plus(INTERVAL))
                        .peer()
                        .heartbeats()
                        .nextAt())
                .isEmpty();
    }

    @Test
    void u09_whatAPeerHasAnsweredItKnows() {
        GatewayPeer knowing = peer.knows(MessageKind.UPDATE_NOTIFICATION);
        assertThat(knowing.doesNotKnow(MessageKind.UPDATE_NOTIFICATION)).isEqualTo(knowing);
        assertThat(peer.doesNotKnow(MessageKind.UPDATE_NOTIFICATION).unknown())
                .containsExactly(MessageKind.UPDATE_NOTIFICATION);
    }

    @Test
    void u09_anAnswerTakesBackWhatABindingErrorWasTakenFor() {
        GatewayPeer mistaken = peer.doesNotKnow(MessageKind.BINDING_REVOCATION_INDICATION);
        GatewayPeer answering = mistaken.knows(MessageKind.BINDING_REVOCATION_INDICATION);
        assertThat(answering.unknown()).isEmpty();
        assertThat(answering.known()).containsExactly(MessageKind.BINDING_REVOCATION_INDICATION);
    }

    @Test
    void h07_aResponseThatComesAfterABindingErrorShowsThatHeartbeatsAreKnown() {
        due(true);
        peer = peer.doesNotKnow(MessageKind.HEARTBEAT);
        answer(1, 7);
        assertThat(peer.unknown()).isEmpty();
        assertThat(peer.connected(false, OptionalLong.of(7), RULES, now)
                        .peer()
                        .heartbeats()
                        .nextAt())
                .contains(now.plus(INTERVAL));
    }

    @Test
    void r05_aPeerThatSaysItDoesNotSupportRevocationDoesNotWhateverItAnsweredBefore() {
        GatewayPeer knowing = peer.knows(MessageKind.BINDING_REVOCATION_INDICATION);
        GatewayPeer saying = knowing.doesNotSupport(MessageKind.BINDING_REVOCATION_INDICATION);
        assertThat(saying.known()).isEmpty();
        assertThat(saying.unknown()).containsExactly(MessageKind.BINDING_REVOCATION_INDICATION);
    }

    @Test
    void h03_aRelayOfTheAnchorsAgentThatOpensDoesNotMakeAPeerOnTheWireReachable() {
        peer = connected(true, 7);
        for (int i = 0; i < 5; i++) {
            due(true);
        }
        Decision opened = peer.connected(true, OptionalLong.empty(), RULES, now);
        assertThat(opened.event()).isEqualTo(Event.NOTHING);
        assertThat(opened.peer().heartbeats()).isEqualTo(peer.heartbeats());
        peer = opened.peer();
        assertThat(answer(5, 7).event()).isEqualTo(Event.BECAME_REACHABLE);
    }

    @Test
    void r03_aRevocationOfEverythingWaitsForItsAnswer() {
        Instant patience = now.plusSeconds(3);
        peer = peer.revoked(Optional.empty(), now, patience).orElseThrow();
        assertThat(peer.loss().orElseThrow().from()).isEqualTo(patience);
        Instant answered = now.plusSeconds(1);
        assertThat(peer.revocationAnswered(answered).loss().orElseThrow().from())
                .isEqualTo(answered);
    }

    @Test
    void r03_aRevocationByRealmWaitsForEarlierLossesAndOneOfEverythingForNone() {
        Optional<Realm> realm = Optional.of(new Realm("Example.ORG"));
        Instant patience = now.plusSeconds(3);
        GatewayPeer ofRealm = peer.revoked(realm, now, patience).orElseThrow();
        assertThat(ofRealm.loss().orElseThrow().realm().orElseThrow().identifier())
                .isEqualTo(new MobileNodeIdentifier("@example.org"));
        assertThat(ofRealm.revoked(Optional.of(new Realm("example.net")), now, patience))
                .isEmpty();
        assertThat(ofRealm.revoked(Optional.empty(), now, patience)
                        .orElseThrow()
                        .loss()
                        .orElseThrow()
                        .realm())
                .isEmpty();
        assertThat(ofRealm.revocationAnswered(now.plusSeconds(1))
                        .loss()
                        .orElseThrow()
                        .realm())
                .isEqualTo(realm);
    }
}
