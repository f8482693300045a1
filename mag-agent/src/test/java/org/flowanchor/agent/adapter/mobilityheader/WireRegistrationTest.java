package org.flowanchor.agent.adapter.mobilityheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.application.WireMetrics.Drop;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;
import org.junit.jupiter.api.Test;

/** Updates as octets and acknowledgements from octets, against vectors that our encoder did not make. */
class WireRegistrationTest {
    private static final LmaAddress LMA = LmaAddress.parse("2001:db8::1");
    private static final ProxyCareOfAddress MAG = ProxyCareOfAddress.parse("2001:db8:0:1::1");
    private static final MobileNodeIdentifier MN = new MobileNodeIdentifier("mn1@operator.example");
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final LinkLayerIdentifier LINK = LinkLayerIdentifier.parse("02:00:5e:00:53:01");
    private static final long T0 = 1767225600L;

    private final RecordedSockets sockets = new RecordedSockets();
    private final RecordedInput input = new RecordedInput();
    private final CountedHeaders metrics = new CountedHeaders();

    private WireRegistration with(PeerProfile profile, ProtectionCheck check) {
        WireRegistration registration = new WireRegistration(
                LMA, MAG, profile, SignallingProtection.TRUSTED_NETWORK, check, sockets, input, metrics, 7);
        registration.start();
        return registration;
    }

    private static ProxyBindingUpdate update(int sequence, HandoffIndicator indicator, int lifetime, int seconds) {
        return new ProxyBindingUpdate(
                sequence,
                LMA,
                MAG,
                MN,
                Set.of(PREFIX),
                indicator,
                AccessTechnologyType.IEEE_802_11,
                LINK,
                lifetime,
                (T0 + seconds) << 16);
    }

    /** Vectors PBU-reregister-HI5 and PBU-deregister-HI4-lifetime0; the checksum is the kernel's. */
    @Test
    void m_extensionAndDeregistrationAreTheVectorsOctets() {
        WireRegistration registration = with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        assertThat(registration.send(update(2, HandoffIndicator.HANDOFF_STATE_NOT_CHANGED, 3600, 2)))
                .isEqualTo(1);
        assertThat(sockets.lastSent())
                .isEqualTo("3b0a050000000002820003840815016d6e31406f70657261746f722e6578616d706c6500"
                        + "1612004020010db8010000010000000000000000" + "1702000518020004"
                        + "1908000002005e005301" + "1b0800006955b902000001020000");
        registration.send(update(3, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 0, 3));
        assertThat(sockets.lastSent())
                .isEqualTo("3b0a050000000003820000000815016d6e31406f70657261746f722e6578616d706c6500"
                        + "1612004020010db8010000010000000000000000" + "1702000418020004"
                        + "1908000002005e005301" + "1b0800006955b903000001020000");
        assertThat(sockets.sent.getLast().source()).isEqualTo(MAG.address());
        assertThat(sockets.sent.getLast().destination()).isEqualTo(LMA.address());
    }

    /** Vector PBA-HI6-accept, and PBA-HI1-flowmob-L1 whose second prefix is anchored elsewhere. */
    @Test
    void acknowledgementsAreReadWithTheirOwnPrefixesOnly() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        sockets.arrives(
                LMA.address(),
                MAG.address(),
                "3b0a0600c2900020000703840815016d6e31406f70657261746f722e6578616d706c65001612004020010db801000001000000"
                        + "000000000017020006180200081908000002005e0053021b0800006955b901000001020000");
        sockets.arrives(
                LMA.address(),
                MAG.address(),
                "3b0d0600fc640020000803840815016d6e31406f70657261746f722e6578616d706c65001612004020010db80100000200000000"
                        + "00000000010200001612804020010db801000001000000000000000017020001180200081908000002005e005302"
                        + "1b0800006955b906000001020000");
        assertThat(input.acknowledgements)
                .first()
                .isEqualTo(new ProxyBindingAcknowledgement(
                        7,
                        BindingStatus.ACCEPTED,
                        MN,
                        Set.of(PREFIX),
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES,
                        AccessTechnologyType.E_UTRAN,
                        LinkLayerIdentifier.parse("02:00:5e:00:53:02"),
                        3600));
        assertThat(input.acknowledgements.getLast().prefixes())
                .containsExactly(HomeNetworkPrefix.parse("2001:db8:100:2::/64"));
    }

    @Test
    void onlyTheAnchorsPacketsAreTaken() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        sockets.arrives(Ipv6Address.parse("2001:db8:bad::1"), MAG.address(), "3b01060000000020000100ff01020000");
        assertThat(input.acknowledgements).isEmpty();
        assertThat(metrics.drops(Drop.UNLISTED)).isEqualTo(1);
    }

    @Test
    void w04_anUnknownMessageIsAnsweredWithABindingError() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        sockets.arrives(LMA.address(), MAG.address(), "3b01150000000001000103800102" + "0000");
        assertThat(sockets.lastSent()).isEqualTo("3b0207000000" + "0200" + "00".repeat(16));
        sockets.arrives(LMA.address(), MAG.address(), "3a01060000000020000100ff01020000");
        assertThat(sockets.problems).containsExactly(0);
    }

    /** Vectors HB-request and HB-response-RC. */
    @Test
    void h02_h05_aHeartbeatIsAnsweredWithItsSequenceNumberAndTheRestartCounter() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        sockets.arrives(LMA.address(), MAG.address(), "3b010d005aef00000000000101020000");
        assertThat(sockets.lastSent()).isEqualTo("3b020d00000000010000000101001c040000000701020000");
    }

    /** Vectors FMI=UPN-reason8 and BRI-admin. */
    @Test
    void w04_whatIsNotImplementedHereIsAnsweredAsUnrecognizedSoThatTheAnchorDoesWithout() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        for (String hex : List.of(
                "3b06130060a01236000880000815016d6e31406f70657261746f722e6578616d706c6500"
                        + "1612004020010db8010000010000000000000000",
                "3b06100074880101005580000815016d6e31406f70657261746f722e6578616d706c6500"
                        + "1612004020010db8010000010000000000000000")) {
            sockets.arrives(LMA.address(), MAG.address(), hex);
            assertThat(sockets.lastSent()).isEqualTo("3b0207000000" + "0200" + "00".repeat(16));
        }
        assertThat(sockets.sent).hasSize(2);
    }

    /** The other anchor wants 63 octets and one prefix; it answers without P, HI and ATT. */
    @Test
    void oai_theAnchorsIdentifierIsPaddedAndItsShortAnswerCompletedFromTheRequest() {
        WireRegistration registration = with(PeerProfile.OAI, ProtectionCheck.NONE_NEEDED);
        registration.send(update(9, HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE, 40, 0));
        String name = "6d6e31406f70657261746f722e6578616d706c65" + "00".repeat(43);
        assertThat(sockets.lastSent()).contains("084001" + name);
        sockets.arrives(
                LMA.address(),
                MAG.address(),
                "3b0f060000000000" + "0009" + "000a" + "084001" + name + "010400000000"
                        + "1612008020010db8010000010000000000000000" + "1908000002005e005301" + "01020000"
                        + "1b0800006955b9000000");
        assertThat(input.acknowledgements)
                .containsExactly(new ProxyBindingAcknowledgement(
                        9,
                        BindingStatus.ACCEPTED,
                        MN,
                        Set.of(PREFIX),
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE,
                        AccessTechnologyType.IEEE_802_11,
                        LINK,
                        40));
    }

    @Test
    void withoutProtectionNothingIsSentAndItsComingIsAStreamComingUp() {
        boolean[] isProtected = {false};
        WireRegistration registration = with(PeerProfile.STRICT, peer -> isProtected[0]);
        assertThat(input.streams).isEmpty();
        assertThat(registration.send(update(1, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 40, 0)))
                .isZero();
        assertThat(sockets.sent).isEmpty();
        isProtected[0] = true;
        registration.verify();
        registration.verify();
        assertThat(input.streams).containsExactly(1L);
        assertThat(registration.send(update(2, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 40, 0)))
                .isEqualTo(1);
        isProtected[0] = false;
        registration.verify();
        assertThat(registration.isUp()).isFalse();
        sockets.arrives(LMA.address(), MAG.address(), "3b01060000000020000100ff01020000");
        assertThat(input.acknowledgements).isEmpty();
    }

    @Test
    void policiesThatCannotBeReadAreNoProtection() {
        WireRegistration registration = with(PeerProfile.STRICT, peer -> {
            throw new KernelException("EPERM, dump of IPsec policies");
        });
        assertThat(registration.isUp()).isFalse();
    }

    @Test
    void whatTheKernelDoesNotSendWentByNoStream() {
        WireRegistration registration = with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        sockets.refuses = true;
        assertThat(registration.send(update(1, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 40, 0)))
                .isZero();
        assertThat(metrics.drops(Drop.UNSENT)).isEqualTo(1);
    }
}
