package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Duration;
import java.util.List;
import org.flowanchor.binding.domain.FlowMobilePrefix.State;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refusal;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refused;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

/** Prefixes that gateways carry: until no flow needs them, while entries come and go. */
class CarriedPrefixTest extends WlanThenLte {
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
}
