package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.NOT_CHANGED;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.update;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Instant;
import java.util.List;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.junit.jupiter.api.Test;

/** RFC 5213 section 5.3.5, and the end of a lifetime. */
class DeregistrationTest {
    private static final Instant LATER = START.plusSeconds(10);
    private final Anchorage anchorage = new Anchorage();

    private Update leave(Update update) {
        return update.deregistration().prefixes(anchorage.prefixes()).at(LATER);
    }

    @Test
    void l14_deregistrationFromAnotherGatewayIsIgnored() {
        anchorage.accepted(wlan());
        anchorage.ignored(leave(wlan().through(MAG3)));
    }

    @Test
    void l14_lateDeregistrationOfThePreviousGatewayIsIgnored() {
        anchorage.accepted(wlan());
        anchorage.accepted(
                wlan().through(MAG3).handoff(3).prefixes(anchorage.prefixes()).at(START.plusSeconds(5)));
        anchorage.ignored(leave(wlan()));
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.ACTIVE);
    }

    @Test
    void l15_deregistrationIsAnsweredAtOnceAndTheEntryKeptTenSeconds() {
        anchorage.accepted(wlan());
        List<HomeNetworkPrefix> prefixes = anchorage.prefixes();
        ProxyBindingAcknowledgement acknowledgement = anchorage.accepted(leave(wlan()));
        assertThat(acknowledgement.lifetime()).isZero();
        assertThat(acknowledgement.homeNetworkPrefixes()).isEqualTo(prefixes);
        anchorage.expire(LATER.plusMillis(9_999));
        assertThat(anchorage.entries()).hasSize(1);
        anchorage.expire(LATER.plusMillis(10_000));
        assertThat(anchorage.entries()).isEmpty();
    }

    @Test
    void l15_repeatedDeregistrationIsAnsweredAndNeverProlongsTheWait() {
        anchorage.accepted(wlan());
        anchorage.accepted(leave(wlan()));
        anchorage.accepted(leave(wlan()).at(LATER.plusSeconds(5)));
        assertThat(anchorage.entry(1).expiresAt()).isEqualTo(LATER.plusSeconds(10));
    }

    @Test
    void l16_f21_entryForwardsNothingFromTheAcceptedDeregistrationOn() {
        anchorage.accepted(wlan());
        anchorage.accepted(leave(wlan()));
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.RELEASING);
    }

    @Test
    void l17_updateDuringTheWaitEndsIt() {
        anchorage.accepted(wlan());
        List<HomeNetworkPrefix> prefixes = anchorage.prefixes();
        anchorage.accepted(leave(wlan()));
        assertThat(anchorage.accepted(wlan().at(LATER.plusSeconds(1))).homeNetworkPrefixes())
                .isEqualTo(prefixes);
        anchorage.expire(LATER.plusSeconds(60));
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.ACTIVE);
    }

    @Test
    void l18_releasedPrefixIsFreeOnlyWithTheLastSession() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        anchorage.accepted(leave(wlan()));
        anchorage.expire(LATER.plusSeconds(10));
        assertThat(anchorage.entries()).hasSize(1);
        List<HomeNetworkPrefix> prefixes = anchorage.prefixes();
        assertThat(prefixes).hasSize(1);
        Update named = update(MAG3, LTE).prefixes(prefixes).at(LATER.plusSeconds(11));
        assertThat(anchorage.status(named.of(MN2))).as("the sibling has it").isEqualTo(155);
        assertThat(anchorage.isResting(prefixes.getFirst())).isFalse();
        anchorage.accepted(leave(lte()).at(LATER.plusSeconds(12)));
        assertThat(anchorage.isResting(prefixes.getFirst())).isFalse();
        anchorage.expire(LATER.plusSeconds(22));
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.isResting(prefixes.getFirst())).isTrue();
        assertThat(anchorage.accepted(named.at(LATER.plusSeconds(23))).homeNetworkPrefixes())
                .as("while it rests it is its node's")
                .isEqualTo(prefixes);
    }

    @Test
    void dD_siblingSessionIsNeverTouched() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        BindingCacheEntry sibling = anchorage.entry(2);
        anchorage.accepted(leave(wlan()));
        assertThat(anchorage.entry(2)).isEqualTo(sibling);
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.RELEASING);
    }

    @Test
    void dD_interfacesOfOneTypeAtOneGatewayAreToldApartByTheirIdentifier() {
        LinkLayerIdentifier other = LinkLayerIdentifier.parse("02:00:00:00:00:0c");
        anchorage.accepted(wlan());
        anchorage.accepted(update(MAG1, WLAN).link(other).handoff(SHARING));
        anchorage.accepted(leave(update(MAG1, WLAN).link(other)));
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.ACTIVE);
        assertThat(anchorage.entry(2).state()).isEqualTo(BindingState.RELEASING);
    }

    @Test
    void dD_deregistrationThatCouldMeanTwoSessionsIs128() {
        anchorage.accepted(wlan());
        anchorage.accepted(update(MAG1, WLAN)
                .link(LinkLayerIdentifier.parse("02:00:00:00:00:0c"))
                .handoff(SHARING));
        assertThat(anchorage.status(leave(update(MAG1, WLAN)))).isEqualTo(128);
    }

    @Test
    void expiredLifetimeDeletesTheEntryWithoutGrace() {
        anchorage.accepted(wlan().lifetime(2));
        anchorage.expire(START.plusMillis(7_999));
        assertThat(anchorage.entries()).hasSize(1);
        anchorage.expire(START.plusSeconds(8));
        assertThat(anchorage.entries()).isEmpty();
    }

    @Test
    void t17_refreshesChangeNothingButTheLifetime() {
        anchorage.accepted(wlan());
        BindingCacheEntry before = anchorage.entry(1);
        for (int i = 1; i <= 5; i++) {
            anchorage.accepted(wlan().handoff(NOT_CHANGED)
                    .prefixes(anchorage.prefixes())
                    .sequence(1 + i)
                    .at(START.plusSeconds(i)));
        }
        assertThat(anchorage.entry(1))
                .usingRecursiveComparison()
                .ignoringFields("expiresAt", "timestamp", "sequenceNumber", "acceptedAt")
                .isEqualTo(before);
    }

    @Test
    void smallestFreeIdentifierIsReused() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        anchorage.accepted(leave(wlan()));
        anchorage.expire(LATER.plusSeconds(10));
        anchorage.accepted(wlan().handoff(SHARING).at(LATER.plusSeconds(20)));
        assertThat(anchorage.entries())
                .extracting(entry -> entry.bindingIdentifier().value())
                .containsExactly(1, 2);
    }
}
