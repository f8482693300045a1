package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.PROPOSER;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.update;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

/** RFC 5213 section 5.3.2(3): which prefixes named by value an anchor grants. */
class NamedPrefixesTest {
    private static final HomeNetworkPrefix FREE = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final HomeNetworkPrefix OWN = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
    private static final HomeNetworkPrefix ANOTHERS = HomeNetworkPrefix.parse("2001:db8:100:3::/64");
    private static final HomeNetworkPrefix KEPT = HomeNetworkPrefix.parse("2001:db8:100:4::/64");
    private static final HomeNetworkPrefix TEMPORAL = HomeNetworkPrefix.parse("2001:db8:200:1::/64");
    private static final HomeNetworkPrefix STRANGE = HomeNetworkPrefix.parse("2001:db8:666::/64");
    private static final PrefixHolders HOLDERS = new PrefixHolders() {
        private final Map<HomeNetworkPrefix, PrefixHolder> held = Map.of(
                OWN, new PrefixHolder(MN1, true),
                TEMPORAL, new PrefixHolder(MN1, true),
                KEPT, new PrefixHolder(MN1, true, true, Optional.of(MN2)),
                ANOTHERS, new PrefixHolder(MN2, true));

        @Override
        public Optional<PrefixHolder> holder(HomeNetworkPrefix prefix) {
            return Optional.ofNullable(held.get(prefix));
        }

        @Override
        public boolean isOfKind(HomeNetworkPrefix prefix, PrefixKind kind) {
            return kind == (prefix.equals(TEMPORAL) ? PrefixKind.TEMPORAL : PrefixKind.PERMANENT);
        }

        @Override
        public boolean isFree(
                HomeNetworkPrefix prefix,
                MobileNodeIdentifier mobileNode,
                PrefixKind kind,
                ProxyCareOfAddress gateway) {
            return Set.of(FREE).contains(prefix);
        }
    };

    private final NamedPrefixes named = new NamedPrefixes(ADMISSION);

    private boolean granted(ProxyCareOfAddress gateway, HomeNetworkPrefix... prefixes) {
        return named.areGranted(
                update(gateway, WLAN).prefixes(prefixes).received().update(), MN1, HOLDERS, PrefixKind.PERMANENT);
    }

    @Test
    void o05_onlyAGatewayThatMayProposeGetsAFreePrefixByNamingIt() {
        assertThat(granted(PROPOSER, FREE)).isTrue();
        assertThat(granted(MAG1, FREE)).isFalse();
    }

    @Test
    void o05_whatRestsForTheNodeIsGrantedThroughAnyGateway() {
        assertThat(granted(MAG1, OWN)).isTrue();
        assertThat(granted(PROPOSER, OWN)).isTrue();
    }

    @Test
    void o05_anotherNodesPrefixOrOneOfNoPoolIsGrantedToNobody() {
        for (HomeNetworkPrefix prefix : Set.of(ANOTHERS, STRANGE)) {
            assertThat(granted(MAG1, prefix)).isFalse();
            assertThat(granted(PROPOSER, prefix)).isFalse();
            assertThat(granted(PROPOSER, FREE, prefix)).as("all or none").isFalse();
        }
    }

    @Test
    void o05_whatWasKeptForAnotherNodeSinceIsNotGrantedToItsFormerHolder() {
        assertThat(granted(MAG1, KEPT)).isFalse();
    }

    @Test
    void t29_aTemporalPrefixIsNotGrantedToAPermanentSession() {
        assertThat(granted(MAG1, TEMPORAL)).isFalse();
    }

    @Test
    void allZeroIsNoName() {
        assertThat(granted(MAG1, HomeNetworkPrefix.ALL_ZERO)).isTrue();
    }

    @Test
    void aHeldPrefixHasNotRested() {
        assertThatThrownBy(() -> new PrefixHolder(MN1, false, true)).isInstanceOf(IllegalArgumentException.class);
    }
}
