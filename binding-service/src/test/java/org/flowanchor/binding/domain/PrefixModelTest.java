package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.BETWEEN_INTERFACES;
import static org.flowanchor.binding.Scene.BETWEEN_MAGS;
import static org.flowanchor.binding.Scene.IMS;
import static org.flowanchor.binding.Scene.INTERNET;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.NEW_INTERFACE;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.domain.BindingDecision.Procedure;
import org.flowanchor.binding.domain.PrepareMoveDecision.Prepared;
import org.flowanchor.binding.domain.PrepareMoveDecision.Requested;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.PrefixModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which prefixes a session gets: by the node's prefix model (RFC 7864 section 3.1), and by its service (draft-park's two levels). */
class PrefixModelTest {
    private static final Instant LATER = START.plusSeconds(10);
    private final Anchorage anchorage = new Anchorage();

    private static Anchorage with(PrefixModel model) {
        return new Anchorage()
                .withProfile(
                        MN1,
                        MobileNodeProfile.of(
                                "gold", true, Optional.of(model), HostModel.LIF, DecisionAuthority.NETWORK));
    }

    @ParameterizedTest
    @EnumSource
    void t08_onlyPrefixesOfOneSessionAloneNeedSignallingToMove(PrefixModel model) {
        Anchorage node = with(model);
        List<HomeNetworkPrefix> wlanPrefixes = node.accepted(wlan()).homeNetworkPrefixes();
        ProxyBindingAcknowledgement lteAttach = node.accepted(lte().at(LATER));
        List<HomeNetworkPrefix> ltePrefixes = lteAttach.homeNetworkPrefixes();
        switch (model) {
            case SHARED -> assertThat(ltePrefixes).isEqualTo(wlanPrefixes);
            case UNIQUE -> assertThat(ltePrefixes).doesNotContainAnyElementsOf(wlanPrefixes);
            case HYBRID -> {
                assertThat(wlanPrefixes).hasSize(2);
                assertThat(ltePrefixes).hasSize(2);
                assertThat(ltePrefixes).filteredOn(wlanPrefixes::contains).hasSize(1);
            }
        }
        for (HomeNetworkPrefix prefix : node.prefixes()) {
            boolean shared = wlanPrefixes.contains(prefix) && ltePrefixes.contains(prefix);
            boolean anchoredByWlan = wlanPrefixes.contains(prefix);
            // The younger attachment was told with its acknowledgement; the older one has to be asked.
            assertThat(node.prepare(prefix, MAG2)).isInstanceOf(Prepared.class);
            assertThat(node.prepare(prefix, MAG1)).isInstanceOf(anchoredByWlan ? Prepared.class : Requested.class);
            assertThat(node.sent()).hasSize(shared || anchoredByWlan ? 0 : 1);
        }
    }

    @Test
    void withoutAModelTheHandoffIndicatorDecides() {
        anchorage.accepted(wlan());
        assertThat(anchorage.procedure(lte().at(LATER))).isEqualTo(Procedure.INITIAL);
        Anchorage sharing = new Anchorage();
        sharing.accepted(wlan());
        assertThat(sharing.procedure(lte().handoff(SHARING).at(LATER))).isEqualTo(Procedure.SHARING);
    }

    @Test
    void sharedSharesWhateverTheGatewayKnowsOfIndicatorSix() {
        Anchorage node = with(PrefixModel.SHARED);
        node.accepted(wlan());
        assertThat(node.procedure(lte().handoff(NEW_INTERFACE).at(LATER))).isEqualTo(Procedure.SHARING);
        assertThat(node.prefixes()).hasSize(1);
    }

    @Test
    void uniqueNeverShares() {
        Anchorage node = with(PrefixModel.UNIQUE);
        List<HomeNetworkPrefix> first = node.accepted(wlan().handoff(SHARING)).homeNetworkPrefixes();
        ProxyBindingAcknowledgement second =
                node.accepted(lte().handoff(SHARING).at(LATER));
        assertThat(second.homeNetworkPrefixes()).doesNotContainAnyElementsOf(first);
        assertThat(second.offLinkPrefixes()).isEqualTo(first);
        assertThat(node.status(lte().through(MAG3)
                        .link(null)
                        .handoff(SHARING)
                        .prefixes(first)
                        .at(LATER.plusSeconds(1))))
                .isEqualTo(155);
    }

    @Test
    void hybridTakesAllItsPrefixesOrNone() {
        Anchorage node = with(PrefixModel.HYBRID).withPrefixes(1);
        assertThat(node.status(wlan())).isEqualTo(130);
        assertThat(node.entries()).isEmpty();
    }

    @Test
    void t36_bothOrdersOfAttachmentShareAlike() {
        for (PrefixModel model : PrefixModel.values()) {
            Anchorage wlanFirst = with(model);
            wlanFirst.accepted(wlan());
            wlanFirst.accepted(lte().at(START.plusMillis(10)));
            Anchorage lteFirst = with(model);
            lteFirst.accepted(lte());
            lteFirst.accepted(wlan().at(START.plusMillis(10)));
            assertThat(shape(lteFirst)).as(model.name()).isEqualTo(shape(wlanFirst));
        }
    }

    /** How many prefixes each session has, and how many both have. */
    private static List<Integer> shape(Anchorage node) {
        List<HomeNetworkPrefix> first = node.entry(1).homeNetworkPrefixes();
        List<HomeNetworkPrefix> second = node.entry(2).homeNetworkPrefixes();
        return List.of(first.size(), second.size(), (int)
                first.stream().filter(second::contains).count());
    }

    // ---- two levels of prefixes

    @Test
    void t33_theServiceChoosesThePool() {
        HomeNetworkPrefix internet = anchorage
                .accepted(wlan().service(INTERNET))
                .homeNetworkPrefixes()
                .getFirst();
        HomeNetworkPrefix ims = anchorage
                .accepted(lte().of(MN2).service(IMS))
                .homeNetworkPrefixes()
                .getFirst();
        assertThat(Anchorage.BLOCKS.getFirst().prefix().contains(internet)).isTrue();
        assertThat(anchorage.entry(1).prefixKind()).isEqualTo(PrefixKind.TEMPORAL);
        assertThat(Anchorage.POOL.prefix().contains(ims)).isTrue();
    }

    @Test
    void t30_eachGatewaysTemporalPrefixesComeFromItsOwnBlock() {
        HomeNetworkPrefix first = anchorage
                .accepted(wlan().service(INTERNET))
                .homeNetworkPrefixes()
                .getFirst();
        HomeNetworkPrefix second = anchorage
                .accepted(lte().of(MN2).service(INTERNET))
                .homeNetworkPrefixes()
                .getFirst();
        assertThat(Anchorage.BLOCKS.getFirst().prefix().contains(first)).isTrue();
        assertThat(Anchorage.BLOCKS.getLast().prefix().contains(second)).isTrue();
        assertThat(anchorage.status(lte().through(MAG3)
                        .of(new MobileNodeIdentifier("crowd-1@example.org"))
                        .service(INTERNET)))
                .isEqualTo(130);
    }

    @Test
    void t31_noTwoNodesEverHaveOneTemporalPrefix() {
        Set<HomeNetworkPrefix> assigned = new HashSet<>();
        int granted = 0;
        for (int i = 0; i < 300; i++) {
            BindingDecision decision =
                    anchorage.decide(wlan().of(new MobileNodeIdentifier("crowd-" + i + "@example.org"))
                            .service(INTERNET));
            if (decision instanceof BindingDecision.Accepted accepted) {
                granted++;
                assigned.addAll(accepted.acknowledgement().homeNetworkPrefixes());
            }
        }
        assertThat(granted).isEqualTo(256);
        assertThat(assigned).hasSize(256);
    }

    @Test
    void t29_permanentPrefixesComeFromThePermanentPoolOnlyAndSurviveHandovers() {
        HomeNetworkPrefix permanent =
                anchorage.accepted(wlan()).homeNetworkPrefixes().getFirst();
        assertThat(Anchorage.POOL.prefix().contains(permanent)).isTrue();
        assertThat(anchorage
                        .accepted(wlan().through(MAG3)
                                .handoff(BETWEEN_MAGS)
                                .prefixes(permanent)
                                .at(LATER))
                        .homeNetworkPrefixes())
                .containsExactly(permanent);
        assertThat(anchorage
                        .accepted(lte().handoff(BETWEEN_INTERFACES)
                                .prefixes(permanent)
                                .at(LATER.plusSeconds(1)))
                        .homeNetworkPrefixes())
                .containsExactly(permanent);
        assertThat(anchorage
                        .accepted(wlan().handoff(SHARING).at(LATER.plusSeconds(2)))
                        .homeNetworkPrefixes())
                .containsExactly(permanent);
    }

    @Test
    void t29_temporalPrefixesAreNeverShared() {
        HomeNetworkPrefix temporal = anchorage
                .accepted(wlan().service(INTERNET))
                .homeNetworkPrefixes()
                .getFirst();
        ProxyBindingAcknowledgement sharing =
                anchorage.accepted(lte().handoff(SHARING).at(LATER));
        assertThat(sharing.homeNetworkPrefixes()).doesNotContain(temporal);
        assertThat(anchorage.status(lte().through(MAG3)
                        .link(null)
                        .handoff(SHARING)
                        .prefixes(temporal)
                        .at(LATER.plusSeconds(1))))
                .isEqualTo(155);
    }

    @Test
    void t29_aTemporalSessionBesideAPermanentOneIsNoReasonNotToShareThePermanent() {
        anchorage.accepted(wlan().service(INTERNET));
        HomeNetworkPrefix permanent = anchorage
                .accepted(lte().service(IMS).at(LATER))
                .homeNetworkPrefixes()
                .getFirst();
        assertThat(anchorage
                        .accepted(
                                lte().through(MAG3).link(null).handoff(SHARING).at(LATER.plusSeconds(1)))
                        .homeNetworkPrefixes())
                .containsExactly(permanent);
    }
}
