package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.util.Optional;
import org.flowanchor.binding.domain.FlowMobilePrefix.State;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refusal;
import org.flowanchor.binding.domain.PrepareMoveDecision.Refused;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.junit.jupiter.api.Test;

/** What is not prepared, and what becomes of it when the subscriber's profile changes. */
class PrefixRefusalTest extends WlanThenLte {
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
}
