package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BARRED;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.STRANGER;
import static org.flowanchor.binding.Scene.UNKNOWN;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.WLAN_LINK;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;

import java.util.List;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

/** The ordered checks of RFC 5213 section 5.3.1 and the acknowledgement of section 5.3.6. */
class AcceptanceTest {
    private final Anchorage anchorage = new Anchorage();

    @Test
    void l04_missingMobileNodeIdentifierIs160AndEchoesTheEmptyIdentifier() {
        ProxyBindingAcknowledgement acknowledgement = anchorage.rejected(wlan().of(null));
        assertThat(acknowledgement.status().value()).isEqualTo(160);
        assertThat(acknowledgement.mobileNodeIdentifier()).isEmpty();
    }

    @Test
    void l04_comesBeforeEveryOtherCheck() {
        assertThat(anchorage.status(update(STRANGER, WLAN)
                        .of(null)
                        .handoff(null)
                        .type(null)
                        .prefixes(List.of())
                        .timestamp(START.minusSeconds(60))))
                .isEqualTo(160);
    }

    @Test
    void l05_unauthorizedGatewayIs154() {
        assertThat(anchorage.status(update(STRANGER, WLAN))).isEqualTo(154);
    }

    @Test
    void l05_gatewayThatActsForAnotherIs154() {
        assertThat(anchorage.status(wlan().sender(MAG2))).isEqualTo(154);
    }

    @Test
    void l05_unauthorizedGatewayWithAStaleTimestampIs154() {
        assertThat(anchorage.status(update(STRANGER, WLAN).timestamp(START.minusSeconds(60))))
                .isEqualTo(154);
    }

    @Test
    void l06_unknownMobileNodeIs153() {
        assertThat(anchorage.status(wlan().of(UNKNOWN))).isEqualTo(153);
        assertThat(anchorage.status(wlan().of(UNKNOWN).handoff(null).timestamp(START.minusSeconds(60))))
                .isEqualTo(153);
    }

    @Test
    void l07_mobileNodeWithoutTheServiceIs152() {
        assertThat(anchorage.status(wlan().of(BARRED))).isEqualTo(152);
    }

    @Test
    void l08_orderingComesBeforeMissingOptions() {
        assertThat(anchorage.status(
                        wlan().prefixes(List.of()).handoff(null).type(null).timestamp(START.minusSeconds(1))))
                .isEqualTo(156);
        anchorage.accepted(wlan());
        assertThat(anchorage.status(wlan().handoff(null).timestamp(START.minusMillis(10))))
                .isEqualTo(157);
        assertThat(anchorage.status(wlan().prefixes(List.of()).link(null).timestamp(START.minusMillis(10))))
                .isEqualTo(157);
    }

    @Test
    void l09_missingHomeNetworkPrefixIs158AndComesBefore161() {
        ProxyBindingAcknowledgement acknowledgement =
                anchorage.rejected(wlan().prefixes(List.of()).handoff(null).type(null));
        assertThat(acknowledgement.status().value()).isEqualTo(158);
        assertThat(acknowledgement.homeNetworkPrefixes()).containsExactly(HomeNetworkPrefix.ALL_ZERO);
    }

    @Test
    void l10_missingHandoffIndicatorIs161AndComesBefore162() {
        ProxyBindingAcknowledgement acknowledgement =
                anchorage.rejected(wlan().handoff(null).type(null));
        assertThat(acknowledgement.status().value()).isEqualTo(161);
        assertThat(acknowledgement.handoffIndicator()).isEqualTo(HandoffIndicator.RESERVED);
    }

    @Test
    void l11_missingAccessTechnologyTypeIs162() {
        ProxyBindingAcknowledgement acknowledgement = anchorage.rejected(wlan().type(null));
        assertThat(acknowledgement.status().value()).isEqualTo(162);
        assertThat(acknowledgement.accessTechnologyType().value()).isZero();
    }

    @Test
    void l12_initialRegistrationAllocatesAPrefix() {
        ProxyBindingAcknowledgement acknowledgement = anchorage.accepted(wlan());
        assertThat(acknowledgement.homeNetworkPrefixes()).containsExactly(Anchorage.POOL.at(0));
        BindingCacheEntry entry = anchorage.entry(1);
        assertThat(entry.proxyCareOfAddress()).isEqualTo(MAG1);
        assertThat(entry.accessTechnologyType()).isEqualTo(WLAN);
        assertThat(entry.linkLayerIdentifier()).contains(WLAN_LINK);
        assertThat(entry.bindingPriority()).isEqualTo(20);
        assertThat(entry.policyGroup()).isEqualTo("gold");
        assertThat(entry.state()).isEqualTo(BindingState.ACTIVE);
        assertThat(entry.expiresAt()).isEqualTo(START.plusSeconds(400));
    }

    @Test
    void l12_noPrefixLeftIs130() {
        assertThat(new Anchorage().withPrefixes(0).status(wlan())).isEqualTo(130);
    }

    @Test
    void l12_severalPrefixesAreAllocatedTogetherOrNotAtAll() {
        HomeNetworkPrefix any = HomeNetworkPrefix.ALL_ZERO;
        assertThat(anchorage.accepted(wlan().prefixes(any, any)).homeNetworkPrefixes())
                .hasSize(2);
        assertThat(new Anchorage().withPrefixes(1).status(wlan().prefixes(any, any)))
                .isEqualTo(130);
    }

    @Test
    void l12_prefixOfNobodyIs155() {
        assertThat(anchorage.status(wlan().prefixes(HomeNetworkPrefix.parse("2001:db8:666::/64"))))
                .isEqualTo(155);
    }

    @Test
    void l12_restingPrefixIsGivenBackToItsNodeAndToNobodyElse() {
        List<HomeNetworkPrefix> prefixes =
                anchorage.accepted(wlan().lifetime(1)).homeNetworkPrefixes();
        anchorage.expire(START.plusSeconds(4));
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.status(wlan().of(MN2).prefixes(prefixes).at(START.plusSeconds(5))))
                .isEqualTo(155);
        assertThat(anchorage
                        .accepted(wlan().prefixes(prefixes).handoff(NOT_CHANGED).at(START.plusSeconds(5)))
                        .homeNetworkPrefixes())
                .isEqualTo(prefixes);
    }

    @Test
    void l12_lifetimeIsGrantedUpToTheMaximum() {
        assertThat(anchorage.accepted(wlan().lifetime(65535)).lifetime()).isEqualTo(900);
        assertThat(anchorage.entry(1).expiresAt()).isEqualTo(START.plusSeconds(3600));
    }

    @Test
    void l13_acknowledgementCopiesWhatTheGatewayChecks() {
        ProxyBindingAcknowledgement accepted = anchorage.accepted(wlan().sequence(4711));
        assertThat(accepted.sequenceNumber()).isEqualTo(4711);
        assertThat(accepted.mobileNodeIdentifier()).contains(MN1);
        assertThat(accepted.handoffIndicator().value()).isEqualTo(1);
        assertThat(accepted.accessTechnologyType()).isEqualTo(WLAN);
        assertThat(accepted.linkLayerIdentifier()).contains(WLAN_LINK);
        assertThat(accepted.lifetime()).isEqualTo(100);
        assertThat(accepted.timestamp()).contains(Timestamp.of(START));
    }

    @Test
    void l13_rejectionEchoesAllPrefixesOfTheRequest() {
        HomeNetworkPrefix one = HomeNetworkPrefix.parse("2001:db8:666::/64");
        HomeNetworkPrefix two = HomeNetworkPrefix.parse("2001:db8:667::/64");
        ProxyBindingAcknowledgement rejected = anchorage.rejected(wlan().prefixes(two, one));
        assertThat(rejected.homeNetworkPrefixes()).containsExactly(two, one);
        assertThat(rejected.timestamp()).isPresent();
    }

    @Test
    void boundsTheEntriesOfOneMobileNode() {
        // Without link-layer identifier each update with handoff indicator 1 is a session of its own (row C3).
        for (int i = 0; i < 4; i++) {
            anchorage.accepted(update(MAG1, LTE).at(START.plusSeconds(i)));
        }
        assertThat(anchorage.status(update(MAG1, LTE).at(START.plusSeconds(9)))).isEqualTo(130);
    }
}
