package org.flowanchor.agent.adapter.mobilityheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.application.WireMetrics.Drop;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.BindingRevocationIndication;
import org.flowanchor.agent.domain.FakeTime;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.agent.domain.UpdateNotification;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.Test;

/** Updates as octets and acknowledgements from octets, against vectors that our encoder did not make. */
class WireRegistrationTest {
    private static final LmaAddress LMA = LmaAddress.parse("2001:db8::1");
    private static final ProxyCareOfAddress MAG = ProxyCareOfAddress.parse("2001:db8:0:1::1");
    private static final MobileNodeIdentifier MN = new MobileNodeIdentifier("mn1@operator.example");
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final LinkLayerIdentifier LINK = LinkLayerIdentifier.parse("02:00:5e:00:53:01");
    private static final String NAME_UNPADDED = "0815016d6e31406f70657261746f722e6578616d706c65";
    private static final String NAME = NAME_UNPADDED + "00";
    private static final long T0 = 1767225600L;
    /** The wire has no room for it. */
    private static final TraceContext TRACE = TraceContext.begin(new Random(5));

    private final RecordedSockets sockets = new RecordedSockets();
    private final RecordedInput input = new RecordedInput();
    private final CountedHeaders metrics = new CountedHeaders();
    private final FakeTime time = new FakeTime();

    private WireRegistration with(PeerProfile profile, ProtectionCheck check) {
        WireRegistration registration = new WireRegistration(
                LMA,
                MAG,
                profile,
                SignallingProtection.TRUSTED_NETWORK,
                check,
                sockets,
                input,
                metrics,
                time::nanoTime);
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
        assertThat(registration.send(update(2, HandoffIndicator.HANDOFF_STATE_NOT_CHANGED, 3600, 2), TRACE))
                .isEqualTo(1);
        assertThat(sockets.lastSent())
                .isEqualTo("3b0a050000000002820003840815016d6e31406f70657261746f722e6578616d706c6500"
                        + "1612004020010db8010000010000000000000000" + "1702000518020004"
                        + "1908000002005e005301" + "1b0800006955b902000001020000");
        registration.send(update(3, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 0, 3), TRACE);
        assertThat(sockets.lastSent())
                .isEqualTo("3b0a050000000003820000000815016d6e31406f70657261746f722e6578616d706c6500"
                        + "1612004020010db8010000010000000000000000" + "1702000418020004"
                        + "1908000002005e005301" + "1b0800006955b903000001020000");
        assertThat(sockets.sent.getLast().source()).isEqualTo(MAG.address());
        assertThat(sockets.sent.getLast().destination()).isEqualTo(LMA.address());
    }

    /** Vector PBA-HI6-accept, and PBA-HI1-flowmob-L1 whose second prefix is anchored elsewhere. */
    @Test
    void f04_acknowledgementsAreReadWithWhatIsTheirOwnAndWhatIsAnchoredElsewhere() {
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
        assertThat(input.acknowledgements.getLast().carried()).containsExactly(PREFIX);
    }

    /** Its own address is fixed, so it asks for none (the vectors above have no option 26) and takes none from an anchor that names one. */
    @Test
    void m07_aLinkLocalAddressInAnAcknowledgementChangesNothing() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        String acknowledgement = "0600000000200007" + "03840815016d6e31406f70657261746f722e6578616d706c6500"
                + "1612004020010db8010000010000000000000000" + "1702000618020008" + "1908000002005e005302"
                + "1b0800006955b9010000";
        sockets.arrives(LMA.address(), MAG.address(), "3b0a" + acknowledgement + "01020000");
        sockets.arrives(
                LMA.address(),
                MAG.address(),
                "3b0c" + acknowledgement + "0100" + "1a10" + "fe800000000000000000000000000099");
        assertThat(input.acknowledgements).hasSize(2);
        assertThat(input.acknowledgements.getLast()).isEqualTo(input.acknowledgements.getFirst());
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
    void h02_h05_heartbeatsAreTheVectors() {
        WireRegistration registration = with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        sockets.arrives(LMA.address(), MAG.address(), "3b010d005aef00000000000101020000");
        assertThat(input.heard).containsExactly(new Heartbeat(false, false, 1, OptionalLong.empty()));
        registration.send(new Heartbeat(true, false, 1, OptionalLong.of(7)));
        assertThat(sockets.lastSent()).isEqualTo("3b020d00000000010000000101001c040000000701020000");
    }

    private static UpdateNotification initiate(
            int sequence, boolean again, Set<HomeNetworkPrefix> anchored, Set<HomeNetworkPrefix> foreign) {
        return new UpdateNotification(
                sequence,
                UpdateNotificationReason.FLOW_MOBILITY,
                true,
                again,
                Optional.of(MN),
                false,
                false,
                anchored,
                foreign);
    }

    /** Vectors FMI=UPN-reason8 (its flow identification is the terminal's affair), FMI-retransmit-D and FMI-shrink-to-own-prefix. */
    @Test
    void u01_f04_f16_initiatesAreRead() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        HomeNetworkPrefix foreign = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
        String flow = "2d260002000a0000031902002022000020010db801000002000000000000009901bb060002020001";
        for (String head : List.of("3b0b130054f4123400088000", "3b0b130014f412340008c000")) {
            sockets.arrives(
                    LMA.address(), MAG.address(), head + NAME + "1612804020010db8010000020000000000000000" + flow);
        }
        sockets.arrives(
                LMA.address(),
                MAG.address(),
                "3b06130060a0123600088000" + NAME + "1612004020010db8010000010000000000000000");
        assertThat(input.heard)
                .containsExactly(
                        initiate(0x1234, false, Set.of(), Set.of(foreign)),
                        initiate(0x1234, true, Set.of(), Set.of(foreign)),
                        initiate(0x1236, false, Set.of(PREFIX), Set.of()));
        assertThat(sockets.sent).isEmpty();
    }

    /** Vectors FMA=UPA-status0 and FMA=UPA-status132. */
    @Test
    void u07_f06_acknowledgementsOfInitiatesAreTheVectors() {
        WireRegistration registration = with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        registration.send(new UpdateNotificationAcknowledgement(
                0x1234,
                UpdateNotificationStatus.SUCCESS,
                Optional.of(MN),
                false,
                Set.of(),
                Set.of(HomeNetworkPrefix.parse("2001:db8:100:2::/64"))));
        assertThat(sockets.lastSent())
                .isEqualTo("3b061400000012340000" + "0000" + NAME + "1612804020010db8010000020000000000000000");
        registration.send(new UpdateNotificationAcknowledgement(
                0x1234, UpdateNotificationStatus.MN_NOT_ATTACHED, Optional.of(MN), false, Set.of(), Set.of()));
        assertThat(sockets.lastSent()).isEqualTo("3b041400000012348400" + "0000" + NAME_UNPADDED + "0103000000");
    }

    /** Vectors BRI-admin and BRI-interMAG-unknown, BRA-success and BRA-132-MN-attached. */
    @Test
    void r01_r09_revocationsAreReadAndTheirAcknowledgementsAreTheVectors() {
        WireRegistration registration = with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        for (String head : List.of("3b061000748801010055", "3b061000748401040056")) {
            sockets.arrives(
                    LMA.address(), MAG.address(), head + "8000" + NAME + "1612004020010db8010000010000000000000000");
        }
        assertThat(input.heard)
                .containsExactly(
                        revocation(0x55, RevocationTrigger.ADMINISTRATIVE_REASON),
                        revocation(0x56, RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN));
        registration.send(new BindingRevocationAcknowledgement(
                0x55, RevocationStatus.SUCCESS, true, false, false, Optional.empty(), Set.of()));
        assertThat(sockets.lastSent()).isEqualTo("3b011000000002000055800001020000");
        registration.send(new BindingRevocationAcknowledgement(
                0x56,
                RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED,
                true,
                false,
                false,
                Optional.of(MN),
                Set.of()));
        assertThat(sockets.lastSent()).isEqualTo("3b0410000000028400568000" + NAME_UNPADDED + "0103000000");
    }

    private static BindingRevocationIndication revocation(int sequence, RevocationTrigger trigger) {
        return new BindingRevocationIndication(
                sequence, trigger, true, false, false, Optional.of(MN), Optional.empty(), false, Set.of(PREFIX));
    }

    @Test
    void withoutProtectionNothingIsAnswered() {
        boolean[] isProtected = {true};
        WireRegistration registration = with(PeerProfile.STRICT, peers -> isProtected[0] ? peers : Set.of());
        isProtected[0] = false;
        registration.verify();
        registration.send(new Heartbeat(true, false, 1, OptionalLong.of(7)));
        assertThat(sockets.sent).isEmpty();
    }

    /** A revocation of another address that is none. */
    @Test
    void aMessageWithAnImpossibleAddressIsDroppedAndCounted() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        sockets.arrives(
                LMA.address(),
                MAG.address(),
                "3b06100000000101005580000815016d6e31406f70657261746f722e6578616d706c6500" + "0310" + "ff02"
                        + "00".repeat(13) + "01" + "0000");
        assertThat(input.heard).isEmpty();
        assertThat(metrics.drops(Drop.REFUSED)).isEqualTo(1);
    }

    /** The other anchor wants 63 octets and one prefix; it answers without P, HI and ATT. */
    @Test
    void oai_theAnchorsIdentifierIsPaddedAndItsShortAnswerCompletedFromTheRequest() {
        WireRegistration registration = with(PeerProfile.OAI, ProtectionCheck.NONE_NEEDED);
        registration.send(update(9, HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE, 40, 0), TRACE);
        assertThat(sockets.lastSent()).contains("084001" + PADDED_NAME);
        sockets.arrives(LMA.address(), MAG.address(), shortAnswer(9));
        assertThat(input.acknowledgements).containsExactly(completed(9));
    }

    private static final String PADDED_NAME = "6d6e31406f70657261746f722e6578616d706c65" + "00".repeat(43);

    private static String shortAnswer(int sequence) {
        return "3b0f060000000000" + "%04x".formatted(sequence) + "000a" + "084001" + PADDED_NAME + "010400000000"
                + "1612008020010db8010000010000000000000000" + "1908000002005e005301" + "01020000"
                + "1b0800006955b9000000";
    }

    private static ProxyBindingAcknowledgement completed(int sequence) {
        return new ProxyBindingAcknowledgement(
                sequence,
                BindingStatus.ACCEPTED,
                MN,
                Set.of(PREFIX),
                HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE,
                AccessTechnologyType.IEEE_802_11,
                LINK,
                40);
    }

    /** A storm of attachments: more updates are sent than any answer takes to come. */
    @Test
    void oai_m03_aLateShortAnswerIsCompletedHoweverManyUpdatesWereSentMeanwhile() {
        WireRegistration registration = with(PeerProfile.OAI, ProtectionCheck.NONE_NEEDED);
        for (int sequence = 9; sequence < 30_000; sequence++) {
            registration.send(update(sequence, HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE, 40, 0), TRACE);
        }
        sockets.arrives(LMA.address(), MAG.address(), shortAnswer(9));
        assertThat(input.acknowledgements).containsExactly(completed(9));
    }

    @Test
    void oai_m03_aShortAnswerToAnUpdateThatWasNotSentBlocksNobody() {
        with(PeerProfile.OAI, ProtectionCheck.NONE_NEEDED);
        sockets.arrives(LMA.address(), MAG.address(), shortAnswer(9));
        assertThat(input.acknowledgements).isEmpty();
        assertThat(metrics.drops(Drop.REFUSED)).isEqualTo(1);
    }

    /** As at the anchor: a flood in its name costs itself, and is answered no faster. */
    @Test
    void w04_whatComesInTheAnchorsNameIsTakenAndAnsweredUpToABudget() {
        with(PeerProfile.STRICT, ProtectionCheck.NONE_NEEDED);
        String unknown = "3b01150000000001000103800102" + "0000";
        for (int i = 0; i < WireRegistration.BURST + 10; i++) {
            sockets.arrives(LMA.address(), MAG.address(), unknown);
        }
        assertThat(sockets.sent).hasSize(WireRegistration.BURST);
        assertThat(metrics.drops(Drop.EXCESSIVE)).isEqualTo(10);
        time.advance(Duration.ofSeconds(1));
        sockets.arrives(LMA.address(), MAG.address(), "3b010d005aef00000000000101020000");
        assertThat(input.heard).hasSize(1);
    }

    @Test
    void withoutProtectionNothingIsSentAndItsComingIsAStreamComingUp() {
        boolean[] isProtected = {false};
        WireRegistration registration = with(PeerProfile.STRICT, peers -> isProtected[0] ? peers : Set.of());
        assertThat(input.streams).isEmpty();
        assertThat(registration.send(update(1, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 40, 0), TRACE))
                .isZero();
        assertThat(sockets.sent).isEmpty();
        isProtected[0] = true;
        registration.verify();
        registration.verify();
        assertThat(input.streams).containsExactly(1L);
        assertThat(registration.send(update(2, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 40, 0), TRACE))
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
        assertThat(registration.send(update(1, HandoffIndicator.HANDOFF_STATE_UNKNOWN, 40, 0), TRACE))
                .isZero();
        assertThat(metrics.drops(Drop.UNSENT)).isEqualTo(1);
    }
}
