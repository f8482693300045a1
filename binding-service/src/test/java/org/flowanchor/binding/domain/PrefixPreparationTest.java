package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.FlowMobilePrefix.State;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refusal;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refused;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.Test;

/** What gateways are given with an attachment (RFC 7864 section 3.3), and what they are asked for (sections 4.2, 4.3). */
class PrefixPreparationTest extends WlanThenLte {
    @Test
    void t06_f04_anAttachmentIsGivenTheNodesOtherPrefixesOffLink() {
        ProxyBindingAcknowledgement acknowledgement = anchorage.accepted(thirdInterface());
        assertThat(acknowledgement.homeNetworkPrefixes()).hasSize(1);
        assertThat(acknowledgement.offLinkPrefixes()).containsExactlyInAnyOrder(wlanPrefix, ltePrefix);
        assertThat(state(3, wlanPrefix)).contains(State.PREPARED);
        assertThat(isAsked(3, wlanPrefix)).isFalse();
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void t06_theFirstAttachmentIsGivenNothing() {
        assertThat(new Anchorage().accepted(wlan()).offLinkPrefixes()).isEmpty();
        assertThat(anchorage.entry(1).flowMobility().isEmpty()).isTrue();
    }

    @Test
    void f23_aRefreshRepeatsTheWholeSet() {
        anchorage.accepted(thirdInterface());
        ProxyBindingAcknowledgement refresh = anchorage.accepted(thirdInterface()
                .handoff(NOT_CHANGED)
                .prefixes(anchorage.entry(3).homeNetworkPrefixes())
                .at(LATER.plusSeconds(1)));
        assertThat(refresh.offLinkPrefixes()).containsExactlyInAnyOrder(wlanPrefix, ltePrefix);
    }

    @Test
    void f22_sharingGivesNoForeignPrefixAndLeavesTheFirstSessionAlone() {
        Anchorage shared = new Anchorage();
        shared.accepted(wlan());
        BindingCacheEntry before = shared.entry(1);
        assertThat(shared.accepted(lte().handoff(SHARING)).offLinkPrefixes()).isEmpty();
        assertThat(shared.entry(1)).isEqualTo(before);
        assertThat(shared.sent()).isEmpty();
    }

    @Test
    void aGatewayThatDoesNotKnowFlowMobilityIsGivenNothing() {
        anchorage.withGatewayThatDoesNotKnow(MAG3, MessageKind.UPDATE_NOTIFICATION);
        assertThat(anchorage.accepted(thirdInterface()).offLinkPrefixes()).isEmpty();
    }

    @Test
    void f03_theTargetGatewayIsAskedAndNobodyElse() {
        UpdateNotification asked = asked();
        assertThat(asked.reason()).isEqualTo(UpdateNotificationReason.FLOW_MOBILITY);
        assertThat(asked.mobileNodeIdentifier()).isEqualTo(MN1);
        assertThat(asked.offLinkPrefixes()).containsExactly(ltePrefix);
        assertThat(asked.onLinkPrefixes()).isEmpty();
        assertThat(state(1, ltePrefix)).contains(State.PREPARING);
    }

    @Test
    void f07_flowsMayMoveOnlyAfterTheAcknowledgement() {
        UpdateNotification asked = asked();
        assertThat(anchorage.entry(1).flowMobility().carried()).isEmpty();
        assertThat(isAsked(1, ltePrefix)).isTrue();
        assertThat(answer(MAG1, asked, 0)).isTrue();
        assertThat(state(1, ltePrefix)).contains(State.PREPARED);
        assertThat(isAsked(1, ltePrefix))
                .as("so that a successor can give it up")
                .isTrue();
        assertThat(anchorage.entry(1).flowMobility().carried()).containsExactly(ltePrefix);
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Prepared.class);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void askingTwiceAsksOnce() {
        asked();
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Requested.class);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void f06_anAcceptanceThatNamesNoPrefixIsNone() {
        UpdateNotification asked = asked();
        assertThat(answer(MAG1, asked, 0, List.of())).isFalse();
        assertThat(state(1, ltePrefix)).contains(State.PREPARING);
    }

    @Test
    void f06_anAcceptanceThatNamesNoMobileNodeOrAnotherIsNone() {
        UpdateNotification asked = asked();
        for (Optional<MobileNodeIdentifier> named : List.of(Optional.<MobileNodeIdentifier>empty(), Optional.of(MN2))) {
            assertThat(anchorage.answer(
                            MAG1,
                            MessageKind.UPDATE_NOTIFICATION,
                            asked.sequenceNumber(),
                            new UpdateNotificationAcknowledgement(
                                    asked.sequenceNumber(),
                                    UpdateNotificationStatus.SUCCESS,
                                    named,
                                    asked.offLinkPrefixes())))
                    .isFalse();
            assertThat(state(1, ltePrefix)).contains(State.PREPARING);
        }
    }

    @Test
    void f06_aRefusalNeedNotNameTheMobileNodeButMustNotNameAnother() {
        UpdateNotification asked = asked();
        assertThat(refusedAtMag1(asked, Optional.of(MN2))).isFalse();
        assertThat(state(1, ltePrefix)).contains(State.PREPARING);
        assertThat(refusedAtMag1(asked, Optional.empty())).isTrue();
        assertThat(state(1, ltePrefix)).contains(State.FAILED);
    }

    private boolean refusedAtMag1(UpdateNotification asked, Optional<MobileNodeIdentifier> named) {
        return anchorage.answer(
                MAG1,
                MessageKind.UPDATE_NOTIFICATION,
                asked.sequenceNumber(),
                new UpdateNotificationAcknowledgement(
                        asked.sequenceNumber(), UpdateNotificationStatus.MN_NOT_ATTACHED, named, List.of()));
    }

    @Test
    void f06_aPrefixThatIsNotEchoedIsNotPrepared() {
        UpdateNotification asked = asked();
        assertThat(answer(MAG1, asked, 0, List.of(wlanPrefix))).isTrue();
        assertThat(state(1, ltePrefix)).contains(State.FAILED);
    }

    @Test
    void f07_refusalsLeaveTheFlowWhereItIsAndSayWhy() {
        for (int status : new int[] {131, 132}) {
            UpdateNotification asked = asked();
            assertThat(answer(MAG1, asked, status)).isTrue();
            FlowMobilePrefix failed =
                    anchorage.entry(1).flowMobility().of(ltePrefix).orElseThrow();
            assertThat(failed.state()).isEqualTo(State.FAILED);
            assertThat(failed.reason().orElseThrow()).contains(Integer.toString(status));
            assertThat(anchorage.node(MN1).outstanding()).isEmpty();
        }
    }

    @Test
    void f17_u03_u04_u05_anUnansweredInitiateIsRepeatedOnceWithTheDFlagAndThenFails() {
        UpdateNotification first = asked();
        Instant sentAt = anchorage.now();
        assertThat(first.acknowledge()).isTrue();
        assertThat(first.retransmission()).isFalse();
        anchorage.advance(Duration.ofMillis(999));
        assertThat(anchorage.sent()).isEmpty();
        anchorage.advance(Duration.ofMillis(101));
        List<Anchorage.Transmission> repeated = anchorage.sent();
        assertThat(repeated).hasSize(1);
        UpdateNotification second = (UpdateNotification) repeated.getFirst().message();
        assertThat(second.retransmission()).isTrue();
        assertThat(second.sequenceNumber()).isEqualTo(first.sequenceNumber());
        assertThat(second.offLinkPrefixes()).isEqualTo(first.offLinkPrefixes());
        assertThat(Duration.between(sentAt, repeated.getFirst().at())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        anchorage.advance(Duration.ofSeconds(3));
        assertThat(anchorage.sent()).isEmpty();
        assertThat(state(1, ltePrefix)).contains(State.FAILED);
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void u08_anAnswerToTheFirstTransmissionCountsAfterTheSecond() {
        UpdateNotification first = asked();
        anchorage.advance(Duration.ofMillis(1500));
        assertThat(anchorage.sent()).hasSize(1);
        assertThat(answer(MAG1, first, 0)).isTrue();
        assertThat(state(1, ltePrefix)).contains(State.PREPARED);
        anchorage.advance(Duration.ofSeconds(5));
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void u08_anAnswerNobodyWaitsForChangesNothing() {
        UpdateNotification asked = asked();
        answer(MAG1, asked, 0);
        MobileNodeBindings before = anchorage.node(MN1);
        assertThat(answer(MAG1, asked, 132)).isFalse();
        assertThat(answer(MAG2, asked, 0)).isFalse();
        assertThat(anchorage.node(MN1)).isEqualTo(before);
    }

    @Test
    void f05_theNextInitiateListsEverythingThatIsToStay() {
        HomeNetworkPrefix third =
                anchorage.accepted(thirdInterface()).homeNetworkPrefixes().getFirst();
        answer(MAG1, asked(), 0);
        anchorage.prepare(third, MAG1);
        assertThat(anchorage.sent(MAG1, UpdateNotification.class).offLinkPrefixes())
                .containsExactlyInAnyOrder(ltePrefix, third);
    }

    @Test
    void f18_oneInitiateAtATimeAndLaterChangesGoTogetherIntoTheNext() {
        HomeNetworkPrefix third =
                anchorage.accepted(thirdInterface()).homeNetworkPrefixes().getFirst();
        UpdateNotification first = asked();
        anchorage.prepare(third, MAG1);
        assertThat(anchorage.sent()).isEmpty();
        answer(MAG1, first, 0);
        UpdateNotification second = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(second.offLinkPrefixes()).containsExactlyInAnyOrder(ltePrefix, third);
        assertThat(state(1, ltePrefix)).contains(State.PREPARED);
        assertThat(state(1, third)).contains(State.PREPARING);
        answer(MAG1, second, 0);
        assertThat(state(1, third)).contains(State.PREPARED);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void u09_aGatewayThatDoesNotKnowUpdateNotificationsIsNotAskedAgain() {
        asked();
        anchorage.doesNotKnow(MAG1, MessageKind.UPDATE_NOTIFICATION);
        assertThat(state(1, ltePrefix)).contains(State.FAILED);
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isEqualTo(new Refused(Refusal.GATEWAY_CANNOT));
        assertThat(anchorage.sent()).isEmpty();
        // What its acknowledgements give needs no notification.
        assertThat(anchorage.prepare(wlanPrefix, MAG2)).isInstanceOf(Prepared.class);
    }

    @Test
    void u09_whatWaitedForTheNextInitiateFailsWithTheFirst() {
        HomeNetworkPrefix third =
                anchorage.accepted(thirdInterface()).homeNetworkPrefixes().getFirst();
        asked();
        anchorage.prepare(third, MAG1);
        anchorage.doesNotKnow(MAG1, MessageKind.UPDATE_NOTIFICATION);
        assertThat(anchorage.sent()).isEmpty();
        assertThat(state(1, ltePrefix)).contains(State.FAILED);
        assertThat(state(1, third)).contains(State.FAILED);
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void u09_aGatewayThatDoesNotKnowUpdateNotificationsIsNotToldToForgetWhatItsAcknowledgementGave() {
        anchorage.doesNotKnow(MAG2, MessageKind.UPDATE_NOTIFICATION);
        anchorage.release(wlanPrefix, MAG2);
        anchorage.advance(HOLD.plusSeconds(5));
        assertThat(anchorage.sent()).isEmpty();
        assertThat(anchorage.entry(2).flowMobility().isEmpty()).isTrue();
    }

    @Test
    void u09_norWhenThePrefixIsNobodysAnyMore() {
        anchorage.doesNotKnow(MAG2, MessageKind.UPDATE_NOTIFICATION);
        anchorage.accepted(wlan().prefixes(wlanPrefix).deregistration().at(LATER));
        anchorage.advanceTo(LATER.plusSeconds(15));
        assertThat(anchorage.sent()).isEmpty();
        assertThat(anchorage.entry(2).flowMobility().isEmpty()).isTrue();
    }

    @Test
    void u09_whatWasSentBeforeIsNotRepeated() {
        asked();
        anchorage.withGatewayThatDoesNotKnow(MAG1, MessageKind.UPDATE_NOTIFICATION);
        anchorage.advance(Duration.ofSeconds(5));
        assertThat(anchorage.sent()).isEmpty();
        assertThat(state(1, ltePrefix)).contains(State.FAILED);
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }
}
