package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.header.Vectors.Vector;
import org.flowanchor.mobility.message.BindingError;
import org.flowanchor.mobility.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.message.BindingRevocationIndication;
import org.flowanchor.mobility.message.BindingUpdateFlags;
import org.flowanchor.mobility.message.Heartbeat;
import org.flowanchor.mobility.message.LocalizedRoutingInitiation;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotification;
import org.flowanchor.mobility.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.flowanchor.mobility.option.AccessNetworkIdentifierOption;
import org.flowanchor.mobility.option.AccessNetworkSubOption;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.BindingIdentifierOption;
import org.flowanchor.mobility.option.FlowIdentificationOption;
import org.flowanchor.mobility.option.FlowSubOption.BindingReference;
import org.flowanchor.mobility.option.FlowSubOption.TrafficSelectorSubOption;
import org.flowanchor.mobility.option.FlowSummaryOption;
import org.flowanchor.mobility.option.GreKeyOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.InclusiveRange;
import org.flowanchor.mobility.option.Ipv4DefaultRouterOption;
import org.flowanchor.mobility.option.Ipv4DhcpSupportModeOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressReplyOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressRequestOption;
import org.flowanchor.mobility.option.Ipv4TrafficSelector;
import org.flowanchor.mobility.option.Ipv6TrafficSelector;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.LinkLocalAddressOption;
import org.flowanchor.mobility.option.MagIdentifierOption;
import org.flowanchor.mobility.option.MagMultipathBindingOption;
import org.flowanchor.mobility.option.MobileNodeGroupIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.Direction;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.GuaranteedRate;
import org.flowanchor.mobility.option.QualityOfServiceOption;
import org.flowanchor.mobility.option.RestartCounterOption;
import org.flowanchor.mobility.option.ServiceSelectionOption;
import org.flowanchor.mobility.option.TimestampOption;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The 29 messages of an independent encoder: octets to the whole value, value to the same octets, every truncation refused. */
class ConformantVectorsTest {
    private static final MobileNodeIdentifierOption MN1 = identifier("mn1@operator.example");
    private static final HomeNetworkPrefix PREFIX_1 = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final HomeNetworkPrefix PREFIX_2 = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
    private static final HomeNetworkPrefix PREFIX_3 = HomeNetworkPrefix.parse("2001:db8:100:3::/64");
    private static final HomeNetworkPrefix PREFIX_4 = HomeNetworkPrefix.parse("2001:db8:100:4::/64");
    private static final long T0 = 1767225600L;
    private static final MobilityOption WLAN = att(4);
    private static final MobilityOption LTE = att(8);
    private static final MobilityOption INTERFACE_1 = linkLayer("02:00:5e:00:53:01");
    private static final MobilityOption INTERFACE_2 = linkLayer("02:00:5e:00:53:02");
    private static final Ipv6Address MN_ADDRESS = Ipv6Address.parse("2001:db8:100:2::99");

    private static final Map<String, MobilityMessage> MESSAGES = Map.ofEntries(
            Map.entry(
                    "PBU-initial-HI1",
                    update(
                            1,
                            900,
                            MN1,
                            HomeNetworkPrefixOption.ALL_ZERO,
                            hi(1),
                            WLAN,
                            INTERFACE_1,
                            lla("::"),
                            new TimestampOption(T0 << 16 | 0x8000))),
            Map.entry(
                    "PBA-accept-initial",
                    answer(
                            0,
                            1,
                            900,
                            MN1,
                            HomeNetworkPrefixOption.of(PREFIX_1),
                            hi(1),
                            WLAN,
                            INTERFACE_1,
                            lla("fe80::200:5eff:fe00:5213"),
                            new TimestampOption(T0 << 16 | 0x8000))),
            Map.entry(
                    "PBU-HI6-shared-prefix",
                    update(7, 900, MN1, HomeNetworkPrefixOption.of(PREFIX_1), hi(6), LTE, INTERFACE_2, time(1))),
            Map.entry(
                    "PBA-HI6-accept",
                    answer(0, 7, 900, MN1, HomeNetworkPrefixOption.of(PREFIX_1), hi(6), LTE, INTERFACE_2, time(1))),
            Map.entry(
                    "PBU-reregister-HI5",
                    update(2, 900, MN1, HomeNetworkPrefixOption.of(PREFIX_1), hi(5), WLAN, INTERFACE_1, time(2))),
            Map.entry(
                    "PBU-deregister-HI4-lifetime0",
                    update(3, 0, MN1, HomeNetworkPrefixOption.of(PREFIX_1), hi(4), WLAN, INTERFACE_1, time(3))),
            Map.entry(
                    "PBA-reject-159",
                    answer(
                            159,
                            9,
                            0,
                            MN1,
                            HomeNetworkPrefixOption.of(PREFIX_1),
                            HomeNetworkPrefixOption.of(PREFIX_2),
                            hi(3),
                            WLAN)),
            Map.entry(
                    "PBA-reject-160-empty-MNID",
                    answer(
                            160,
                            10,
                            0,
                            MobileNodeIdentifierOption.EMPTY,
                            HomeNetworkPrefixOption.ALL_ZERO,
                            hi(0),
                            att(0))),
            Map.entry(
                    "PBA-reject-157-lma-time",
                    answer(157, 11, 0, MN1, HomeNetworkPrefixOption.of(PREFIX_1), hi(5), WLAN, time(5))),
            Map.entry(
                    "PBU-all-extras",
                    update(
                            20,
                            900,
                            MN1,
                            ServiceSelectionOption.of("internet"),
                            HomeNetworkPrefixOption.ALL_ZERO,
                            hi(1),
                            WLAN,
                            new AlternateCareOfAddressOption(Vectors.MAG2),
                            GreKeyOption.of(0x01020304),
                            new Ipv4HomeAddressRequestOption(0, Ipv4Address.UNSPECIFIED),
                            MobileNodeGroupIdentifierOption.ALL_SESSIONS,
                            new AccessNetworkIdentifierOption(List.of(
                                    new AccessNetworkSubOption.NetworkIdentifier(
                                            true, text("operator-wlan"), text("ap-17")),
                                    new AccessNetworkSubOption.OperatorIdentifier(1, Octets.parse("000009")))),
                            new MagMultipathBindingOption(new AccessTechnologyType(4), 9, 1, false, false),
                            new MagIdentifierOption(1, text("mag1@operator.example")))),
            Map.entry(
                    "PBA-v4-gre",
                    answer(
                            0,
                            20,
                            900,
                            MN1,
                            HomeNetworkPrefixOption.of(PREFIX_1),
                            hi(1),
                            WLAN,
                            new GreKeyOption(OptionalLong.of(0x0a0b0c0d)),
                            new Ipv4HomeAddressReplyOption(0, 24, Ipv4Address.parse("203.0.113.10")),
                            new Ipv4DefaultRouterOption(Ipv4Address.parse("203.0.113.1")),
                            new Ipv4DhcpSupportModeOption(true))),
            Map.entry("FMI=UPN-reason8", serverFlow(false)),
            Map.entry(
                    "FMA=UPA-status0",
                    new UpdateNotificationAcknowledgement(
                            0x1234,
                            UpdateNotificationStatus.SUCCESS,
                            MobilityOptions.of(MN1, HomeNetworkPrefixOption.offLink(PREFIX_2)))),
            Map.entry(
                    "FMA=UPA-status132",
                    new UpdateNotificationAcknowledgement(
                            0x1234, UpdateNotificationStatus.MN_NOT_ATTACHED, MobilityOptions.of(MN1))),
            Map.entry(
                    "UPN-force-rereg",
                    new UpdateNotification(
                            5, UpdateNotificationReason.FORCE_REREGISTRATION, false, false, MobilityOptions.of(MN1))),
            Map.entry(
                    "BRI-admin",
                    new BindingRevocationIndication(
                            RevocationTrigger.ADMINISTRATIVE_REASON,
                            0x55,
                            true,
                            false,
                            false,
                            MobilityOptions.of(MN1, HomeNetworkPrefixOption.of(PREFIX_1)))),
            Map.entry(
                    "BRI-interMAG-unknown",
                    new BindingRevocationIndication(
                            RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN,
                            0x56,
                            true,
                            false,
                            false,
                            MobilityOptions.of(MN1, HomeNetworkPrefixOption.of(PREFIX_1)))),
            Map.entry(
                    "BRA-success",
                    new BindingRevocationAcknowledgement(
                            RevocationStatus.SUCCESS, 0x55, true, false, false, MobilityOptions.NONE)),
            Map.entry(
                    "BRA-132-MN-attached",
                    new BindingRevocationAcknowledgement(
                            RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED,
                            0x56,
                            true,
                            false,
                            false,
                            MobilityOptions.of(MN1))),
            Map.entry("HB-request", new Heartbeat(false, false, 1, MobilityOptions.NONE)),
            Map.entry("HB-response-RC", new Heartbeat(false, true, 1, MobilityOptions.of(new RestartCounterOption(7)))),
            Map.entry(
                    "PBU-BID-FID-v4",
                    update(
                            30,
                            900,
                            MN1,
                            HomeNetworkPrefixOption.of(PREFIX_1),
                            hi(6),
                            WLAN,
                            new BindingIdentifierOption(1, 0, false, 20, Optional.empty()),
                            new FlowIdentificationOption(
                                    4,
                                    20,
                                    0,
                                    List.of(
                                            new TrafficSelectorSubOption(new Ipv4TrafficSelector(
                                                    Optional.empty(),
                                                    Optional.of(
                                                            InclusiveRange.single(Ipv4Address.parse("203.0.113.10"))),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    Optional.of(new InclusiveRange<>(5060, 5061)),
                                                    Optional.empty(),
                                                    Optional.of(InclusiveRange.single(17)))),
                                            new BindingReference(List.of(1, 2)))),
                            new FlowSummaryOption(List.of(2, 3)))),
            Map.entry(
                    "UPN-QoS-reason5",
                    new UpdateNotification(
                            6,
                            UpdateNotificationReason.QOS_SERVICE_REQUEST,
                            true,
                            false,
                            MobilityOptions.of(
                                    MN1,
                                    new QualityOfServiceOption(
                                            1,
                                            46,
                                            QualityOfServiceOption.ALLOCATE,
                                            List.of(new GuaranteedRate(Direction.DOWNLINK, 5_000_000)))))),
            Map.entry(
                    "LRI",
                    new LocalizedRoutingInitiation(
                            3,
                            600,
                            MobilityOptions.of(
                                    MN1,
                                    HomeNetworkPrefixOption.of(PREFIX_1),
                                    identifier("mn2@operator.example"),
                                    HomeNetworkPrefixOption.of(PREFIX_3)))),
            Map.entry(
                    "PBA-HI1-flowmob-L1",
                    answer(
                            0,
                            8,
                            900,
                            MN1,
                            HomeNetworkPrefixOption.of(PREFIX_2),
                            HomeNetworkPrefixOption.offLink(PREFIX_1),
                            hi(1),
                            LTE,
                            INTERFACE_2,
                            time(6))),
            Map.entry(
                    "FMI-client-https-2prefix",
                    flowMobilityInitiate(
                            0x1235,
                            false,
                            HomeNetworkPrefixOption.offLink(PREFIX_2),
                            HomeNetworkPrefixOption.offLink(PREFIX_4),
                            flow(5, 11, Optional.of(443), Optional.empty()))),
            Map.entry(
                    "FMI-shrink-to-own-prefix",
                    flowMobilityInitiate(0x1236, false, HomeNetworkPrefixOption.of(PREFIX_1))),
            Map.entry("FMI-retransmit-D", serverFlow(true)),
            Map.entry("BE-status2-unknown-MH", BindingError.unrecognizedMessage()));

    /** All values of this test, for other judges. */
    static Collection<MobilityMessage> messages() {
        return MESSAGES.values();
    }

    @TestFactory
    Stream<DynamicTest> everyVectorIsTheWholeValueAndTheValueTheSameOctets() {
        assertThat(MESSAGES.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Vectors.conformant().stream().map(Vector::name).toList());
        return Vectors.conformant().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> {
                    MobilityMessage message = message(vector);
                    for (Mode mode : Mode.values()) {
                        DecodeResult result =
                                MobilityHeaderDecoder.of(mode).decode(vector.octets(), vector.transport());
                        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
                        assertThat(((DecodeResult.Decoded) result).message()).isEqualTo(message);
                        assertThat(((DecodeResult.Decoded) result).quirks()).isEmpty();
                    }
                    assertThat(HexFormat.of().formatHex(MobilityHeaderEncoder.encode(message, vector.transport())))
                            .isEqualTo(HexFormat.of().formatHex(vector.octets()));
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyTruncationIsRefusedWithoutAnAnswer() {
        return Vectors.conformant().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> {
                    for (int length = 0; length < vector.octets().length; length++) {
                        byte[] cut = Arrays.copyOf(vector.octets(), length);
                        DecodeResult result = MobilityHeaderDecoder.of(Mode.STRICT)
                                .decode(cut, new Transport.KernelChecksum(vector.source()));
                        assertThat(result).isInstanceOf(DecodeResult.Refused.class);
                        assertThat(((DecodeResult.Refused) result).answer()).isEqualTo(Answer.SILENCE);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> w03_oneFlippedBitAnywhereIsDroppedInSilence() {
        return Vectors.conformant().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> {
                    for (int bit = 0; bit < vector.octets().length * 8; bit++) {
                        byte[] octets = vector.octets().clone();
                        octets[bit / 8] ^= (byte) (1 << bit % 8);
                        DecodeResult result =
                                MobilityHeaderDecoder.of(Mode.LENIENT).decode(octets, vector.transport());
                        assertThat(result)
                                .isEqualTo(new DecodeResult.Refused(
                                        4, "W-03, RFC 6275 section 9.2", "wrong checksum", Answer.SILENCE));
                    }
                }));
    }

    @Test
    void theCapturedPacketsAreTheVectors() {
        List<Vector> packets = Vectors.packets("conformant-packets.txt");
        List<Vector> vectors = Vectors.conformant();
        assertThat(packets).hasSameSizeAs(vectors);
        for (int i = 0; i < packets.size(); i++) {
            assertThat(packets.get(i).octets()).isEqualTo(vectors.get(i).octets());
            assertThat(packets.get(i).source()).isEqualTo(vectors.get(i).source());
            assertThat(MobilityHeaderDecoder.of(Mode.STRICT)
                            .decode(packets.get(i).octets(), packets.get(i).transport()))
                    .isInstanceOf(DecodeResult.Decoded.class);
        }
    }

    @Test
    void w05_overIpv4TheChecksumIsSentAsZeroAndIgnored() {
        Vector vector = Vectors.conformant("PBU-initial-HI1");
        byte[] octets = MobilityHeaderEncoder.encode(message(vector), Transport.IPV4_UDP);
        assertThat(octets).startsWith(0x3b, 0x0d, 5, 0, 0, 0, 0, 1);
        assertThat(MobilityHeaderDecoder.of(Mode.STRICT).decode(octets, Transport.IPV4_UDP))
                .isInstanceOf(DecodeResult.Decoded.class);
        assertThat(MobilityHeaderDecoder.of(Mode.STRICT).decode(vector.octets(), Transport.IPV4_UDP))
                .isInstanceOf(DecodeResult.Decoded.class);
    }

    private static MobilityMessage message(Vector vector) {
        return Objects.requireNonNull(MESSAGES.get(vector.name()), vector.name());
    }

    private static UpdateNotification serverFlow(boolean retransmission) {
        return flowMobilityInitiate(
                0x1234,
                retransmission,
                HomeNetworkPrefixOption.offLink(PREFIX_2),
                flow(2, 10, Optional.empty(), Optional.of(443)));
    }

    private static FlowIdentificationOption flow(
            int identifier, int priority, Optional<Integer> sourcePort, Optional<Integer> destinationPort) {
        return new FlowIdentificationOption(
                identifier,
                priority,
                0,
                List.of(
                        new TrafficSelectorSubOption(new Ipv6TrafficSelector(
                                Optional.empty(),
                                Optional.of(InclusiveRange.single(MN_ADDRESS)),
                                Optional.empty(),
                                Optional.empty(),
                                sourcePort.map(InclusiveRange::single),
                                destinationPort.map(InclusiveRange::single),
                                Optional.empty(),
                                Optional.of(InclusiveRange.single(6)))),
                        new BindingReference(List.of(1))));
    }

    private static UpdateNotification flowMobilityInitiate(
            int sequence, boolean retransmission, MobilityOption... options) {
        MobilityOption[] all = new MobilityOption[options.length + 1];
        all[0] = MN1;
        System.arraycopy(options, 0, all, 1, options.length);
        return new UpdateNotification(
                sequence, UpdateNotificationReason.FLOW_MOBILITY, true, retransmission, MobilityOptions.of(all));
    }

    private static ProxyBindingUpdate update(int sequence, int lifetime, MobilityOption... options) {
        return new ProxyBindingUpdate(sequence, new BindingUpdateFlags(0x8200), lifetime, MobilityOptions.of(options));
    }

    private static ProxyBindingAcknowledgement answer(
            int status, int sequence, int lifetime, MobilityOption... options) {
        return new ProxyBindingAcknowledgement(
                new BindingStatus(status),
                ProxyBindingAcknowledgement.USUAL_FLAGS,
                sequence,
                lifetime,
                MobilityOptions.of(options));
    }

    private static MobileNodeIdentifierOption identifier(String nai) {
        return MobileNodeIdentifierOption.of(new MobileNodeIdentifier(nai));
    }

    private static MobilityOption hi(int value) {
        return new HandoffIndicatorOption(new HandoffIndicator(value));
    }

    private static MobilityOption att(int value) {
        return new AccessTechnologyTypeOption(new AccessTechnologyType(value));
    }

    private static MobilityOption linkLayer(String text) {
        return new LinkLayerIdentifierOption(LinkLayerIdentifier.parse(text));
    }

    private static MobilityOption lla(String text) {
        return new LinkLocalAddressOption(Ipv6Address.parse(text));
    }

    private static MobilityOption time(int seconds) {
        return new TimestampOption((T0 + seconds) << 16);
    }

    private static Octets text(String text) {
        return Octets.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
