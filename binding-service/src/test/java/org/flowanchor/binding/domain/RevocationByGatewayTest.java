package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.SHARING;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.lte;
import static org.flowanchor.binding.Scene.wlan;
import static org.flowanchor.mobility.message.RevocationTrigger.ACCESS_NETWORK_SESSION_TERMINATION;
import static org.flowanchor.mobility.message.RevocationTrigger.ADMINISTRATIVE_REASON;
import static org.flowanchor.mobility.message.RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN;
import static org.flowanchor.mobility.message.RevocationTrigger.PER_PEER_POLICY;

import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.junit.jupiter.api.Test;

/** Revocation that gateways begin (RFC 5846 sections 6.2.1, 8.2 and 9.2). */
class RevocationByGatewayTest {
    private static final int SEQUENCE = 77;
    private static final MobileNodeIdentifier GATEWAY = new MobileNodeIdentifier("mag1@operator.example");
    private static final HomeNetworkPrefix STRANGE = HomeNetworkPrefix.parse("2001:db8:dead::/64");
    private final Anchorage anchorage = new Anchorage();

    private static ReceivedRevocation revocation(RevocationTrigger trigger, HomeNetworkPrefix... prefixes) {
        return new ReceivedRevocation(
                SEQUENCE, trigger, true, false, ReceivedRevocation.Scope.BINDINGS, Optional.of(MN1), List.of(prefixes));
    }

    private BindingRevocationAcknowledgement revoke(ProxyCareOfAddress gateway, ReceivedRevocation revocation) {
        return anchorage.revokedBy(gateway, revocation);
    }

    private static BindingRevocationAcknowledgement success() {
        return new BindingRevocationAcknowledgement(
                SEQUENCE, RevocationStatus.SUCCESS, false, Optional.empty(), List.of());
    }

    private static Optional<Integer> refusal(ReceivedRevocation revocation) {
        return RevocationByGateway.refusal(revocation, Optional.of(GATEWAY)).map(RevocationStatus::value);
    }

    @Test
    void r01_theNodeAloneMeansAllItsBindingsWithThatGatewayAndNoOthers() {
        anchorage.accepted(wlan());
        anchorage.accepted(lte().handoff(SHARING));
        assertThat(revoke(MAG1, revocation(ACCESS_NETWORK_SESSION_TERMINATION))).isEqualTo(success());
        assertThat(anchorage.entries())
                .extracting(BindingCacheEntry::proxyCareOfAddress)
                .containsExactly(MAG2);
        assertThat(anchorage.entry(2).isActive()).isTrue();
    }

    @Test
    void r01_aPrefixMeansTheBindingThatHasIt() {
        anchorage.accepted(wlan());
        HomeNetworkPrefix own = anchorage.prefixes().getFirst();
        assertThat(revoke(MAG1, revocation(ADMINISTRATIVE_REASON, own))).isEqualTo(success());
        assertThat(anchorage.entries()).isEmpty();
    }

    @Test
    void r07_aPrefixThatIsNobodysAnyMoreIsNamedAndTheRestDone() {
        anchorage.accepted(wlan());
        HomeNetworkPrefix own = anchorage.prefixes().getFirst();
        assertThat(revoke(MAG1, revocation(ADMINISTRATIVE_REASON, own, STRANGE)))
                .isEqualTo(new BindingRevocationAcknowledgement(
                        SEQUENCE, RevocationStatus.PARTIAL_SUCCESS, false, Optional.of(MN1), List.of(STRANGE)));
        assertThat(anchorage.entries()).isEmpty();
    }

    /** RFC 5846 section 13: "NOT allowed ... to revoke a mobility session that is not registered with this mobility node". */
    @Test
    void r07_whatIsNotRegisteredWithThatGatewayIs128AndStays() {
        anchorage.accepted(wlan());
        List<BindingCacheEntry> before = anchorage.entries();
        assertThat(revoke(MAG3, revocation(ADMINISTRATIVE_REASON)).status())
                .isEqualTo(RevocationStatus.BINDING_DOES_NOT_EXIST);
        assertThat(revoke(
                                MAG2,
                                revocation(
                                        ADMINISTRATIVE_REASON,
                                        anchorage.prefixes().getFirst()))
                        .status())
                .isEqualTo(RevocationStatus.BINDING_DOES_NOT_EXIST);
        assertThat(revoke(MAG1, revocation(ADMINISTRATIVE_REASON, STRANGE)).status())
                .isEqualTo(RevocationStatus.BINDING_DOES_NOT_EXIST);
        assertThat(anchorage.entries()).isEqualTo(before);
    }

    @Test
    void r06_aHandoverTriggerReleasesAsADeregistrationDoes() {
        anchorage.accepted(wlan());
        List<HomeNetworkPrefix> own = anchorage.prefixes();
        for (int time = 0; time < 2; time++) {
            assertThat(revoke(MAG1, revocation(INTER_MAG_HANDOVER_UNKNOWN))).isEqualTo(success());
            assertThat(anchorage.entry(1).state()).isEqualTo(BindingState.RELEASING);
        }
        assertThat(anchorage.accepted(wlan().at(START.plusSeconds(1))).homeNetworkPrefixes())
                .isEqualTo(own);
    }

    /** The anchor asks for the same binding at the same time: it is gone, and nobody is asked any more. */
    @Test
    void r04_aRevocationOfTheAnchorsOwnEndsWithIt() {
        anchorage.accepted(wlan());
        anchorage.revoke(ADMINISTRATIVE_REASON, 1);
        assertThat(revoke(MAG1, revocation(ADMINISTRATIVE_REASON))).isEqualTo(success());
        assertThat(anchorage.entries()).isEmpty();
        assertThat(anchorage.node(MN1).outstanding()).isEmpty();
    }

    @Test
    void r01_whatCannotBeRightIsRefusedWithItsStatus() {
        assertThat(refusal(revocation(ADMINISTRATIVE_REASON))).isEmpty();
        assertThat(refusal(with(ADMINISTRATIVE_REASON, false, false, Optional.of(MN1))))
                .as("no proxy binding")
                .contains(134);
        assertThat(refusal(with(ADMINISTRATIVE_REASON, true, true, Optional.of(MN1))))
                .as("G with a trigger of one node")
                .contains(134);
        assertThat(refusal(with(PER_PEER_POLICY, true, false, Optional.of(GATEWAY))))
                .as("a global trigger without G")
                .contains(134);
        for (int unknown : new int[] {8, 127, 129, 130, 250, 255}) {
            assertThat(refusal(with(new RevocationTrigger(unknown), true, unknown > 127, Optional.of(MN1))))
                    .as("trigger %d", unknown)
                    .contains(133);
        }
        assertThat(refusal(with(ADMINISTRATIVE_REASON, true, false, Optional.empty())))
                .as("nobody is named")
                .contains(131);
    }

    @Test
    void r03_onlyAGatewayThatMayAndSaysWhoItIsRevokesEverything() {
        ReceivedRevocation everything = with(PER_PEER_POLICY, true, true, Optional.of(GATEWAY));
        assertThat(refusal(everything)).isEmpty();
        assertThat(refusal(with(PER_PEER_POLICY, true, true, Optional.empty()))).contains(130);
        assertThat(refusal(with(PER_PEER_POLICY, true, true, Optional.of(MN1)))).contains(130);
        assertThat(RevocationByGateway.refusal(everything, Optional.empty()))
                .contains(RevocationStatus.GLOBAL_REVOCATION_NOT_AUTHORIZED);
    }

    @Test
    void r08_ipv4HomeAddressesAndGroupsAreNotRevokedSinceThereAreNone() {
        assertThat(refusal(scoped(ReceivedRevocation.Scope.IPV4_HOME_ADDRESS_UNNAMED)))
                .contains(129);
        assertThat(refusal(scoped(ReceivedRevocation.Scope.IPV4_HOME_ADDRESS))).contains(128);
        assertThat(refusal(scoped(ReceivedRevocation.Scope.GROUP))).contains(134);
    }

    private static ReceivedRevocation with(
            RevocationTrigger trigger,
            boolean proxyBinding,
            boolean global,
            Optional<MobileNodeIdentifier> identifier) {
        return new ReceivedRevocation(
                SEQUENCE, trigger, proxyBinding, global, ReceivedRevocation.Scope.BINDINGS, identifier, List.of());
    }

    private static ReceivedRevocation scoped(ReceivedRevocation.Scope scope) {
        return new ReceivedRevocation(SEQUENCE, ADMINISTRATIVE_REASON, true, false, scope, Optional.of(MN1), List.of());
    }
}
