package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BETWEEN_INTERFACES;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN_LINK;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.binding.domain.FlowMobilePrefix.State;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.Test;

/**
 * The four handovers of draft-park on the RFCs' means: IAHO (another gateway, same interface: handoff indicator 3), IIHO (another
 * interface: indicator 2), PFHO and FFHO (some or all flows of an interface: Flow Mobility Initiate to the target gateway).
 */
class HandoverTest {
    private static final Instant LATER = START.plusSeconds(10);
    private static final HomeNetworkPrefix ANY = HomeNetworkPrefix.ALL_ZERO;
    private final Anchorage anchorage = new Anchorage();

    private void acknowledge() {
        UpdateNotification asked = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(anchorage.answer(
                        MAG1,
                        MessageKind.UPDATE_NOTIFICATION,
                        asked.sequenceNumber(),
                        new UpdateNotificationAcknowledgement(
                                asked.sequenceNumber(),
                                UpdateNotificationStatus.SUCCESS,
                                Optional.of(MN1),
                                asked.offLinkPrefixes().isEmpty() ? asked.onLinkPrefixes() : asked.offLinkPrefixes())))
                .isTrue();
    }

    @Test
    void t20_initialAttachmentIsIndicatorOne() {
        ProxyBindingAcknowledgement acknowledgement = anchorage.accepted(wlan());
        assertThat(acknowledgement.homeNetworkPrefixes()).hasSize(1);
        assertThat(anchorage.entries()).hasSize(1);
    }

    @Test
    void t21_iahoMovesTheWholeSessionInOneChange() {
        List<HomeNetworkPrefix> prefixes =
                anchorage.accepted(wlan().prefixes(ANY, ANY)).homeNetworkPrefixes();
        BindingDecision decision = anchorage.decide(
                wlan().through(MAG3).handoff(BETWEEN_MAGS).prefixes(prefixes).at(LATER));
        BindingDecision.Accepted accepted = (BindingDecision.Accepted) decision;
        assertThat(accepted.procedure()).isEqualTo(Procedure.HANDOVER);
        assertThat(accepted.records()).hasSize(1);
        assertThat(anchorage.entries()).hasSize(1);
        assertThat(anchorage.entry(1).proxyCareOfAddress()).isEqualTo(MAG3);
        assertThat(anchorage.entry(1).homeNetworkPrefixes()).isEqualTo(prefixes);
    }

    @Test
    void t22_iihoAndIahoDifferInTheAccessTechnologyOnlyWithALogicalInterface() {
        Anchorage other = new Anchorage();
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        other.accepted(wlan());
        anchorage.accepted(
                wlan().through(MAG2).handoff(BETWEEN_MAGS).prefixes(prefixes).at(LATER));
        other.accepted(lte().link(WLAN_LINK)
                .handoff(BETWEEN_INTERFACES)
                .prefixes(prefixes)
                .at(LATER));
        assertThat(other.entry(1))
                .usingRecursiveComparison()
                .ignoringFields("accessTechnologyType", "bindingPriority")
                .isEqualTo(anchorage.entry(1));
        assertThat(other.entry(1).accessTechnologyType()).isEqualTo(LTE);
    }

    @Test
    void t39_iihoChangesGatewayAndAccessInOneRecordAndKeepsThePrefixes() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        BindingDecision.Accepted accepted = (BindingDecision.Accepted)
                anchorage.decide(lte().handoff(BETWEEN_INTERFACES).at(LATER));
        assertThat(accepted.records()).hasSize(1);
        assertThat(accepted.acknowledgement().homeNetworkPrefixes()).isEqualTo(prefixes);
        assertThat(anchorage.entry(1).accessTechnologyType()).isEqualTo(LTE);
        assertThat(anchorage.entry(1).proxyCareOfAddress()).isEqualTo(MAG2);
    }

    @Test
    void t89_iihoWithBothInterfacesUpNeverHasAMomentWithoutAnActiveEntry() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        anchorage.accepted(lte().handoff(BETWEEN_INTERFACES).prefixes(prefixes).at(LATER));
        assertThat(anchorage.entry(1).isActive()).isTrue();
        // What the old gateway says afterwards is about a session it has no more.
        anchorage.ignored(wlan().prefixes(prefixes).deregistration().at(LATER.plusMillis(500)));
        assertThat(anchorage.entry(1).isActive()).isTrue();
    }

    @Test
    void t23_pfhoPreparesOnePrefixAtTheTargetAndLeavesTheOthers() {
        anchorage.accepted(wlan());
        List<HomeNetworkPrefix> three =
                anchorage.accepted(lte().prefixes(ANY, ANY, ANY).at(LATER)).homeNetworkPrefixes();
        assertThat(anchorage.prepare(three.get(1), MAG1)).isInstanceOf(Requested.class);
        acknowledge();
        assertThat(anchorage.entry(1).flowMobility().carried()).containsExactly(three.get(1));
        assertThat(anchorage.entry(2).homeNetworkPrefixes()).isEqualTo(three);
    }

    @Test
    void t23_pfhoOnTheWireOfDraftParkIs159Or155() {
        List<HomeNetworkPrefix> three =
                anchorage.accepted(wlan().prefixes(ANY, ANY, ANY)).homeNetworkPrefixes();
        assertThat(anchorage
                        .rejected(lte().handoff(NOT_CHANGED)
                                .prefixes(three.get(1))
                                .at(LATER))
                        .status()
                        .value())
                .isEqualTo(159);
        assertThat(anchorage
                        .rejected(lte().handoff(NOT_CHANGED)
                                .prefixes(HomeNetworkPrefix.parse("2001:db8:dead::/64"))
                                .at(LATER.plusSeconds(1)))
                        .status()
                        .value())
                .isEqualTo(155);
    }

    @Test
    void t24_ffhoPreparesEveryPrefixAndTheFirstSessionStaysRegistered() {
        anchorage.accepted(wlan());
        List<HomeNetworkPrefix> all =
                anchorage.accepted(lte().prefixes(ANY, ANY).at(LATER)).homeNetworkPrefixes();
        BindingCacheEntry session = anchorage.entry(2);
        all.forEach(prefix -> assertThat(anchorage.prepare(prefix, MAG1)).isInstanceOf(Requested.class));
        UpdateNotification first = anchorage.sent(MAG1, UpdateNotification.class);
        assertThat(first.offLinkPrefixes()).containsExactly(all.getFirst());
        anchorage.answer(
                MAG1,
                MessageKind.UPDATE_NOTIFICATION,
                first.sequenceNumber(),
                new UpdateNotificationAcknowledgement(
                        first.sequenceNumber(),
                        UpdateNotificationStatus.SUCCESS,
                        Optional.of(MN1),
                        first.offLinkPrefixes()));
        acknowledge();
        assertThat(anchorage.entry(1).flowMobility().carried()).isEqualTo(all);
        assertThat(anchorage.entry(2)).isEqualTo(session);
    }

    @Test
    void t25_theReverseHandoverWithinTheHoldTimeTakesNoMessage() {
        anchorage.accepted(wlan().lifetime(60000));
        HomeNetworkPrefix prefix = anchorage
                .accepted(lte().lifetime(60000).at(LATER))
                .homeNetworkPrefixes()
                .getFirst();
        anchorage.prepare(prefix, MAG1);
        acknowledge();
        // Flows go home, and come back.
        anchorage.release(prefix, MAG1);
        anchorage.advance(Duration.ofMinutes(4));
        assertThat(anchorage.prepare(prefix, MAG1)).isInstanceOf(Prepared.class);
        assertThat(anchorage.sent()).isEmpty();
        // Home again, for good.
        anchorage.release(prefix, MAG1);
        anchorage.advance(Duration.ofMinutes(5));
        assertThat(anchorage.sent(MAG1, UpdateNotification.class).offLinkPrefixes())
                .isEmpty();
    }

    @Test
    void t26_idleIsVisibleAndStillForwards() {
        anchorage.accepted(wlan().lifetime(60000));
        HomeNetworkPrefix prefix = anchorage
                .accepted(lte().lifetime(60000).at(LATER))
                .homeNetworkPrefixes()
                .getFirst();
        anchorage.prepare(prefix, MAG1);
        acknowledge();
        anchorage.release(prefix, MAG1);
        FlowMobilePrefix idle = anchorage.entry(1).flowMobility().of(prefix).orElseThrow();
        assertThat(idle.state()).isEqualTo(State.IDLE);
        assertThat(idle.until()).contains(anchorage.now().plus(SignallingRules.DEFAULT.prefixHold()));
        assertThat(anchorage.entry(1).flowMobility().carried()).containsExactly(prefix);
    }

    @Test
    void t84_aSingleRadioThatDetachesFirstFindsItsPrefixes() {
        List<HomeNetworkPrefix> prefixes = anchorage.accepted(wlan()).homeNetworkPrefixes();
        anchorage.accepted(wlan().prefixes(prefixes).deregistration().at(LATER));
        for (int handoff : new int[] {BETWEEN_INTERFACES, HANDOFF_UNKNOWN}) {
            Anchorage radio = new Anchorage();
            radio.accepted(wlan());
            radio.accepted(wlan().prefixes(radio.prefixes()).deregistration().at(LATER));
            ProxyBindingAcknowledgement attached =
                    radio.accepted(lte().handoff(handoff).at(LATER.plusMillis(200)));
            assertThat(attached.homeNetworkPrefixes()).isEqualTo(prefixes);
            assertThat(radio.entries()).hasSize(1);
            assertThat(radio.entry(1).isActive()).isTrue();
            radio.expire(LATER.plusSeconds(11));
            assertThat(radio.entries()).hasSize(1);
        }
    }

    @Test
    void t38_aDeregistrationIsAnsweredAtOnceAndTheEntryGoneAtTenSeconds() {
        anchorage.accepted(wlan());
        anchorage.accepted(
                wlan().prefixes(anchorage.prefixes()).deregistration().at(LATER));
        anchorage.advanceTo(LATER.plusMillis(9_999));
        assertThat(anchorage.entries()).hasSize(1);
        anchorage.advanceTo(LATER.plusMillis(10_000));
        assertThat(anchorage.entries()).isEmpty();
    }

    @Test
    void t37_theHandoffIndicatorTellsHandoverFromNewAttachment() {
        record Row(int handoff, Procedure procedure) {}
        List<Row> table = List.of(
                new Row(1, Procedure.INITIAL),
                new Row(2, Procedure.HANDOVER),
                new Row(5, Procedure.INITIAL),
                new Row(6, Procedure.SHARING));
        for (Row row : table) {
            Anchorage node = new Anchorage();
            node.accepted(wlan());
            assertThat(node.procedure(lte().handoff(row.handoff()).at(LATER)))
                    .as("handoff indicator " + row.handoff())
                    .isEqualTo(row.procedure());
        }
    }
}
