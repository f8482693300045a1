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
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;
import static org.flowanchor.mobility.message.RevocationTrigger.ADMINISTRATIVE_REASON;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.junit.jupiter.api.Test;

/** Revocation by the anchor (RFC 5846 section 8.1). */
class BindingRevocationTest {
    private static final Instant LATER = START.plusSeconds(10);
    private static final LinkLayerIdentifier THIRD_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0c");
    private final Anchorage anchorage = new Anchorage();

    private BindingRevocationIndication revoked() {
        anchorage.accepted(wlan());
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        return anchorage.sent(MAG1, BindingRevocationIndication.class);
    }

    private boolean answer(ProxyCareOfAddress gateway, int sequenceNumber, int status) {
        return answer(anchorage, gateway, sequenceNumber, status);
    }

    private static boolean answer(Anchorage where, ProxyCareOfAddress gateway, int sequenceNumber, int status) {
        return where.answer(
                gateway,
                MessageKind.BINDING_REVOCATION_INDICATION,
                sequenceNumber,
                new BindingRevocationAcknowledgement(
                        sequenceNumber, new RevocationStatus(status), false, Optional.empty(), List.of()));
    }

    /** What is left of a revoked entry once its gateway answered so. */
    private static List<BindingCacheEntry> entriesAfter(int status) {
        Anchorage fresh = new Anchorage();
        fresh.accepted(wlan());
        fresh.revoke(ADMINISTRATIVE_REASON, 1);
        answer(fresh, MAG1, fresh.sent(MAG1, BindingRevocationIndication.class).sequenceNumber(), status);
        return fresh.entries();
    }

    @Test
    void r01_theIndicationNamesTheNodeAndThePrefixesOfTheEntry() {
        BindingRevocationIndication indication = revoked();
        assertThat(indication.mobileNodeIdentifier()).contains(MN1);
        assertThat(indication.homeNetworkPrefixes()).isEqualTo(anchorage.prefixes());
        assertThat(indication.trigger()).isEqualTo(ADMINISTRATIVE_REASON);
        assertThat(indication.global()).isFalse();
    }

    @Test
    void r04_anAnswerThatNamesAnotherMobileNodeIsNone() {
        int number = revoked().sequenceNumber();
        assertThat(anchorage.answer(
                        MAG1,
                        MessageKind.BINDING_REVOCATION_INDICATION,
                        number,
                        new BindingRevocationAcknowledgement(
                                number, RevocationStatus.SUCCESS, false, Optional.of(MN2), List.of())))
                .isFalse();
        assertThat(anchorage.entry(1).isBeingRevoked()).isTrue();
    }

    @Test
    void r02_itGoesToTheProxyCareOfAddressAndNamesIt() {
        assertThat(revoked().proxyCareOfAddress()).isEqualTo(MAG1);
    }

    @Test
    void r04_theEntryStaysUntilTheAnswer() {
        BindingRevocationIndication indication = revoked();
        assertThat(anchorage.entry(1).isActive()).isTrue();
        assertThat(anchorage.entry(1).isBeingRevoked()).isTrue();
        assertThat(answer(MAG1, indication.sequenceNumber(), 0)).isTrue();
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void r01_whatTheGatewayHasNotAnsweredYetIsAskedAgainWithWhatIsAskedNext() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().through(MAG1).at(LATER));
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        int first = anchorage.sent(MAG1, BindingRevocationIndication.class).sequenceNumber();
        anchorage.revoke(ADMINISTRATIVE_REASON, 1, 2);
        BindingRevocationIndication both = anchorage.sent(MAG1, BindingRevocationIndication.class);
        assertThat(both.homeNetworkPrefixes())
                .containsExactlyInAnyOrderElementsOf(anchorage.entries().stream()
                        .flatMap(entry -> entry.homeNetworkPrefixes().stream())
                        .toList());
        assertThat(answer(MAG1, first, 0)).isFalse();
        assertThat(answer(MAG1, both.sequenceNumber(), 0)).isTrue();
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void r07_alreadyGoneAndUnknownBindingsAreGone() {
        for (int status : new int[] {1, 128}) {
            assertThat(entriesAfter(status)).as("status " + status).isEmpty();
        }
    }

    @Test
    void r05_withoutAnswerItIsRepeatedOnceAndThenTheEntryIsCleanedUp() {
        BindingRevocationIndication indication = revoked();
        anchorage.advance(Duration.ofMillis(1100));
        List<Anchorage.Transmission> repeated = anchorage.sent();
        assertThat(repeated).extracting(Anchorage.Transmission::message).containsExactly(indication);
        anchorage.advance(Duration.ofMillis(1800));
        assertThat(anchorage.entries()).hasSize(1);
        anchorage.advance(Duration.ofMillis(300));
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void r04_anOperatorsRevocationIsNotUndoneByARefresh() {
        revoked();
        assertThat(anchorage.status(wlan().prefixes(anchorage.prefixes())
                        .handoff(NOT_CHANGED)
                        .at(START.plusMillis(500))))
                .isEqualTo(129);
        assertThat(anchorage.entry(1).isBeingRevoked()).isTrue();
    }

    @Test
    void r04_anUpdateThroughAnotherGatewayClearsTheFlag() {
        BindingRevocationIndication indication = revoked();
        assertThat(anchorage.procedure(wlan().through(MAG3)
                        .prefixes(anchorage.prefixes())
                        .handoff(BETWEEN_MAGS)
                        .at(START.plusMillis(500))))
                .isEqualTo(Procedure.HANDOVER);
        assertThat(anchorage.entry(1).revocation()).isEmpty();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
        assertThat(answer(MAG1, indication.sequenceNumber(), 0)).isFalse();
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void r06_afterAHandoverTriggerTheEntryIsReleasedAsByADeregistration() {
        anchorage.accepted(wlan());
        anchorage.revoke(RevocationTrigger.INTER_MAG_HANDOVER_SAME_ATT, 1);
        int number = anchorage.sent(MAG1, BindingRevocationIndication.class).sequenceNumber();
        answer(MAG1, number, 0);
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.RELEASING);
        anchorage.advance(Duration.ofSeconds(10));
        assertThat(anchorage.entries()).isEmpty();
    }

    @Test
    void r06_anAttachedNodeKeepsItsEntry() {
        anchorage.accepted(wlan());
        anchorage.revoke(RevocationTrigger.INTER_MAG_HANDOVER_SAME_ATT, 1);
        int number = anchorage.sent(MAG1, BindingRevocationIndication.class).sequenceNumber();
        answer(MAG1, number, 132);
        assertThat(anchorage.entry(1).isActive()).isTrue();
        assertThat(anchorage.entry(1).revocation().orElseThrow().state()).isEqualTo(Revocation.State.REFUSED);
    }

    @Test
    void r01_allBindingsOfANodeTakeOneIndicationPerGateway() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING).at(LATER));
        anchorage.revoke(ADMINISTRATIVE_REASON, 1, 2);
        List<Anchorage.Transmission> sent = anchorage.sent();
        assertThat(sent).extracting(Anchorage.Transmission::gateway).containsExactlyInAnyOrder(MAG1, MAG2);
        int first = ((BindingRevocationIndication) sent.getFirst().message()).sequenceNumber();
        assertThat(answer(sent.getFirst().gateway(), first, 0)).isTrue();
        assertThat(anchorage.entries()).hasSize(1);
        assertThat(anchorage.entries().getFirst().isBeingRevoked()).isTrue();
    }

    @Test
    void r01_revokingOneSessionLeavesTheSiblingAlone() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING).at(LATER));
        BindingCacheEntry sibling = anchorage.entry(2);
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        answer(MAG1, anchorage.sent(MAG1, BindingRevocationIndication.class).sequenceNumber(), 0);
        assertThat(anchorage.entries()).containsExactly(sibling);
    }

    @Test
    void r01_dD_twoInterfacesThatShareAtOneGatewayAreRevokedTogetherSinceTheGatewayCannotTellThemApart() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().through(MAG1).handoff(SHARING).at(LATER));
        Instant third = LATER.plusSeconds(1);
        anchorage.accepted(update(MAG2, LTE)
                .link(THIRD_LINK)
                .handoff(SHARING)
                .lifetime(900)
                .at(third));
        BindingCacheEntry elsewhere = anchorage.entry(3);
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        BindingRevocationIndication indication = anchorage.sent(MAG1, BindingRevocationIndication.class);
        assertThat(indication.homeNetworkPrefixes()).isEqualTo(anchorage.prefixes());
        assertThat(anchorage.entry(2).isBeingRevoked()).isTrue();
        assertThat(answer(MAG1, indication.sequenceNumber(), 0)).isTrue();
        assertThat(anchorage.entries()).containsExactly(elsewhere);
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void r01_whatTheGatewayCannotTellApartGoesWithoutAnswerToo() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().through(MAG1).handoff(SHARING).at(LATER));
        anchorage.revoke(ADMINISTRATIVE_REASON, 2);
        anchorage.advance(Duration.ofSeconds(4));
        assertThat(anchorage.entries()).isEmpty();
    }

    @Test
    void r01_aPrefixOfItsOwnTellsASessionApartFromOneThatSharesAtItsGateway() {
        Anchorage hybrid = new Anchorage()
                .withProfile(
                        MN1,
                        MobileNodeProfile.of(
                                "gold",
                                true,
                                Optional.of(PrefixModel.HYBRID),
                                HostModel.LIF,
                                DecisionAuthority.NETWORK));
        hybrid.accepted(wlan());
        hybrid.accepted(lte().through(MAG1).at(LATER));
        BindingCacheEntry sibling = hybrid.entry(2);
        HomeNetworkPrefix own = hybrid.entry(1).homeNetworkPrefixes().stream()
                .filter(prefix -> !sibling.holds(prefix))
                .findFirst()
                .orElseThrow();
        hybrid.revoke(ADMINISTRATIVE_REASON, 1);
        BindingRevocationIndication indication = hybrid.sent(MAG1, BindingRevocationIndication.class);
        assertThat(indication.homeNetworkPrefixes()).containsExactly(own);
        answer(hybrid, MAG1, indication.sequenceNumber(), 0);
        assertThat(hybrid.entries()).containsExactly(sibling);
    }

    @Test
    void dD_ofTwoInterfacesThatShareAtOneGatewayTheOneThatIsGivenUpLeavesTheOther() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().through(MAG1).handoff(SHARING).at(LATER));
        BindingCacheEntry sibling = anchorage.entry(2);
        anchorage.accepted(
                wlan().prefixes(anchorage.prefixes()).deregistration().at(LATER.plusSeconds(1)));
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.RELEASING);
        assertThat(anchorage.entry(2)).isEqualTo(sibling);
        anchorage.advance(Duration.ofSeconds(12));
        assertThat(anchorage.entries()).containsExactly(sibling);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void dD_revokingTheOneThatWasGivenUpAsksNobodyAndLeavesTheOther() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().through(MAG1).handoff(SHARING).at(LATER));
        BindingCacheEntry sibling = anchorage.entry(2);
        anchorage.accepted(
                wlan().prefixes(anchorage.prefixes()).deregistration().at(LATER.plusSeconds(1)));
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        assertThat(anchorage.sent()).isEmpty();
        assertThat(anchorage.entries()).containsExactly(sibling);
    }

    @Test
    void aGatewayThatCannotBeAskedLosesTheEntryAtOnce() {
        anchorage.withGatewayThatDoesNotKnow(MAG1, MessageKind.BINDING_REVOCATION_INDICATION);
        anchorage.accepted(wlan());
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void r05_aGatewayThatDoesNotSupportItLosesTheEntryWithItsAnswer() {
        for (int status : new int[] {134, 135}) {
            assertThat(entriesAfter(status)).as("status " + status).isEmpty();
        }
    }

    @Test
    void r04_whateverAGatewayRefusesWhatIsRevokedForNoHandoverGoes() {
        for (int status : new int[] {129, 130, 131, 132, 133, 255}) {
            assertThat(entriesAfter(status)).as("status " + status).isEmpty();
        }
    }

    @Test
    void r04_anyOtherRefusalAfterAHandoverTriggerLeavesTheEntryAsSilenceDoes() {
        anchorage.accepted(wlan());
        anchorage.revoke(RevocationTrigger.INTER_MAG_HANDOVER_SAME_ATT, 1);
        answer(MAG1, anchorage.sent(MAG1, BindingRevocationIndication.class).sequenceNumber(), 133);
        assertThat(anchorage.entry(1).isActive()).isTrue();
        assertThat(anchorage.entry(1).revocation().orElseThrow().state()).isEqualTo(Revocation.State.UNANSWERED);
    }

    @Test
    void revokingTwiceForTheSameReasonAsksOnce() {
        revoked();
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void anExpiredEntryIsNotWaitedFor() {
        anchorage.accepted(wlan().lifetime(1));
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        anchorage.sent();
        anchorage.expire(START.plusSeconds(4));
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void h04_bindingsOfAGatewayThatLostItsSessionsForwardNothingAndKeepTheirPrefixes() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        anchorage.accepted(lte().at(LATER));
        anchorage.expire(LATER.plusSeconds(1));
        anchorage.lost(
                MAG1,
                new GatewayPeer.Loss(LATER.plusSeconds(1), GatewayPeer.Loss.How.INVALIDATE, LATER.plusSeconds(1)));
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.RELEASING);
        assertThat(anchorage.entry(2).isActive()).isTrue();
        assertThat(anchorage.accepted(wlan().at(LATER.plusSeconds(5))).homeNetworkPrefixes())
                .isEqualTo(prefixes);
        assertThat(anchorage.entry(1).isActive()).isTrue();
    }

    @Test
    void h04_bindingsOfTheTimeAfterTheRestartStay() {
        anchorage.accepted(wlan());
        BindingCacheEntry before = anchorage.entry(1);
        anchorage.lost(MAG1, new GatewayPeer.Loss(START, GatewayPeer.Loss.How.INVALIDATE, LATER));
        assertThat(anchorage.entry(1)).isEqualTo(before);
    }

    @Test
    void r03_revokingAGatewayRemovesItsBindings() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().at(LATER));
        anchorage.lost(
                MAG1, new GatewayPeer.Loss(LATER.plusSeconds(1), GatewayPeer.Loss.How.REMOVE, LATER.plusSeconds(1)));
        assertThat(anchorage.entries())
                .extracting(BindingCacheEntry::proxyCareOfAddress)
                .containsExactly(MAG2);
    }
}
