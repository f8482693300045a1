package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.message.BindingRefreshRequest;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.option.AccessNetworkIdentifierOption;
import org.flowanchor.mobility.option.AccessNetworkSubOption;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.ActiveMulticastSubscriptionOption;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.AlternateIpv4CareOfAddressOption;
import org.flowanchor.mobility.option.AnchoredPrefixOption;
import org.flowanchor.mobility.option.BinaryTrafficSelector.UnreadableTrafficSelector;
import org.flowanchor.mobility.option.BindingIdentifierOption;
import org.flowanchor.mobility.option.BindingRefreshAdviceOption;
import org.flowanchor.mobility.option.ContextRequestOption;
import org.flowanchor.mobility.option.DelegatedMobileNetworkPrefixOption;
import org.flowanchor.mobility.option.DlifLinkLayerAddressOption;
import org.flowanchor.mobility.option.DlifLinkLocalAddressOption;
import org.flowanchor.mobility.option.DynamicIpMulticastSelectorOption;
import org.flowanchor.mobility.option.FlowIdentificationOption;
import org.flowanchor.mobility.option.FlowSubOption;
import org.flowanchor.mobility.option.FlowSubOption.BindingReference;
import org.flowanchor.mobility.option.FlowSubOption.FlowBindingAction;
import org.flowanchor.mobility.option.FlowSubOption.TargetCareOfAddress;
import org.flowanchor.mobility.option.FlowSubOption.TrafficSelectorSubOption;
import org.flowanchor.mobility.option.FlowSubOption.UnknownFlowSubOption;
import org.flowanchor.mobility.option.FlowSubOption.UnreadableFlowSubOption;
import org.flowanchor.mobility.option.FlowSummaryOption;
import org.flowanchor.mobility.option.GreKeyOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.InclusiveRange;
import org.flowanchor.mobility.option.Ipv4AddressAcknowledgementOption;
import org.flowanchor.mobility.option.Ipv4CareOfAddressOption;
import org.flowanchor.mobility.option.Ipv4DefaultRouterOption;
import org.flowanchor.mobility.option.Ipv4DhcpSupportModeOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressReplyOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressRequestOption;
import org.flowanchor.mobility.option.Ipv4TrafficOffloadSelectorOption;
import org.flowanchor.mobility.option.Ipv4TrafficSelector;
import org.flowanchor.mobility.option.Ipv6TrafficSelector;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.LinkLocalAddressOption;
import org.flowanchor.mobility.option.LmaAddressOption;
import org.flowanchor.mobility.option.LmaControlledMagParametersOption;
import org.flowanchor.mobility.option.LmaUserPlaneAddressOption;
import org.flowanchor.mobility.option.LoadInformationOption;
import org.flowanchor.mobility.option.LocalPrefixOption;
import org.flowanchor.mobility.option.MagIdentifierOption;
import org.flowanchor.mobility.option.MagIpv6AddressOption;
import org.flowanchor.mobility.option.MagMultipathBindingOption;
import org.flowanchor.mobility.option.MagParametersSubOption;
import org.flowanchor.mobility.option.MobileNodeGroupIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeLinkLocalInterfaceIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.MulticastAcknowledgementOption;
import org.flowanchor.mobility.option.MulticastMobilityOption;
import org.flowanchor.mobility.option.MulticastReport;
import org.flowanchor.mobility.option.NatDetectionOption;
import org.flowanchor.mobility.option.PreviousMaarOption;
import org.flowanchor.mobility.option.QualityOfServiceAttribute;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.Direction;
import org.flowanchor.mobility.option.QualityOfServiceOption;
import org.flowanchor.mobility.option.RedirectCapabilityOption;
import org.flowanchor.mobility.option.RedirectOption;
import org.flowanchor.mobility.option.RestartCounterOption;
import org.flowanchor.mobility.option.ServiceSelectionOption;
import org.flowanchor.mobility.option.ServingMaarOption;
import org.flowanchor.mobility.option.TimestampOption;
import org.flowanchor.mobility.option.TransientBindingOption;
import org.flowanchor.mobility.option.UnknownOption;
import org.flowanchor.mobility.option.VendorSpecificOption;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every option as octets written by hand from the figure of its RFC: octets to value, value to octets, every truncation refused. */
class OptionLayoutTest {
    private static final Transport TRANSPORT = new Transport.KernelChecksum(Vectors.MAG1);
    private static final Ipv4Address V4 = Ipv4Address.parse("203.0.113.10");
    private static final String V4_HEX = "cb00710a";
    private static final Ipv6Address V6 = Ipv6Address.parse("2001:db8::a");
    private static final String V6_HEX = "20010db800000000000000000000000a";

    /**
     * @param modulus alignment of the option
     * @param remainder alignment of the option
     * @param hex type, length, data
     * @param fixed no shorter data is legal
     */
    private record Layout(int modulus, int remainder, String hex, MobilityOption option, boolean fixed) {}

    private static Layout fixed(int modulus, int remainder, String hex, MobilityOption option) {
        return new Layout(modulus, remainder, hex, option, true);
    }

    private static Layout open(int modulus, int remainder, String hex, MobilityOption option) {
        return new Layout(modulus, remainder, hex, option, false);
    }

    private static final List<Layout> LAYOUTS = List.of(
            // 2: refresh interval
            fixed(2, 0, "0202" + "0102", new BindingRefreshAdviceOption(0x102)),
            fixed(8, 6, "0310" + V6_HEX, new AlternateCareOfAddressOption(V6)),
            // 8: sub-type, identifier
            open(1, 0, "0804" + "01" + "614062", MobileNodeIdentifierOption.of(new MobileNodeIdentifier("a@b"))),
            open(1, 0, "0801" + "01", MobileNodeIdentifierOption.EMPTY),
            open(
                    1,
                    0,
                    "0809" + "03" + "123456123456789f",
                    new MobileNodeIdentifierOption(3, Octets.parse("123456123456789f"))),
            fixed(1, 0, "0811" + "02" + V6_HEX, new MobileNodeIdentifierOption(2, Octets.parse(V6_HEX))),
            // 19: vendor (3GPP is 10415 = 0x28af), sub-type, data
            open(4, 2, "1307" + "000028af" + "05" + "aabb", new VendorSpecificOption(10415, 5, Octets.parse("aabb"))),
            open(1, 0, "1403" + "696d73", ServiceSelectionOption.of("ims")),
            // 22: L and reserved, prefix length, prefix
            fixed(
                    8,
                    4,
                    "1612" + "80" + "38" + "20010db8000001000000000000000000",
                    HomeNetworkPrefixOption.offLink(HomeNetworkPrefix.parse("2001:db8:0:100::/56"))),
            fixed(
                    1,
                    0,
                    "1702" + "00" + "06",
                    new HandoffIndicatorOption(HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES)),
            fixed(1, 0, "1802" + "00" + "08", new AccessTechnologyTypeOption(AccessTechnologyType.E_UTRAN)),
            open(
                    1,
                    0,
                    "1908" + "0000" + "02005e005301",
                    new LinkLayerIdentifierOption(LinkLayerIdentifier.parse("02:00:5e:00:53:01"))),
            fixed(
                    8,
                    6,
                    "1a10" + "fe80000000000000" + "02005efffe005213",
                    new LinkLocalAddressOption(Ipv6Address.parse("fe80::200:5eff:fe00:5213"))),
            // 27: 48 bits of seconds, 16 of fraction
            fixed(8, 2, "1b08" + "00006955b900" + "8000", new TimestampOption(1767225600L << 16 | 0x8000)),
            fixed(4, 2, "1c04" + "fffffffe", new RestartCounterOption(0xfffffffeL)),
            // 29: 24 << 10 | P 0x0200
            fixed(4, 0, "1d06" + "6200" + V4_HEX, new Ipv4HomeAddressOption(24, true, V4)),
            fixed(4, 0, "1e06" + "80" + "60" + V4_HEX, new Ipv4AddressAcknowledgementOption(128, 24, V4)),
            fixed(4, 0, "1f06" + "8000" + "0000003c", new NatDetectionOption(true, 60)),
            fixed(4, 0, "2006" + "0000" + V4_HEX, new Ipv4CareOfAddressOption(V4)),
            fixed(4, 0, "2102" + "0000", GreKeyOption.WITHOUT_KEY),
            open(4, 0, "2106" + "0000" + "f0000001", new GreKeyOption(OptionalLong.of(0xf0000001L))),
            // 35: BID, status, H and BID-PRI, care-of address
            fixed(2, 0, "2304" + "0007" + "83" + "81", new BindingIdentifierOption(7, 131, true, 1, Optional.empty())),
            open(
                    8,
                    2,
                    "2308" + "0007" + "00" + "0a" + V4_HEX,
                    new BindingIdentifierOption(7, 0, false, 10, Optional.of(V4))),
            open(
                    8,
                    2,
                    "2314" + "0007" + "00" + "0a" + V6_HEX,
                    new BindingIdentifierOption(7, 0, false, 10, Optional.of(V6))),
            fixed(4, 0, "2406" + "6000" + V4_HEX, new Ipv4HomeAddressRequestOption(24, V4)),
            fixed(4, 0, "2506" + "82" + "60" + V4_HEX, new Ipv4HomeAddressReplyOption(130, 24, V4)),
            fixed(4, 0, "2606" + "0000" + V4_HEX, new Ipv4DefaultRouterOption(V4)),
            fixed(1, 0, "2702" + "0001", new Ipv4DhcpSupportModeOption(true)),
            fixed(1, 0, "2906" + "02" + "00" + V4_HEX, new LmaAddressOption(2, V4)),
            open(1, 0, "2912" + "01" + "00" + V6_HEX, new LmaAddressOption(1, V6)),
            fixed(1, 0, "2b02" + "01" + "14", new TransientBindingOption(true, 20)),
            open(2, 0, "2c06" + "0001" + "0002" + "ffff", new FlowSummaryOption(List.of(1, 2, 0xffff))),
            // 45: FID, FID-PRI, reserved, status
            open(2, 0, "2d06" + "0001" + "000a" + "00" + "84", new FlowIdentificationOption(1, 10, 132, List.of())),
            // flow binding action MOVE, then the target: reserved, address
            open(
                    2,
                    0,
                    "2d12" + "0001" + "000a" + "00" + "00" + "0402" + "00" + "0f" + "0506" + "0000" + V4_HEX,
                    new FlowIdentificationOption(
                            1, 10, 0, List.of(FlowBindingAction.MOVE, new TargetCareOfAddress(V4)))),
            open(
                    2,
                    0,
                    "2d0a" + "0001" + "000a" + "00" + "00" + "7f02" + "abcd",
                    new FlowIdentificationOption(
                            1, 10, 0, List.of(new UnknownFlowSubOption(127, Octets.parse("abcd"))))),
            fixed(1, 0, "2e02" + "0000", new RedirectCapabilityOption()),
            // 47: K 0x8000 IPv6, N 0x4000 IPv4
            fixed(4, 0, "2f16" + "c000" + V6_HEX + V4_HEX, new RedirectOption(Optional.of(V6), Optional.of(V4))),
            fixed(
                    4,
                    0,
                    "3012" + "0001" + "00000002" + "00000003" + "00000004" + "00000005",
                    new LoadInformationOption(1, 2, 3, 4, 5)),
            fixed(4, 2, "3104" + V4_HEX, new AlternateIpv4CareOfAddressOption(V4)),
            fixed(1, 0, "3206" + "01" + "00" + "00000001", MobileNodeGroupIdentifierOption.ALL_SESSIONS),
            fixed(8, 4, "3312" + "00" + "80" + V6_HEX, new MagIpv6AddressOption(128, V6)),
            // 52: E, name, name; latitude 1.0 and longitude -1.0 degrees; MAG group 258; timer 3; civic location as
            // octets
            open(
                    4,
                    0,
                    "341b" + "0106" + "80" + "02" + "6162" + "01" + "63" + "0206" + "008000" + "ff8000" + "0502"
                            + "0102" + "0602" + "0003" + "0401" + "07",
                    new AccessNetworkIdentifierOption(List.of(
                            new AccessNetworkSubOption.NetworkIdentifier(
                                    true, Octets.parse("6162"), Octets.parse("63")),
                            new AccessNetworkSubOption.GeoLocation(0x8000, -0x8000),
                            new AccessNetworkSubOption.MagGroupIdentifier(0x102),
                            new AccessNetworkSubOption.UpdateTimer(3),
                            new AccessNetworkSubOption.UnknownAccessNetworkSubOption(4, Octets.parse("07"))))),
            open(
                    4,
                    0,
                    "3405" + "0503" + "010203",
                    new AccessNetworkIdentifierOption(List.of(new AccessNetworkSubOption.MagGroupIdentifier(0x10203)))),
            // 53: M, reserved; traffic selector format 1: protocol UDP
            open(4, 0, "3504" + "80000000", new Ipv4TrafficOffloadSelectorOption(true, Optional.empty())),
            open(
                    4,
                    0,
                    "350d" + "00000000" + "0307" + "01" + "00" + "00080000" + "11",
                    new Ipv4TrafficOffloadSelectorOption(
                            false,
                            Optional.of(new TrafficSelectorSubOption(new Ipv4TrafficSelector(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(InclusiveRange.single(17))))))),
            // 55: V, prefix length, prefix
            fixed(
                    8,
                    2,
                    "3706" + "80" + "18" + "cb007100",
                    new DelegatedMobileNetworkPrefixOption(24, Ipv4Address.parse("203.0.113.0"))),
            fixed(
                    8,
                    2,
                    "3712" + "00" + "30" + "20010db8000200000000000000000000",
                    new DelegatedMobileNetworkPrefixOption(48, Ipv6Address.parse("2001:db8:2::"))),
            // 58: SR-ID, DSCP << 2, NEGOTIATE, reserved; every attribute
            open(
                    4,
                    0,
                    "3a5f" + "07" + "b8" + "05" + "000000"
                            + "0106" + "0000" + "00000001" + "0206" + "0000" + "00000002"
                            + "0306" + "8000" + "00000003" + "0406" + "4000" + "00000004"
                            + "0502" + "00" + "f4" // level 15, capability 1, vulnerability 0
                            + "0606" + "0000" + "00000006" + "0706" + "0000" + "00000007"
                            + "0806" + "0000" + "00000008" + "0906" + "0000" + "ffffffff"
                            + "0a07" + "00" + "02" + "00020000" + "06" // reserved before format; next header TCP
                            + "0b08" + "0000" + "000028af" + "01" + "ee" + "c800",
                    new QualityOfServiceOption(
                            7,
                            46,
                            QualityOfServiceOption.NEGOTIATE,
                            List.of(
                                    new QualityOfServiceAttribute.PerMobileNodeAggregateMaximumRate(
                                            Direction.DOWNLINK, 1),
                                    new QualityOfServiceAttribute.PerMobileNodeAggregateMaximumRate(
                                            Direction.UPLINK, 2),
                                    new QualityOfServiceAttribute.PerSessionAggregateMaximumRate(
                                            Direction.DOWNLINK, true, false, 3),
                                    new QualityOfServiceAttribute.PerSessionAggregateMaximumRate(
                                            Direction.UPLINK, false, true, 4),
                                    new QualityOfServiceAttribute.AllocationRetentionPriority(15, 1, 0),
                                    new QualityOfServiceAttribute.AggregateMaximumRate(Direction.DOWNLINK, 6),
                                    new QualityOfServiceAttribute.AggregateMaximumRate(Direction.UPLINK, 7),
                                    new QualityOfServiceAttribute.GuaranteedRate(Direction.DOWNLINK, 8),
                                    new QualityOfServiceAttribute.GuaranteedRate(Direction.UPLINK, 0xffffffffL),
                                    new QualityOfServiceAttribute.QualityOfServiceTrafficSelector(
                                            new Ipv6TrafficSelector(
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    Optional.of(InclusiveRange.single(6)))),
                                    new QualityOfServiceAttribute.VendorSpecificAttribute(10415, 1, Octets.parse("ee")),
                                    new QualityOfServiceAttribute.UnknownAttribute(200, Octets.EMPTY)))),
            fixed(8, 2, "3b02" + "0000", new LmaUserPlaneAddressOption(Optional.empty())),
            open(8, 2, "3b06" + "0000" + V4_HEX, new LmaUserPlaneAddressOption(Optional.of(V4))),
            open(8, 2, "3b12" + "0000" + V6_HEX, new LmaUserPlaneAddressOption(Optional.of(V6))),
            open(
                    4,
                    2,
                    "3e13" + "0106" + "000a" + "0001" + "0020" + "0206" + "003c" + "0005" + "0003" + "0901" + "ff",
                    new LmaControlledMagParametersOption(List.of(
                            new MagParametersSubOption.ReregistrationControl(10, 1, 32),
                            new MagParametersSubOption.HeartbeatControl(60, 5, 3),
                            new MagParametersSubOption.UnknownMagParametersSubOption(9, Octets.parse("ff"))))),
            // 63: If-ATT, If-Label, BID, B and O
            fixed(
                    1,
                    0,
                    "3f06" + "04" + "09" + "01" + "c0" + "0000",
                    new MagMultipathBindingOption(AccessTechnologyType.IEEE_802_11, 9, 1, true, true)),
            open(1, 0, "4003" + "01" + "00" + "6d", new MagIdentifierOption(1, Octets.parse("6d"))),
            // 40, the example of RFC 5949 section 6.2.1: HNP, MN link-layer identifier, the 3GPP option of sub-type 7
            open(
                    1,
                    0,
                    "280d" + "0000" + "1600" + "1900" + "1305" + "000028af" + "07",
                    new ContextRequestOption(List.of(
                            ContextRequestOption.Request.of(22),
                            ContextRequestOption.Request.of(25),
                            new ContextRequestOption.Request(19, Octets.parse("000028af07"))))),
            open(1, 0, "2802" + "0000", new ContextRequestOption(List.of())),
            // 42: reserved, interface identifier
            fixed(
                    1,
                    0,
                    "2a0a" + "0000" + "02005e1000000001",
                    new MobileNodeLinkLocalInterfaceIdentifierOption(Octets.parse("02005e1000000001"))),
            // 54: protocol (MLDv2 report), M, number of records, records
            open(
                    4,
                    2,
                    "3606" + "8f" + "80" + "0001" + "0400",
                    new DynamicIpMulticastSelectorOption(143, true, 1, Octets.parse("0400"))),
            open(
                    4,
                    1,
                    "3805" + "16" + "e8010203",
                    new ActiveMulticastSubscriptionOption(56, 22, Octets.parse("e8010203"))),
            open(8, 1, "3902" + "8f" + "04", new ActiveMulticastSubscriptionOption(57, 143, Octets.parse("04"))),
            // 60: five words and the report's first one; MLDv2, reserved; reserved, one record: MODE_IS_EXCLUDE (2) of
            // ff0e::1
            open(
                    4,
                    0,
                    "3c06" + "02" + "00" + "0000" + "0001" + "02000000" + "ff0e0000000000000000000000000001",
                    new MulticastMobilityOption(
                            MulticastMobilityOption.MLDV2,
                            new MulticastReport(1, Octets.parse("02000000" + "ff0e0000000000000000000000000001")))),
            // IGMPv3: reserved, one record: CHANGE_TO_INCLUDE (3), one source, of 233.252.0.1
            open(
                    4,
                    0,
                    "3c04" + "01" + "00" + "0000" + "0001" + "03000001" + "e9fc0001" + V4_HEX,
                    new MulticastMobilityOption(
                            MulticastMobilityOption.IGMPV3,
                            new MulticastReport(1, Octets.parse("03000001" + "e9fc0001" + V4_HEX)))),
            // 61: the first word alone; code 0, status 1: no record with it
            open(
                    4,
                    0,
                    "3d01" + "00" + "01" + "0000" + "0000",
                    new MulticastAcknowledgementOption(
                            0,
                            MulticastAcknowledgementOption.REPORT_TYPE_UNSUPPORTED,
                            new MulticastReport(0, Octets.EMPTY))),
            open(
                    4,
                    0,
                    "3d03" + "00" + "03" + "0000" + "0001" + "04000000" + "e9fc0001",
                    new MulticastAcknowledgementOption(
                            0,
                            MulticastAcknowledgementOption.GROUP_SERVICE_ADMINISTRATIVELY_PROHIBITED,
                            new MulticastReport(1, Octets.parse("04000000" + "e9fc0001")))),
            // 65, 66: reserved, prefix length, prefix
            fixed(8, 4, "4112" + "00" + "40" + V6_HEX, new AnchoredPrefixOption(64, V6)),
            fixed(8, 4, "4212" + "00" + "38" + V6_HEX, new LocalPrefixOption(56, V6)),
            // 67: reserved, prefix length, address of the MAAR, prefix
            fixed(
                    8,
                    4,
                    "4322" + "00" + "40" + V6_HEX + "20010db8000100000000000000000000",
                    new PreviousMaarOption(64, V6, Ipv6Address.parse("2001:db8:1::"))),
            fixed(8, 6, "4410" + V6_HEX, new ServingMaarOption(V6)),
            fixed(
                    8,
                    6,
                    "4510" + "fe80000000000000" + "02005efffe005213",
                    new DlifLinkLocalAddressOption(Ipv6Address.parse("fe80::200:5eff:fe00:5213"))),
            // 70: reserved, address
            open(
                    1,
                    0,
                    "4608" + "0000" + "02005e005301",
                    new DlifLinkLayerAddressOption(LinkLayerIdentifier.parse("02:00:5e:00:53:01"))),
            open(1, 0, "c800", new UnknownOption(200, Octets.EMPTY)),
            open(1, 0, "ff03" + "010203", new UnknownOption(255, Octets.parse("010203"))));

    private static final String WILD = "20010db8000000000000000000000001";

    /** Each option of this test in a message of its own, for other judges. */
    static List<MobilityMessage> messages() {
        return LAYOUTS.stream()
                .<MobilityMessage>map(layout -> new BindingRefreshRequest(MobilityOptions.of(layout.option())))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> octetsAreTheValueAndTheValueTheOctets() {
        return LAYOUTS.stream()
                .map(layout -> DynamicTest.dynamicTest(layout.hex(), () -> {
                    byte[] octets = message(layout.modulus(), layout.remainder(), layout.hex());
                    DecodeResult.Decoded decoded = (DecodeResult.Decoded)
                            MobilityHeaderDecoder.of(Mode.STRICT).decode(octets, TRANSPORT);
                    assertThat(decoded.message().options().list()).containsExactly(layout.option());
                    assertThat(decoded.quirks()).isEmpty();
                    assertThat(encode(layout.option())).isEqualTo(HexFormat.of().formatHex(octets));
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyShorterFormOfAFixedLayoutIsRefusedAtTheOption() {
        return LAYOUTS.stream()
                .filter(Layout::fixed)
                .map(layout -> DynamicTest.dynamicTest(layout.hex(), () -> {
                    byte[] full = HexFormat.of().parseHex(layout.hex());
                    for (int length = 0; length < full.length - 2; length++) {
                        String cut = HexFormat.of().toHexDigits(full[0])
                                + HexFormat.of().toHexDigits((byte) length)
                                + HexFormat.of().formatHex(full, 2, 2 + length);
                        DecodeResult result = MobilityHeaderDecoder.of(Mode.STRICT)
                                .decode(message(layout.modulus(), layout.remainder(), cut), TRANSPORT);
                        assertThat(result).isInstanceOf(DecodeResult.Refused.class);
                        assertThat(((DecodeResult.Refused) result).answer()).isEqualTo(Answer.SILENCE);
                        assertThat(((DecodeResult.Refused) result).offset()).isBetween(8, 8 + 7 + full.length);
                        assertThat(((DecodeResult.Refused) result).clause()).startsWith("RFC ");
                    }
                }));
    }

    /** Their Length counts words of 32 bits: what is announced and not there, and a report without its first word, is refused. */
    @Test
    void optionsThatCountWordsAreRefusedWhenCutInEitherMode() {
        for (String cut :
                List.of("3c00" + "0200", "3d00" + "0001", "3c02" + "0200" + "00000001", "3cff" + "0200" + "00000000")) {
            for (Mode mode : Mode.values()) {
                DecodeResult result = MobilityHeaderDecoder.of(mode).decode(exactly(cut), TRANSPORT);
                assertThat(result).as(cut).isInstanceOf(DecodeResult.Refused.class);
                assertThat(((DecodeResult.Refused) result).answer()).isEqualTo(Answer.SILENCE);
            }
        }
        assertThatThrownBy(() -> new UnknownOption(60, Octets.parse("02"))).hasMessageContaining("words of 32 bits");
    }

    /** What a reader finds after such an option, the next option, is where the words end. */
    @Test
    void whatFollowsAnOptionThatCountsWordsIsReadAtTheEndOfItsWords() {
        MobilityMessage message = new BindingRefreshRequest(MobilityOptions.of(
                new MulticastMobilityOption(2, new MulticastReport(0, Octets.parse("01020304"))),
                new RestartCounterOption(7)));
        DecodeResult result = MobilityHeaderDecoder.of(Mode.STRICT)
                .decode(MobilityHeaderEncoder.encode(message, TRANSPORT), TRANSPORT);
        assertThat(((DecodeResult.Decoded) result).message()).isEqualTo(message);
    }

    @Test
    void aContextRequestThatEndsWithinARequestIsRefusedAndALongOneIsNone() {
        for (String cut : List.of("2803" + "000016", "2804" + "00001301", "2801" + "00")) {
            assertThat(MobilityHeaderDecoder.of(Mode.STRICT).decode(message(1, 0, cut), TRANSPORT))
                    .isInstanceOf(DecodeResult.Refused.class);
        }
        ContextRequestOption.Request request = new ContextRequestOption.Request(19, Octets.of(new byte[200]));
        assertThatThrownBy(() -> new ContextRequestOption(List.of(request, request)))
                .hasMessageContaining("at most 253 octets");
    }

    @Test
    void everyOptionWithACodecHasALayoutHere() {
        Set<Integer> types = new TreeSet<>();
        LAYOUTS.forEach(layout -> types.add(layout.option().type()));
        IntStream.range(2, 256)
                .filter(type -> OptionCodecs.of(type) != null)
                .forEach(type -> assertThat(types).contains(type));
    }

    /** All sixteen flags of format 2; flow labels carry garbage above 20 bits, traffic classes ECN bits. */
    @Test
    void selectorOfFormat2HasItsFieldsInTheOrderOfTheFlags() {
        String selector = "ffff0000" + WILD + V6_HEX + WILD + V6_HEX + "00000001" + "00000002" + "fff00003" + "00000004"
                + "0005" + "0006" + "0007" + "0008" + "2b" + "2f" + "0b" + "0c";
        Ipv6TrafficSelector value = new Ipv6TrafficSelector(
                Optional.of(new InclusiveRange<>(Vectors.LMA, V6)),
                Optional.of(new InclusiveRange<>(Vectors.LMA, V6)),
                Optional.of(new InclusiveRange<>(1L, 2L)),
                Optional.of(new InclusiveRange<>(3, 4)),
                Optional.of(new InclusiveRange<>(5, 6)),
                Optional.of(new InclusiveRange<>(7, 8)),
                Optional.of(new InclusiveRange<>(10, 11)),
                Optional.of(new InclusiveRange<>(11, 12)));
        assertThat(selectorOf(2, selector)).isEqualTo(value);
        assertThat(encode(flow(new TrafficSelectorSubOption(value))))
                .contains(selector.replace("fff00003", "00000003").replace("2b2f0b0c", "282c0b0c"));
    }

    /** All fourteen flags of format 1. */
    @Test
    void selectorOfFormat1HasItsFieldsInTheOrderOfTheFlags() {
        String selector = "fffc0000" + "0a000001" + V4_HEX + "0a000001" + V4_HEX + "00000001" + "00000002" + "0005"
                + "0006" + "0007" + "0008" + "28" + "2c" + "0b" + "0c";
        Ipv4TrafficSelector value = new Ipv4TrafficSelector(
                Optional.of(new InclusiveRange<>(Ipv4Address.parse("10.0.0.1"), V4)),
                Optional.of(new InclusiveRange<>(Ipv4Address.parse("10.0.0.1"), V4)),
                Optional.of(new InclusiveRange<>(1L, 2L)),
                Optional.of(new InclusiveRange<>(5, 6)),
                Optional.of(new InclusiveRange<>(7, 8)),
                Optional.of(new InclusiveRange<>(10, 11)),
                Optional.of(new InclusiveRange<>(11, 12)));
        assertThat(selectorOf(1, selector)).isEqualTo(value);
        assertThat(encode(flow(new TrafficSelectorSubOption(value)))).contains(selector);
    }

    /** RFC 6088: End-x only with Start-x; RFC 6089 section 5.3.2: 130 malformed, 133 unknown format. */
    @Test
    void brokenSelectorsAreHeldAndNamedByTheStatusOfTheirFlow() {
        for (String selector : List.of(
                "40000000" + WILD, // end source address alone
                "00200000", // start destination port announced and absent
                "00200000" + "01bb" + "00", // one octet too many
                "00300000" + "0002" + "0001", // range upside down
                "0020")) {
            assertThat(selectorOf(2, selector)).isEqualTo(new UnreadableTrafficSelector(2, Octets.parse(selector)));
            assertThat(faultOf(2, selector)).isEqualTo(FlowIdentificationOption.MALFORMED);
        }
        assertThat(faultOf(9, "00000000")).isEqualTo(FlowIdentificationOption.TRAFFIC_SELECTOR_FORMAT_NOT_SUPPORTED);
        assertThat(faultOf(2, "00020000" + "06")).isEqualTo(FlowIdentificationOption.ACCEPTED);
    }

    @Test
    void aSubOptionBeyondTheEndOrWithAWrongLengthMakesItsFlowMalformedAndSurvives() {
        for (String subOptions : List.of("0304", "02", "0203000102", "0401" + "0b", "05030000" + "00", "0200")) {
            int length = 6 + subOptions.length() / 2;
            FlowIdentificationOption flow = (FlowIdentificationOption)
                    decode("2d" + HexFormat.of().toHexDigits((byte) length) + "0001" + "000a" + "0000" + subOptions);
            assertThat(flow.subOptions()).containsExactly(new UnreadableFlowSubOption(Octets.parse(subOptions)));
            assertThat(flow.fault()).isEqualTo(FlowIdentificationOption.MALFORMED);
            assertThat(encode(flow)).contains(subOptions);
        }
    }

    @Test
    void reservedIdentifiersAndRepeatedSubOptionsMakeAFlowMalformed() {
        assertThat(new FlowIdentificationOption(0, 1, 0, List.of()).fault()).isEqualTo(130);
        assertThat(new FlowIdentificationOption(1, 0, 0, List.of()).fault()).isEqualTo(130);
        assertThat(flow(new BindingReference(List.of(1)), new BindingReference(List.of(2)))
                        .fault())
                .isEqualTo(130);
        assertThat(flow(new BindingReference(List.of(0))).fault()).isEqualTo(130);
        assertThat(flow(new BindingReference(List.of(1))).withStatus(131).status())
                .isEqualTo(131);
    }

    /** Trap 14: their text on PadN contradicts their general rule; the general rule is read, Pad1 written. */
    @Test
    void paddingBetweenSubOptionsIsSkippedByTheGeneralRule() {
        FlowIdentificationOption flow = (FlowIdentificationOption)
                decode("2d10" + "0001" + "000a" + "0000" + "00" + "0103000000" + "0202" + "0007");
        assertThat(flow.subOptions()).containsExactly(new BindingReference(List.of(7)));
        assertThat(encode(flow)).contains("2d0a" + "0001" + "000a" + "0000" + "0202" + "0007");
    }

    /** A peer may fill an option without any padding; its echo with a status must still fit. */
    @Test
    void aFullFlowIdentificationIsWrittenWithoutPadding() {
        FlowIdentificationOption flow = flow(
                new UnknownFlowSubOption(100, Octets.of(new byte[1])),
                new BindingReference(List.of(1)),
                new UnknownFlowSubOption(100, Octets.of(new byte[240])));
        DecodeResult result =
                MobilityHeaderDecoder.of(Mode.STRICT).decode(HexFormat.of().parseHex(encode(flow)), TRANSPORT);
        assertThat(((DecodeResult.Decoded) result).message().options().list()).containsExactly(flow);
    }

    /** Trap 24: HTTPS of a client is source port 443 downlink. */
    @Test
    void aSteeringRuleBecomesADownlinkSelector() {
        TrafficSelector https = new TrafficSelector(
                HomeNetworkPrefix.parse("2001:db8:c::/64"),
                new TrafficSelector.Range(6, 6),
                new TrafficSelector.Range(443, 443),
                TrafficSelector.ALL_DSCP);
        assertThat(encode(
                        flow(new TrafficSelectorSubOption(Ipv6TrafficSelector.of(https, HomeNetworkPrefix.ALL_ZERO)))))
                .contains("c0820000" + "20010db8000c00000000000000000000" + "20010db8000c0000ffffffffffffffff"
                        + "01bb06");
    }

    /** The six-tuple of a flow: addresses, flow label, next header, ports. */
    @Test
    void t41_theFlowLabelOfASteeringRuleIsInItsSelector() {
        TrafficSelector labelled = new TrafficSelector(
                HomeNetworkPrefix.parse("2001:db8:c::2/128"),
                new TrafficSelector.Range(6, 6),
                new TrafficSelector.Range(443, 443),
                TrafficSelector.ALL_DSCP,
                new TrafficSelector.Range(0x12345, 0x12345));
        String octets = encode(
                flow(new TrafficSelectorSubOption(Ipv6TrafficSelector.of(labelled, HomeNetworkPrefix.ALL_ZERO))));
        assertThat(octets).contains("82820000" + "20010db8000c00000000000000000002" + "00012345" + "01bb06");
    }

    /** RFC 6088 section 3.2, E and F: 32 bits without a sign, between addresses and next header. */
    @Test
    void t41_theSecurityParametersIndexesOfASteeringRuleAreInItsSelector() {
        TrafficSelector encrypted = new TrafficSelector(
                HomeNetworkPrefix.parse("2001:db8:c::2/128"),
                new TrafficSelector.Range(FiveTuple.ESP, FiveTuple.ESP),
                TrafficSelector.ALL_PORTS,
                TrafficSelector.ALL_DSCP,
                new TrafficSelector.Range(0x12345, 0x12345),
                new TrafficSelector.Range(0x7fffffffL, 0xfffffffeL));
        Ipv6TrafficSelector selector = Ipv6TrafficSelector.of(encrypted, HomeNetworkPrefix.ALL_ZERO);
        assertThat(selector.securityParametersIndexes()).contains(new InclusiveRange<>(0x7fffffffL, 0xfffffffeL));
        String octets = "8e020000" + "20010db8000c00000000000000000002" + "7fffffff" + "fffffffe" + "00012345" + "32";
        assertThat(encode(flow(new TrafficSelectorSubOption(selector)))).contains(octets);
        assertThat(selectorOf(Ipv6TrafficSelector.FORMAT, octets)).isEqualTo(selector);
    }

    private static int faultOf(int format, String selector) {
        return ((FlowIdentificationOption) decode(flowHex(format, selector))).fault();
    }

    private static Object selectorOf(int format, String selector) {
        return ((FlowIdentificationOption) decode(flowHex(format, selector)))
                .trafficSelector()
                .orElseThrow();
    }

    private static String flowHex(int format, String selector) {
        int length = 2 + selector.length() / 2;
        return "2d" + HexFormat.of().toHexDigits((byte) (8 + length)) + "0001" + "000a" + "0000" + "03"
                + HexFormat.of().toHexDigits((byte) length)
                + HexFormat.of().toHexDigits((byte) format) + "00" + selector;
    }

    private static FlowIdentificationOption flow(FlowSubOption... subOptions) {
        return new FlowIdentificationOption(1, 10, 0, List.of(subOptions));
    }

    private static MobilityOption decode(String hex) {
        DecodeResult result = MobilityHeaderDecoder.of(Mode.STRICT).decode(message(2, 0, hex), TRANSPORT);
        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
        return ((DecodeResult.Decoded) result).message().options().list().getFirst();
    }

    private static String encode(MobilityOption option) {
        return HexFormat.of()
                .formatHex(
                        MobilityHeaderEncoder.encode(new BindingRefreshRequest(MobilityOptions.of(option)), TRANSPORT));
    }

    /** A Binding Refresh Request with one option where its alignment puts it; options start at octet 8. */
    private static byte[] message(int modulus, int remainder, String option) {
        int before = Math.floorMod(remainder - 8, modulus);
        int after = Math.floorMod(-(8 + before + option.length() / 2), 8);
        int length = 8 + before + option.length() / 2 + after;
        return HexFormat.of()
                .parseHex("3b" + HexFormat.of().toHexDigits((byte) (length / 8 - 1)) + "000000000000" + padding(before)
                        + option + padding(after));
    }

    /** An option at the start, zeros after it. */
    private static byte[] exactly(String option) {
        String padded = option + "0".repeat(Math.floorMod(-option.length(), 16));
        return HexFormat.of()
                .parseHex("3b" + HexFormat.of().toHexDigits((byte) (padded.length() / 16)) + "000000000000" + padded);
    }

    private static String padding(int length) {
        return switch (length) {
            case 0 -> "";
            case 1 -> "00";
            default -> "01" + HexFormat.of().toHexDigits((byte) (length - 2)) + "00".repeat(length - 2);
        };
    }
}
