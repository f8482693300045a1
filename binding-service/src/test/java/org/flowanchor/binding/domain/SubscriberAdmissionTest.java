package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.HANDOFF_UNKNOWN;
import static org.flowanchor.binding.Scene.IMS;
import static org.flowanchor.binding.Scene.INTERNET;
import static org.flowanchor.binding.Scene.LTE;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.MN2;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.UNKNOWN;
import static org.flowanchor.binding.Scene.WLAN;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.junit.jupiter.api.Test;

/** What a subscriber profile allows, and what it makes of a session (RFC 5213 sections 5.3.1 and 6.2). */
class SubscriberAdmissionTest {
    private static final HomeNetworkPrefix KEPT = Anchorage.POOL.at(1000);
    private static final HomeNetworkPrefix KEPT_TOO = Anchorage.POOL.at(1001);
    private final Anchorage anchorage = new Anchorage();

    /** What a test says of a profile; the rest restricts nothing. */
    private static final class Profile {
        private boolean enabled = true;
        private Set<AccessTechnologyType> types = Set.of();
        private PrefixModel model = PrefixModel.SHARED;
        private HostModel host = HostModel.LIF;
        private List<HomeNetworkPrefix> prefixes = List.of();
        private Set<ServiceSelection> services = Set.of();
        private Set<ProxyCareOfAddress> gateways = Set.of();

        MobileNodeProfile build() {
            return new MobileNodeProfile(
                    new MobileNodeFacts("premium", types, host, DecisionAuthority.NETWORK, Optional.of(model)),
                    enabled,
                    prefixes,
                    services,
                    gateways);
        }

        Profile disabled() {
            enabled = false;
            return this;
        }

        Profile over(AccessTechnologyType... allowed) {
            types = Set.of(allowed);
            return this;
        }

        Profile with(PrefixModel prefixModel) {
            model = prefixModel;
            return this;
        }

        Profile with(HostModel hostModel) {
            host = hostModel;
            return this;
        }

        Profile keeping(HomeNetworkPrefix... kept) {
            prefixes = List.of(kept);
            return this;
        }

        Profile services(ServiceSelection... allowed) {
            services = Set.of(allowed);
            return this;
        }

        Profile through(ProxyCareOfAddress... allowed) {
            gateways = Set.of(allowed);
            return this;
        }
    }

    private static Profile profile() {
        return new Profile();
    }

    private Anchorage with(Profile profile) {
        return anchorage.withSubscriber(MN1, profile.build());
    }

    @Test
    void l06_aSubscriberIsIdentifiedByItsProfileAndNobodyElseIs() {
        anchorage.withSubscriber(UNKNOWN, profile().build());
        assertThat(anchorage.status(wlan().of(UNKNOWN))).isZero();
        assertThat(new Anchorage().status(wlan().of(UNKNOWN))).isEqualTo(153);
    }

    @Test
    void l06_whileProfilesAreNotAllReadWhoIsNotKnownGetsNoAnswer() {
        anchorage.withSubscribersUnread();
        anchorage.ignored(wlan().of(UNKNOWN));
        assertThat(anchorage.status(wlan())).as("who is known is served").isZero();
    }

    @Test
    void l05_aGatewayThatMayNotRegisterTheNodeIs154AlsoWithAStaleTimestamp() {
        with(profile().through(MAG2));
        assertThat(anchorage.status(wlan())).isEqualTo(154);
        assertThat(anchorage.status(wlan().timestamp(START.minusSeconds(60)))).isEqualTo(154);
        assertThat(anchorage.status(lte())).isZero();
    }

    @Test
    void l12_aKeptPrefixThatIsNamedIsNotAlsoTheAnswerToAllZero() {
        for (List<HomeNetworkPrefix> kept : List.of(List.of(KEPT), List.of(KEPT, KEPT_TOO))) {
            Anchorage fresh = new Anchorage()
                    .withSubscriber(
                            MN1,
                            profile()
                                    .keeping(kept.toArray(HomeNetworkPrefix[]::new))
                                    .build());
            // So that it is the node's: a first session had it.
            fresh.accepted(wlan().lifetime(1));
            fresh.expire(START.plusSeconds(4));
            List<HomeNetworkPrefix> granted = fresh.accepted(
                            wlan().prefixes(KEPT, HomeNetworkPrefix.ALL_ZERO).at(START.plusSeconds(5)))
                    .homeNetworkPrefixes();
            assertThat(granted).hasSize(2).contains(KEPT).containsAll(kept);
        }
    }

    @Test
    void l05_comesBeforeL07() {
        with(profile().through(MAG2).disabled());
        assertThat(anchorage.status(wlan())).isEqualTo(154);
        assertThat(anchorage.status(lte())).isEqualTo(152);
    }

    @Test
    void l07_aSubscriberWithoutNetworkBasedMobilityIs152() {
        with(profile().disabled());
        assertThat(anchorage.status(wlan())).isEqualTo(152);
        assertThat(anchorage.status(wlan().timestamp(START.minusSeconds(60)))).isEqualTo(152);
    }

    @Test
    void l07_anAccessThatTheProfileDoesNotAllowIs152() {
        with(profile().over(LTE));
        assertThat(anchorage.status(wlan())).isEqualTo(152);
        assertThat(anchorage.status(lte())).isZero();
    }

    @Test
    void l07_anUpdateThatDoesNotSayTheAccessIs162AsBefore() {
        with(profile().over(LTE));
        assertThat(anchorage.status(wlan().type(null))).isEqualTo(162);
    }

    @Test
    void t11_t13_aServiceThatTheProfileDoesNotHaveIs151() {
        with(profile().services(IMS));
        ServiceSelection flow = new ServiceSelection("flow1:udp/5060");
        assertThat(anchorage.status(wlan().service(flow))).isEqualTo(151);
        assertThat(anchorage.status(wlan().service(INTERNET))).isEqualTo(151);
        assertThat(anchorage.status(wlan().service(IMS))).isZero();
        assertThat(anchorage.entry(1).serviceSelection()).contains(IMS);
    }

    @Test
    void l14_whatIsRegisteredMayAlwaysBeGivenUp() {
        with(profile());
        anchorage.accepted(wlan());
        with(profile().disabled().through(MAG2).over(LTE));
        assertThat(anchorage.status(wlan().handoff(4).lifetime(0).at(START.plusSeconds(1))))
                .isZero();
        assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.RELEASING);
    }

    @Test
    void aRefreshIsAdmittedByTheProfileAsItIsThen() {
        with(profile());
        anchorage.accepted(wlan());
        with(profile().disabled());
        assertThat(anchorage.status(wlan().handoff(5).at(START.plusSeconds(1)))).isEqualTo(152);
        with(profile().with(HostModel.WEAK));
        assertThat(anchorage.status(wlan().handoff(5).at(START.plusSeconds(2)))).isZero();
        assertThat(anchorage.entry(1).facts().hostModel()).isEqualTo(HostModel.WEAK);
    }

    @Test
    void theFactsOfTheProfileTravelWithTheBinding() {
        with(profile().over(WLAN, LTE).with(HostModel.WEAK).with(PrefixModel.UNIQUE));
        anchorage.accepted(wlan());
        assertThat(anchorage.entry(1).facts())
                .isEqualTo(new MobileNodeFacts(
                        "premium",
                        Set.of(WLAN, LTE),
                        HostModel.WEAK,
                        DecisionAuthority.NETWORK,
                        Optional.of(PrefixModel.UNIQUE)));
    }

    @Test
    void aChangedProfileIsWrittenIntoEveryBindingOnceAndNotAgain() {
        with(profile());
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING).at(START.plusSeconds(1)));
        with(profile().with(HostModel.WEAK));
        assertThat(anchorage.profileChanged(MN1)).hasSize(2);
        assertThat(anchorage.entries())
                .allSatisfy(entry -> assertThat(entry.facts().hostModel()).isEqualTo(HostModel.WEAK));
        assertThat(anchorage.profileChanged(MN1)).isEmpty();
    }

    @Test
    void r01_whatTheProfileDoesNotAdmitAnyMoreIsRevokedForAnAdministrativeReason() {
        with(profile());
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING).at(START.plusSeconds(1)));
        with(profile().over(LTE));
        anchorage.profileChanged(MN1);
        assertThat(anchorage.entries()).anySatisfy(entry -> {
            assertThat(entry.proxyCareOfAddress()).isEqualTo(MAG1);
            assertThat(entry.revocation().map(Revocation::trigger)).contains(RevocationTrigger.ADMINISTRATIVE_REASON);
        });
        assertThat(anchorage.entries()).anySatisfy(entry -> {
            assertThat(entry.proxyCareOfAddress()).isEqualTo(MAG2);
            assertThat(entry.revocation()).isEmpty();
        });
    }

    @Test
    void r01_everythingOfANodeWhoseProfileIsDeletedIsRevoked() {
        anchorage.withSubscriber(UNKNOWN, profile().build());
        anchorage.accepted(wlan().of(UNKNOWN));
        anchorage.accepted(lte().of(UNKNOWN).handoff(SHARING).at(START.plusSeconds(1)));
        anchorage.withoutSubscriber(UNKNOWN);
        anchorage.profileWithdrawn(UNKNOWN);
        assertThat(anchorage.node(UNKNOWN).entries())
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.revocation().map(Revocation::trigger))
                        .contains(RevocationTrigger.ADMINISTRATIVE_REASON));
        assertThat(anchorage.profileWithdrawn(UNKNOWN)).as("under way").isEmpty();
    }

    @Test
    void aDeletedProfileOfANodeThatIsKnownOtherwiseRevokesNothing() {
        with(profile());
        anchorage.accepted(wlan());
        anchorage.withoutSubscriber(MN1);
        anchorage.profileWithdrawn(MN1);
        assertThat(anchorage.entries())
                .hasSize(1)
                .allSatisfy(entry -> assertThat(entry.revocation()).isEmpty());
    }

    @Test
    void r01_whatIsNotAdmittedAnyMoreGoesWhateverItsGatewaySaysOfAHandoverUnderWay() {
        with(profile());
        anchorage.accepted(wlan());
        assertThat(anchorage.decide(lte().handoff(HANDOFF_UNKNOWN).at(START.plusSeconds(1))))
                .isInstanceOf(BindingDecision.Deferred.class);
        assertThat(anchorage.entry(1).revocation().map(Revocation::trigger))
                .contains(RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN);
        anchorage.sent(MAG1, BindingRevocationIndication.class);
        with(profile().disabled());
        anchorage.profileChanged(MN1);
        assertThat(anchorage.entry(1).revocation().map(Revocation::trigger))
                .contains(RevocationTrigger.ADMINISTRATIVE_REASON);
        assertThat(anchorage.sent(MAG1, BindingRevocationIndication.class).trigger())
                .isEqualTo(RevocationTrigger.ADMINISTRATIVE_REASON);
    }

    @Test
    void aProfileThatIsGoneCutsNobodyOffBeforeTheNextUpdate() {
        anchorage.withSubscriber(UNKNOWN, profile().build());
        assertThat(anchorage.status(wlan().of(UNKNOWN))).isZero();
        anchorage.withoutSubscriber(UNKNOWN);
        assertThat(anchorage.profileChanged(UNKNOWN)).isEmpty();
        assertThat(anchorage.node(UNKNOWN).entries()).hasSize(1);
        assertThat(anchorage.status(wlan().of(UNKNOWN).handoff(5).at(START.plusSeconds(1))))
                .isEqualTo(153);
    }

    @Test
    void aKeptPrefixIsAssignedWhateverTheGatewayAsksFor() {
        with(profile().keeping(KEPT, KEPT_TOO));
        assertThat(anchorage.accepted(wlan()).homeNetworkPrefixes()).containsExactly(KEPT, KEPT_TOO);
        assertThat(anchorage.accepted(lte().at(START.plusSeconds(1))).homeNetworkPrefixes())
                .as("a node with one set has it everywhere")
                .containsExactly(KEPT, KEPT_TOO);
    }

    @Test
    void withPrefixesOfItsOwnEachSessionTakesAKeptOneWhileThereIsOne() {
        with(profile().keeping(KEPT).with(PrefixModel.UNIQUE));
        assertThat(anchorage.accepted(wlan()).homeNetworkPrefixes()).containsExactly(KEPT);
        List<HomeNetworkPrefix> own =
                anchorage.accepted(lte().at(START.plusSeconds(1))).homeNetworkPrefixes();
        assertThat(own).hasSize(1).doesNotContain(KEPT);
    }

    @Test
    void theCommonPrefixOfHybridSessionsIsTheFirstKeptOne() {
        with(profile().keeping(KEPT, KEPT_TOO).with(PrefixModel.HYBRID));
        assertThat(anchorage.accepted(wlan()).homeNetworkPrefixes()).containsExactly(KEPT, KEPT_TOO);
        List<HomeNetworkPrefix> second =
                anchorage.accepted(lte().at(START.plusSeconds(1))).homeNetworkPrefixes();
        assertThat(second).hasSize(2).contains(KEPT).doesNotContain(KEPT_TOO);
    }

    @Test
    void namingAnotherPrefixThanTheKeptOneIs155() {
        List<HomeNetworkPrefix> before = anchorage.accepted(wlan().lifetime(1)).homeNetworkPrefixes();
        anchorage.expire(START.plusSeconds(4));
        with(profile().keeping(KEPT));
        assertThat(anchorage.status(wlan().prefixes(before).at(START.plusSeconds(5))))
                .isEqualTo(155);
    }

    @Test
    void aKeptPrefixThatAnotherNodeStillHasIs130AndNoOtherPrefixIsGiven() {
        List<HomeNetworkPrefix> taken = anchorage.accepted(wlan().of(MN2)).homeNetworkPrefixes();
        with(profile().keeping(taken.getFirst()));
        assertThat(anchorage.status(wlan())).isEqualTo(130);
    }

    @Test
    void aKeptPrefixOfAnotherAnchorsPoolSaysNothingHere() {
        with(profile().keeping(HomeNetworkPrefix.parse("2001:db8:eeee::/64")));
        assertThat(anchorage.accepted(wlan()).homeNetworkPrefixes()).containsExactly(Anchorage.POOL.at(0));
    }
}
