package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.FlowMobilePrefix.State;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refusal;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refused;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Flow mobility with prefixes of each session's own (RFC 7864 section 3.2.2): WLAN at MAG1 was there first, then LTE at MAG2. MAG2 was
 * given the WLAN prefix when it attached; MAG1 has to be asked for the LTE prefix.
 */
class PrefixPreparationTest {
    private static final LinkLayerIdentifier SECOND_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0d");
    private static final LinkLayerIdentifier THIRD_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0c");
    private static final Instant LATER = START.plusSeconds(10);
    private static final Duration HOLD = SignallingRules.DEFAULT.prefixHold();
    private final Anchorage anchorage = new Anchorage();
    private HomeNetworkPrefix wlanPrefix;
    private HomeNetworkPrefix ltePrefix;

    @BeforeEach
    void attach() {
        wlanPrefix =
                anchorage.accepted(wlan().lifetime(60000)).homeNetworkPrefixes().getFirst();
        ltePrefix =
                anchorage.accepted(lte().lifetime(60000)).homeNetworkPrefixes().getFirst();
    }

    /** Asks for the LTE prefix at MAG1. */
    private UpdateNotification asked() {
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Requested.class);
        return anchorage.sent(MAG1, UpdateNotification.class);
    }

    private boolean answer(ProxyCareOfAddress gateway, UpdateNotification asked, int status) {
        List<HomeNetworkPrefix> echo =
                asked.offLinkPrefixes().isEmpty() ? asked.onLinkPrefixes() : asked.offLinkPrefixes();
        return answer(gateway, asked, status, status < 128 ? echo : List.of());
    }

    private boolean answer(
            ProxyCareOfAddress gateway, UpdateNotification asked, int status, List<HomeNetworkPrefix> echo) {
        return anchorage.answer(
                gateway,
                MessageKind.UPDATE_NOTIFICATION,
                asked.sequenceNumber(),
                new UpdateNotificationAcknowledgement(
                        asked.sequenceNumber(), new UpdateNotificationStatus(status), Optional.of(MN1), echo));
    }

    private Optional<State> state(int entry, HomeNetworkPrefix prefix) {
        return anchorage.entry(entry).flowMobility().of(prefix).map(FlowMobilePrefix::state);
    }

    private Update thirdInterface() {
        return update(MAG3, LTE).link(THIRD_LINK).lifetime(60000).at(LATER);
    }

    // ---- attachment (RFC 7864 section 3.3)

    @Test
    void t06_f04_anAttachmentIsGivenTheNodesOtherPrefixesOffLink() {
        ProxyBindingAcknowledgement acknowledgement = anchorage.accepted(thirdInterface());
        assertThat(acknowledgement.homeNetworkPrefixes()).hasSize(1);
        assertThat(acknowledgement.offLinkPrefixes()).containsExactlyInAnyOrder(wlanPrefix, ltePrefix);
        assertThat(state(3, wlanPrefix)).contains(State.PREPARED);
        assertThat(isAsked(3, wlanPrefix)).isFalse();
        assertThat(anchorage.sent()).isEmpty();
    }

    private boolean isAsked(int identifier, HomeNetworkPrefix prefix) {
        return anchorage
                .entry(identifier)
                .flowMobility()
                .of(prefix)
                .orElseThrow()
                .asked();
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

    // ---- Flow Mobility Initiate and Acknowledge

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
    void u02_sequenceNumbersCountUpAndWrap() {
        UpdateNotification first = asked();
        answer(MAG1, first, 132);
        UpdateNotification second = asked();
        answer(MAG1, second, 132);
        UpdateNotification third = asked();
        assertThat(first.sequenceNumber()).isEqualTo(0xfffe);
        assertThat(second.sequenceNumber()).isEqualTo(0xffff);
        assertThat(third.sequenceNumber()).isZero();
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

    // ---- idle prefixes and shrinking

    @Test
    void t25_f19_aPrefixNobodyNeedsStaysForTheHoldTimeAndIsThenWithdrawn() {
        answer(MAG1, asked(), 0);
        anchorage.release(ltePrefix, MAG1);
        assertThat(state(1, ltePrefix)).contains(State.IDLE);
        anchorage.advance(HOLD.minusMillis(200));
        assertThat(anchorage.sent()).isEmpty();
        assertThat(anchorage.entry(1).flowMobility().carried()).containsExactly(ltePrefix);
        anchorage.advance(Duration.ofMillis(300));
        UpdateNotification shrinking = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(shrinking.offLinkPrefixes()).isEmpty();
        assertThat(state(1, ltePrefix)).contains(State.WITHDRAWING);
        answer(MAG1, shrinking, 0);
        assertThat(state(1, ltePrefix)).isEmpty();
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void t25_comingBackWithinTheHoldTimeCostsNoMessage() {
        answer(MAG1, asked(), 0);
        anchorage.release(ltePrefix, MAG1);
        anchorage.advance(HOLD.minusSeconds(1));
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Prepared.class);
        assertThat(state(1, ltePrefix)).contains(State.PREPARED);
        anchorage.advance(HOLD.multipliedBy(2));
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void f16_theLastForeignPrefixIsRemovedByNamingTheGatewaysOwn() {
        answer(MAG1, asked(), 0);
        anchorage.release(ltePrefix, MAG1);
        anchorage.advance(HOLD);
        UpdateNotification shrinking = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(shrinking.onLinkPrefixes()).containsExactly(wlanPrefix);
        assertThat(shrinking.offLinkPrefixes()).isEmpty();
    }

    @Test
    void f05_shrinkingKeepsTheOthers() {
        HomeNetworkPrefix third =
                anchorage.accepted(thirdInterface()).homeNetworkPrefixes().getFirst();
        answer(MAG1, asked(), 0);
        anchorage.prepare(third, MAG1);
        answer(MAG1, anchorage.sent(MAG1, UpdateNotification.class), 0);
        anchorage.release(ltePrefix, MAG1);
        anchorage.advance(HOLD);
        assertThat(anchorage.sent(MAG1, UpdateNotification.class).offLinkPrefixes())
                .containsExactly(third);
    }

    @Test
    void aPrefixAskedForWhileItIsWithdrawnComesWithTheNextInitiate() {
        answer(MAG1, asked(), 0);
        anchorage.release(ltePrefix, MAG1);
        anchorage.advance(HOLD);
        UpdateNotification shrinking = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isInstanceOf(Requested.class);
        assertThat(anchorage.sent()).isEmpty();
        answer(MAG1, shrinking, 0);
        UpdateNotification again = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(again.offLinkPrefixes()).containsExactly(ltePrefix);
        answer(MAG1, again, 0);
        assertThat(state(1, ltePrefix)).contains(State.PREPARED);
    }

    @Test
    void aFailureIsForgottenAfterTheHoldTime() {
        answer(MAG1, asked(), 132);
        anchorage.advance(HOLD);
        assertThat(anchorage.entry(1).flowMobility().isEmpty()).isTrue();
        assertThat(anchorage.sent()).isEmpty();
    }

    // ---- what entries do meanwhile

    @Test
    void t52_aForeignPrefixIsCarriedWhileItsOwnSessionIsHeldAndWithdrawnWhenItIsGone() {
        anchorage.accepted(wlan().prefixes(wlanPrefix).deregistration().at(LATER));
        assertThat(state(2, wlanPrefix)).contains(State.PREPARED);
        assertThat(anchorage.sent()).isEmpty();
        anchorage.advanceTo(LATER.plusSeconds(10));
        assertThat(anchorage.entries()).hasSize(1);
        UpdateNotification shrinking = anchorage.sent(MAG2, UpdateNotification.class);
        assertThat(shrinking.onLinkPrefixes()).containsExactly(ltePrefix);
        assertThat(state(2, wlanPrefix)).contains(State.WITHDRAWING);
    }

    @Test
    void f21_aDeregisteredEntryCarriesNothingAndWaitsForNothing() {
        asked();
        anchorage.accepted(wlan().prefixes(wlanPrefix).deregistration().at(LATER));
        assertThat(anchorage.entry(1).flowMobility().isEmpty()).isTrue();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
        assertThat(anchorage.prepare(ltePrefix, MAG1)).isEqualTo(new Refused(Refusal.NO_BINDING));
    }

    @Test
    void aHandoverGivesTheNewGatewayEverythingAndForgetsTheOldOne() {
        asked();
        ProxyBindingAcknowledgement handover = anchorage.accepted(
                wlan().through(MAG3).handoff(BETWEEN_MAGS).prefixes(wlanPrefix).at(LATER));
        assertThat(handover.offLinkPrefixes()).containsExactly(ltePrefix);
        assertThat(state(1, ltePrefix)).contains(State.PREPARED);
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void t15_partOfASessionIsPreparedElsewhereAndTheRestStays() {
        Anchorage two = new Anchorage();
        HomeNetworkPrefix any = HomeNetworkPrefix.ALL_ZERO;
        List<HomeNetworkPrefix> both = two.accepted(wlan().prefixes(any, any)).homeNetworkPrefixes();
        two.accepted(lte());
        MobileNodeBindings before = two.node(MN1);
        assertThat(two.prepare(both.getLast(), MAG2)).isInstanceOf(Prepared.class);
        assertThat(two.node(MN1)).isEqualTo(before);
        assertThat(two.entry(1).homeNetworkPrefixes()).isEqualTo(both);
    }

    // ---- refusals

    @Test
    void refusalsNameTheirReason() {
        assertThat(anchorage.prepare(ltePrefix, MAG3)).isEqualTo(new Refused(Refusal.NO_BINDING));
        assertThat(anchorage.prepare(HomeNetworkPrefix.parse("2001:db8:dead::/64"), MAG1))
                .isEqualTo(new Refused(Refusal.NO_PREFIX));
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void aPrefixWhoseOnlySessionIsBeingReleasedAtThatVeryGatewayIsRefused() {
        anchorage.accepted(secondInterfaceAtMag1());
        assertThat(anchorage.prepare(wlanPrefix, MAG1)).isInstanceOf(Prepared.class);
        anchorage.accepted(wlan().prefixes(wlanPrefix).deregistration().at(LATER.plusSeconds(1)));
        assertThat(anchorage.prepare(wlanPrefix, MAG1)).isEqualTo(new Refused(Refusal.NO_PREFIX));
        assertThat(anchorage.sent()).isEmpty();
        assertThat(anchorage.prepare(wlanPrefix, MAG2)).as("which carries it").isInstanceOf(Prepared.class);
    }

    private static MobileNodeProfile profile(HostModel hostModel, DecisionAuthority authority) {
        return MobileNodeProfile.of("gold", true, Optional.empty(), hostModel, authority);
    }

    @Test
    void t93_aStrongHostsPrefixesNeverLeaveTheirAccess() {
        Anchorage strong = new Anchorage().withProfile(MN1, profile(HostModel.STRONG, DecisionAuthority.NETWORK));
        strong.accepted(wlan());
        ProxyBindingAcknowledgement attached = strong.accepted(lte());
        assertThat(attached.offLinkPrefixes()).isEmpty();
        assertThat(strong.prepare(attached.homeNetworkPrefixes().getFirst(), MAG1))
                .isEqualTo(new Refused(Refusal.HOST_MODEL));
        Anchorage weak = new Anchorage().withProfile(MN1, profile(HostModel.WEAK, DecisionAuthority.NETWORK));
        weak.accepted(wlan());
        weak.accepted(lte());
        assertThat(weak.prepare(weak.entry(2).homeNetworkPrefixes().getFirst(), MAG1))
                .isInstanceOf(Requested.class);
    }

    /** The subscriber's profile is that from now on. */
    private void becomes(HostModel hostModel, DecisionAuthority authority) {
        anchorage.withSubscriber(MN1, profile(hostModel, authority));
        anchorage.profileChanged(MN1);
    }

    @Test
    void t93_whatAGatewayCarriesForAHostThatBecomesStrongIsHeldForItsFlowsAndThenWithdrawn() {
        becomes(HostModel.STRONG, DecisionAuthority.NETWORK);
        assertThat(anchorage.sent()).as("flows are still to come home").isEmpty();
        assertThat(state(2, wlanPrefix)).contains(State.IDLE);
        assertThat(anchorage.entry(2).facts().hostModel())
                .as("what sends them home is in the same event")
                .isEqualTo(HostModel.STRONG);
        assertThat(anchorage.prepare(wlanPrefix, MAG2)).isEqualTo(new Refused(Refusal.HOST_MODEL));
        anchorage.advance(HOLD.plusMillis(100));
        UpdateNotification shrinking = anchorage.sent(MAG2, UpdateNotification.class);
        assertThat(shrinking.onLinkPrefixes()).containsExactly(ltePrefix);
        answer(MAG2, shrinking, 0);
        assertThat(anchorage.entry(2).flowMobility().isEmpty()).isTrue();
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void f01_whatIsBeingPreparedForANodeThatDecidesItselfFromNowOnIsTakenBack() {
        UpdateNotification asked = asked();
        becomes(HostModel.LIF, DecisionAuthority.MOBILE_NODE);
        assertThat(state(1, ltePrefix)).contains(State.WITHDRAWING);
        answer(MAG1, asked, 0);
        UpdateNotification shrinking = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(shrinking.offLinkPrefixes()).isEmpty();
        answer(MAG1, shrinking, 0);
        assertThat(anchorage.entry(1).flowMobility().isEmpty()).isTrue();
    }

    @Test
    void aProfileThatStillLetsFlowsMoveChangesNothingOfWhatIsCarried() {
        becomes(HostModel.WEAK, DecisionAuthority.NETWORK);
        assertThat(state(2, wlanPrefix)).contains(State.PREPARED);
        assertThat(anchorage.prepare(wlanPrefix, MAG2)).isInstanceOf(Prepared.class);
    }

    @Test
    void f01_whereTheMobileNodeDecidesTheAnchorDoesNot() {
        Anchorage deciding = new Anchorage().withProfile(MN1, profile(HostModel.LIF, DecisionAuthority.MOBILE_NODE));
        deciding.accepted(wlan());
        ProxyBindingAcknowledgement attached = deciding.accepted(lte());
        assertThat(attached.offLinkPrefixes()).isEmpty();
        assertThat(deciding.prepare(attached.homeNetworkPrefixes().getFirst(), MAG1))
                .isEqualTo(new Refused(Refusal.DECISION_AUTHORITY));
    }

    // ---- two interfaces of the node at one gateway

    private Update secondInterfaceAtMag1() {
        return update(MAG1, LTE).link(SECOND_LINK).lifetime(60000).at(LATER);
    }

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
}
