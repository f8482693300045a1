package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.update;

import java.util.List;
import org.flowanchor.binding.domain.FlowMobilePrefix.State;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

/** Two interfaces of the node at one gateway: its set of foreign prefixes is that of both. */
class InterfacesAtOneGatewayTest extends WlanThenLte {

    @Test
    void twoInterfacesAtOneGatewayAreOneSetOfForeignPrefixes() {
        ProxyBindingAcknowledgement second = anchorage.accepted(secondInterfaceAtMag1());
        assertThat(second.offLinkPrefixes()).containsExactly(ltePrefix);
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Prepared.class);
        anchorage.release(ltePrefix, MAG1);
        anchorage.advance(HOLD);
        UpdateNotification shrinking = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(shrinking.onLinkPrefixes())
                .containsExactlyInAnyOrder(
                        wlanPrefix, second.homeNetworkPrefixes().getFirst());
    }

    /** Answers with status 0 whatever MAG1 is told, until it is told no more; how often that was. */
    private int answerEverythingAtMag1() {
        for (int answered = 0; ; answered++) {
            List<Anchorage.Transmission> sent = anchorage.sent();
            if (sent.isEmpty()) {
                return answered;
            }
            assertThat(answered).as("messages at one instant").isLessThan(10);
            assertThat(answer(MAG1, (UpdateNotification) sent.getLast().message(), 0))
                    .isTrue();
        }
    }

    @Test
    void f18_whatOneInterfaceGivesUpAndTheOtherNeedsIsNotSaidToTheirGateway() {
        answer(MAG1, asked(), 0);
        anchorage.release(ltePrefix, MAG1);
        anchorage.accepted(secondInterfaceAtMag1());
        assertThat(state(1, ltePrefix)).contains(State.IDLE);
        assertThat(state(3, ltePrefix)).contains(State.PREPARED);
        anchorage.advance(HOLD);
        assertThat(anchorage.sent()).as("the gateway is to keep it").isEmpty();
        assertThat(state(1, ltePrefix)).isEmpty();
        assertThat(state(3, ltePrefix)).contains(State.PREPARED);
        anchorage.release(ltePrefix, MAG1);
        anchorage.advance(HOLD);
        assertThat(answerEverythingAtMag1()).isEqualTo(1);
        assertThat(state(3, ltePrefix)).isEmpty();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void t25_comingBackWithinTheHoldTimeIsForAllInterfacesAtTheGateway() {
        answer(MAG1, asked(), 0);
        anchorage.accepted(secondInterfaceAtMag1());
        anchorage.release(ltePrefix, MAG1);
        anchorage.advance(HOLD.minusSeconds(1));
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Prepared.class);
        assertThat(state(1, ltePrefix)).contains(State.PREPARED);
        assertThat(state(3, ltePrefix)).contains(State.PREPARED);
        anchorage.advance(HOLD.multipliedBy(2));
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void whatOneInterfaceFailedToGetAndTheOtherHasIsThere() {
        answer(MAG1, asked(), 132);
        anchorage.accepted(update(MAG1, WLAN).link(SECOND_LINK).at(LATER));
        assertThat(state(1, ltePrefix)).contains(State.FAILED);
        assertThat(state(3, ltePrefix)).contains(State.PREPARED);
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Prepared.class);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void f05_f18_whatAnUnansweredInitiateDoesNotListIsGivenToAnAttachmentByTheNext() {
        HomeNetworkPrefix third =
                anchorage.accepted(thirdInterface()).homeNetworkPrefixes().getFirst();
        UpdateNotification first = asked();
        ProxyBindingAcknowledgement second =
                anchorage.accepted(secondInterfaceAtMag1().at(LATER.plusMillis(500)));
        assertThat(second.offLinkPrefixes()).containsExactly(ltePrefix);
        assertThat(anchorage.prepare(third, MAG1))
                .as("the repetition of the first would take it away")
                .isInstanceOf(Requested.class);
        assertThat(anchorage.sent()).isEmpty();
        answer(MAG1, first, 0);
        UpdateNotification next = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(next.offLinkPrefixes()).containsExactlyInAnyOrder(ltePrefix, third);
        answer(MAG1, next, 0);
        assertThat(state(4, third)).contains(State.PREPARED);
        assertThat(isAsked(4, third)).as("it came with the attachment").isFalse();
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void t52_whatOneInterfaceIsAskedForTheOtherAtItsGatewayHasWhenItLeaves() {
        anchorage.accepted(secondInterfaceAtMag1());
        HomeNetworkPrefix third = anchorage
                .accepted(thirdInterface().at(LATER.plusSeconds(1)))
                .homeNetworkPrefixes()
                .getFirst();
        assertThat(anchorage.prepare(third, MAG1)).isInstanceOf(Requested.class);
        UpdateNotification asked = anchorage.sent(MAG1, UpdateNotification.class);
        anchorage.accepted(secondInterfaceAtMag1()
                .prefixes(anchorage.entry(3).homeNetworkPrefixes())
                .deregistration()
                .at(LATER.plusMillis(1500)));
        assertThat(answer(MAG1, asked, 0)).isTrue();
        assertThat(state(1, third)).contains(State.PREPARED);
        assertThat(anchorage.entry(3).flowMobility().isEmpty()).isTrue();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void f05_whatAGatewayComesToAnchorItselfItCarriesForNobodyAnyMore() {
        answer(MAG1, asked(), 0);
        anchorage.accepted(secondInterfaceAtMag1().handoff(SHARING).prefixes(ltePrefix));
        UpdateNotification shrinking = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(shrinking.onLinkPrefixes()).containsExactlyInAnyOrder(wlanPrefix, ltePrefix);
        answer(MAG1, shrinking, 0);
        assertThat(state(1, ltePrefix)).isEmpty();
        anchorage.accepted(
                secondInterfaceAtMag1().prefixes(ltePrefix).deregistration().at(LATER.plusSeconds(1)));
        assertThat(anchorage.prepare(ltePrefix, MAG1))
                .as("the gateway lost it with the session")
                .isInstanceOf(Requested.class);
    }
}
