package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.BindingDecision.Deferred;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.junit.jupiter.api.Test;

/** Rows B3 and C2: handoff state unknown, one entry (RFC 5213 sections 5.4.1.2 and 5.4.1.3, RFC 5846 section 8.1). */
class HandoffUnknownTest {
    private static final Instant LATER = START.plusSeconds(10);
    private static final Update UNKNOWN = lte().handoff(HANDOFF_UNKNOWN).at(LATER);
    private final Anchorage anchorage = new Anchorage();

    private Anchorage withoutRevocation() {
        return anchorage.withGatewayThatDoesNotKnow(MAG1, MessageKind.BINDING_REVOCATION_INDICATION);
    }

    private BindingRevocationIndication asked() {
        assertThat(anchorage.decide(UNKNOWN)).isInstanceOf(Deferred.class);
        return anchorage.sent(MAG1, BindingRevocationIndication.class);
    }

    private void answer(BindingRevocationIndication asked, RevocationStatus status) {
        assertThat(anchorage.answer(
                        MAG1,
                        MessageKind.BINDING_REVOCATION_INDICATION,
                        asked.sequenceNumber(),
                        new BindingRevocationAcknowledgement(
                                asked.sequenceNumber(), status, false, Optional.empty(), List.of())))
                .isTrue();
    }

    private Procedure concluded(Update update) {
        return ((Accepted) anchorage.conclusion(update).orElseThrow()).procedure();
    }

    @Test
    void b3_t02_thePreviousGatewayIsAskedWhetherTheNodeLeft() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        BindingRevocationIndication asked = asked();
        assertThat(asked.trigger()).isEqualTo(RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN);
        assertThat(asked.mobileNodeIdentifier()).contains(MN1);
        assertThat(asked.homeNetworkPrefixes()).isEqualTo(prefixes);
        assertThat(anchorage.entry(1).isActive()).isTrue();
        assertThat(anchorage.conclusion(UNKNOWN)).isEmpty();
    }

    @Test
    void b3_aGatewayThatGaveTheNodeUpMakesItAHandover() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        answer(asked(), RevocationStatus.SUCCESS);
        assertThat(concluded(UNKNOWN)).isEqualTo(Procedure.HANDOVER);
        assertThat(anchorage.entries()).hasSize(1);
        assertThat(anchorage.entry(1).proxyCareOfAddress()).isEqualTo(MAG2);
        assertThat(anchorage.entry(1).homeNetworkPrefixes()).isEqualTo(prefixes);
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void b3_theDeregistrationMakesItAHandover() {
        anchorage.accepted(wlan());
        asked();
        anchorage.accepted(
                wlan().prefixes(anchorage.prefixes()).deregistration().at(LATER.plusMillis(200)));
        anchorage.advance(Duration.ofMillis(100));
        assertThat(concluded(UNKNOWN)).isEqualTo(Procedure.HANDOVER);
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void b3_t02_anAttachedNodeGetsASessionOfItsOwnAndTheOldOneStays() {
        anchorage.accepted(wlan());
        BindingCacheEntry before = anchorage.entry(1);
        answer(asked(), RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED);
        assertThat(concluded(UNKNOWN)).isEqualTo(Procedure.INITIAL);
        assertThat(anchorage.entries()).hasSize(2);
        assertThat(anchorage.entry(1).proxyCareOfAddress()).isEqualTo(before.proxyCareOfAddress());
        assertThat(anchorage.entry(1).isActive()).isTrue();
        assertThat(anchorage.entry(1).expiresAt()).isEqualTo(before.expiresAt());
        assertThat(anchorage.prefixes()).hasSize(2);
    }

    @Test
    void b3_noAnswerAfterTheLastRepetitionMakesANewSession() {
        anchorage.accepted(wlan());
        asked();
        anchorage.advance(Duration.ofMillis(2900));
        assertThat(anchorage.conclusion(UNKNOWN)).isEmpty();
        anchorage.advance(Duration.ofMillis(200));
        assertThat(concluded(UNKNOWN)).isEqualTo(Procedure.INITIAL);
        assertThat(anchorage.entries()).hasSize(2);
        assertThat(anchorage.entry(1).revocation().orElseThrow().state()).isEqualTo(Revocation.State.UNANSWERED);
    }

    @Test
    void b3_aGatewayThatCannotBeAskedIsGivenMaxDelayBeforeNewBceAssign() {
        withoutRevocation().accepted(wlan());
        assertThat(anchorage.decide(UNKNOWN)).isInstanceOf(Deferred.class);
        assertThat(anchorage.sent()).isEmpty();
        anchorage.advanceTo(LATER.plusMillis(1499));
        assertThat(anchorage.conclusion(UNKNOWN)).isEmpty();
        anchorage.advanceTo(LATER.plusMillis(1500));
        assertThat(concluded(UNKNOWN)).isEqualTo(Procedure.INITIAL);
    }

    @Test
    void b3_theDeregistrationWithinTheDelayMakesItAHandover() {
        withoutRevocation().accepted(wlan());
        assertThat(anchorage.decide(UNKNOWN)).isInstanceOf(Deferred.class);
        anchorage.accepted(
                wlan().prefixes(anchorage.prefixes()).deregistration().at(LATER.plusMillis(1000)));
        anchorage.advance(Duration.ofMillis(100));
        assertThat(concluded(UNKNOWN)).isEqualTo(Procedure.HANDOVER);
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void b3_aGatewayThatTurnsOutNotToKnowRevocationIsWaitedForInstead() {
        anchorage.accepted(wlan());
        asked();
        anchorage.doesNotKnow(MAG1, MessageKind.BINDING_REVOCATION_INDICATION);
        assertThat(anchorage.conclusion(UNKNOWN)).isEmpty();
        assertThat(anchorage.entry(1).revocation()).isEmpty();
        anchorage.advanceTo(LATER.plusMillis(1500));
        assertThat(concluded(UNKNOWN)).isEqualTo(Procedure.INITIAL);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void c2_withoutLinkLayerIdentifierThePreviousGatewayIsAskedToo() {
        anchorage.accepted(wlan().link(null));
        assertThat(anchorage.decide(UNKNOWN.link(null))).isInstanceOf(Deferred.class);
        assertThat(anchorage.sent(MAG1, BindingRevocationIndication.class).trigger())
                .isEqualTo(RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN);
    }

    @Test
    void c2_dF_aRetransmissionOfTheOnlySessionIsNoHandover() {
        Update attach = update(MAG1, LTE).handoff(HANDOFF_UNKNOWN);
        anchorage.accepted(attach);
        assertThat(anchorage.procedure(attach.at(START.plusSeconds(1)))).isEqualTo(Procedure.EXTENSION);
        assertThat(anchorage.entries()).hasSize(1);
        assertThat(anchorage.sent()).isEmpty();
    }

    @Test
    void r04_anAcceptedUpdateOfThePreviousGatewayEndsTheRevocation() {
        anchorage.accepted(wlan());
        asked();
        Update refresh =
                wlan().prefixes(anchorage.prefixes()).handoff(NOT_CHANGED).at(LATER.plusMillis(500));
        assertThat(anchorage.procedure(refresh)).isEqualTo(Procedure.EXTENSION);
        assertThat(anchorage.entry(1).revocation()).isEmpty();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void b3_theNextUnknownHandoffAsksAnew() {
        anchorage.accepted(wlan());
        answer(asked(), RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED);
        anchorage.accepted(lte().prefixes(anchorage.entry(2).homeNetworkPrefixes())
                .deregistration()
                .at(LATER.plusSeconds(1)));
        anchorage.expire(LATER.plusSeconds(12));
        assertThat(anchorage.entries()).hasSize(1);
        assertThat(anchorage.decide(UNKNOWN.at(LATER.plusSeconds(20)))).isInstanceOf(Deferred.class);
        assertThat(anchorage.sent(MAG1, BindingRevocationIndication.class).trigger())
                .isEqualTo(RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN);
    }

    @Test
    void r05_theSameIndicationIsRepeatedOnceAfterOneSecond() {
        anchorage.accepted(wlan());
        BindingRevocationIndication asked = asked();
        anchorage.advance(Duration.ofSeconds(30));
        List<Anchorage.Transmission> repeated = anchorage.sent();
        assertThat(repeated).hasSize(1);
        assertThat(repeated.getFirst().message()).isEqualTo(asked);
        assertThat(repeated.getFirst().at()).isEqualTo(LATER.plusSeconds(1));
    }
}
