package org.flowanchor.binding.adapter.mobilityheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.application.WireMetrics;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.DecodeResult;
import org.flowanchor.mobility.header.MobilityHeaderDecoder;
import org.flowanchor.mobility.header.Mode;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Transport;
import org.flowanchor.mobility.message.BindingAcknowledgementFlags;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.option.FlowIdentificationOption;
import org.flowanchor.mobility.option.GreKeyOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.Ipv4DefaultRouterOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressReplyOption;
import org.junit.jupiter.api.Test;

/** What gateways may ask for and this anchor does not have: IPv4 home addresses (RFC 5844), GRE (RFC 5845), UDP around user packets. */
class ServicesNotOfferedTest {
    private static final String GATEWAY = "2001:db8:0:4::1";
    private static final String OVER_IPV4 = "198.51.100.11";
    private static final String FOREIGN = "2001:db8:0:4::9";
    private static final Ipv4Address ADDRESS = Ipv4Address.parse("203.0.113.10");

    private static final String NODE = "081001" + "6d6e31406578616d706c652e6f7267";
    private static final String ANY_PREFIX = "0104" + "00".repeat(4) + "16120000" + "00".repeat(16);
    private static final String ACCESS = "17020001" + "18020004";
    /** Prefix length 24, any address; and one of them. */
    private static final String ANY_IPV4 = "2406" + "6000" + "00000000";

    private static final String ONE_IPV4 = "2406" + "6000" + "cb00710a";
    private static final String GRE = "2102" + "0000" + "01020000";
    private static final String GRE_KEY = "2106" + "0000" + "f0000001";

    /** FID 2: TCP from port 443 to 2001:db8:100:2::99 (vector FMI=UPN-reason8). */
    private static final String HTTPS_TO_ONE_HOST = "2d26" + "0002" + "000a" + "0000" + "0319" + "0200" + "20220000"
            + "20010db8010000020000000000000099" + "01bb" + "06" + "00" + "02020001";

    private final WireAnchor anchor = new WireAnchor(Instant.parse("2026-01-01T00:00:00Z"))
            .with(new Peer(
                    ProxyCareOfAddress.parse(GATEWAY),
                    Set.of(Ipv6Address.parse(GATEWAY), Ipv4Address.parse(OVER_IPV4)),
                    Set.of(),
                    Optional.of(PeerProfile.STRICT)));
    private int sequence;

    private ProxyBindingAcknowledgement answer(String source, String flags, int lifetime, String... options) {
        String rest =
                String.format("%04x", ++sequence) + flags + String.format("%04x", lifetime) + String.join("", options);
        int length = 6 + rest.length() / 2;
        assertThat(length % 8).as("octets of the test's own message").isZero();
        String answer = anchor.exchange(source, "3b" + String.format("%02x", length / 8 - 1) + "05000000" + rest)
                .orElseThrow();
        IpAddress from = source.contains(":") ? Ipv6Address.parse(source) : Ipv4Address.parse(source);
        Transport transport =
                from instanceof Ipv6Address ipv6 ? new Transport.KernelChecksum(ipv6) : Transport.IPV4_UDP;
        DecodeResult result =
                MobilityHeaderDecoder.of(Mode.STRICT).decode(HexFormat.of().parseHex(answer), transport);
        assertThat(result).as(answer).isInstanceOf(DecodeResult.Decoded.class);
        return (ProxyBindingAcknowledgement) ((DecodeResult.Decoded) result).message();
    }

    private ProxyBindingAcknowledgement answer(String... options) {
        return answer(GATEWAY, "8200", 15, options);
    }

    /** Padding and the prefix, as an update repeats it after {@link #NODE}. */
    private static String granted(ProxyBindingAcknowledgement answer) {
        HomeNetworkPrefixOption prefix =
                answer.options().first(HomeNetworkPrefixOption.class).orElseThrow();
        return "0104" + "00".repeat(4) + "16120040"
                + HexFormat.of().formatHex(prefix.prefix().octets());
    }

    private static void requireIpv4(ProxyBindingAcknowledgement answer, int status, Ipv4Address address) {
        assertThat(answer.options().all(Ipv4HomeAddressReplyOption.class))
                .containsExactly(new Ipv4HomeAddressReplyOption(status, 24, address));
        assertThat(answer.options().contains(Ipv4DefaultRouterOption.class)).isFalse();
        assertThat(answer.lifetime()).isZero();
    }

    /** RFC 5844 sections 3.1.2.1 and 3.1.2.6. */
    @Test
    void anIpv4HomeAddressIsRefusedWith170AndComesBackAsAdministrativelyProhibited() {
        ProxyBindingAcknowledgement any = answer(NODE, ANY_PREFIX, ACCESS, ANY_IPV4);
        assertThat(any.status().value()).isEqualTo(170);
        requireIpv4(any, 129, new Ipv4Address(0));
        assertThat(any.options().all(HomeNetworkPrefixOption.class)).containsExactly(HomeNetworkPrefixOption.ALL_ZERO);
        ProxyBindingAcknowledgement one = answer(NODE, ANY_PREFIX, ACCESS, ONE_IPV4);
        assertThat(one.status().value()).isEqualTo(170);
        requireIpv4(one, 129, ADDRESS);
        assertThat(anchor.entries()).isZero();
        assertThat(answer(NODE, ANY_PREFIX, ACCESS).status().value())
                .as("without it")
                .isZero();
    }

    /** A request for IPv4 alone lacks no prefix, and its answer has none (section 3.1.2.6). */
    @Test
    void l09_aRequestForIpv4AloneIs170WithoutAPrefixAndNot158() {
        ProxyBindingAcknowledgement answer = answer(NODE, "0104" + "00".repeat(4), ANY_IPV4, ACCESS, "01020000");
        assertThat(answer.status().value()).isEqualTo(170);
        requireIpv4(answer, 129, new Ipv4Address(0));
        assertThat(answer.options().contains(HomeNetworkPrefixOption.class)).isFalse();
        assertThat(answer(NODE, "0104" + "00".repeat(4), ACCESS, "0102" + "0000")
                        .status()
                        .value())
                .as("neither")
                .isEqualTo(158);
    }

    @Test
    void w07_twoIpv4HomeAddressesAre173() {
        ProxyBindingAcknowledgement answer = answer(NODE, ANY_PREFIX, ACCESS, ONE_IPV4, ANY_IPV4);
        assertThat(answer.status().value()).isEqualTo(173);
        requireIpv4(answer, 128, ADDRESS);
    }

    /** Who may not ask learns that first: 160, 154, 153 and 135 come before what is not offered (L-04 to L-08). */
    @Test
    void l04_l05_l06_l08_comeBeforeWhatIsNotOffered() {
        assertThat(answer("0801" + "01" + "0103" + "000000", ANY_PREFIX.substring(12), ACCESS, ONE_IPV4)
                        .status()
                        .value())
                .isEqualTo(160);
        ProxyBindingAcknowledgement foreign = answer(
                NODE,
                ANY_PREFIX,
                ACCESS,
                ONE_IPV4,
                "0104" + "00".repeat(4),
                "0310" + HexFormat.of().formatHex(Ipv6Address.parse(FOREIGN).octets()));
        assertThat(foreign.status().value()).isEqualTo(154);
        requireIpv4(foreign, 128, ADDRESS);
        // nobody@example.org
        assertThat(answer(
                                "081301" + "6e6f626f6479406578616d706c652e6f7267" + "010100",
                                ANY_PREFIX.substring(12),
                                ACCESS,
                                ONE_IPV4)
                        .status()
                        .value())
                .isEqualTo(153);
        String prefix = granted(answer(NODE, ANY_PREFIX, ACCESS));
        sequence = 1;
        assertThat(answer(NODE, prefix, "17020005" + "18020004", ONE_IPV4)
                        .status()
                        .value())
                .as("old sequence number")
                .isEqualTo(135);
    }

    @Test
    void aDeregistrationIsNotHeldBackByWhatItAsksFor() {
        String prefix = granted(answer(NODE, ANY_PREFIX, ACCESS));
        ProxyBindingAcknowledgement answer =
                answer(GATEWAY, "8200", 0, NODE, prefix, "17020004" + "18020004", ONE_IPV4);
        assertThat(answer.status().value()).isZero();
        requireIpv4(answer, 129, ADDRESS);
    }

    /** RFC 5844 section 4.1.3.1: AcceptForcedIPv4UDPEncapsulationRequest is 0. The flag says nothing over IPv6. */
    @Test
    void forcedUdpEncapsulationIs129OverIpv4() {
        assertThat(answer(OVER_IPV4, "8300", 15, NODE, ANY_PREFIX, ACCESS)
                        .status()
                        .value())
                .isEqualTo(129);
        assertThat(anchor.entries()).isZero();
        assertThat(answer(GATEWAY, "8300", 15, NODE, ANY_PREFIX, ACCESS)
                        .status()
                        .value())
                .isZero();
    }

    /** RFC 5845 section 5.2 and 7.2: accepted without GRE, so no option and no T flag come back. */
    @Test
    void greIsNotRequiredSoItIsStatus2WithoutTheOption() {
        for (String gre : List.of(GRE, GRE_KEY)) {
            ProxyBindingAcknowledgement answer = answer(GATEWAY, "8280", 15, NODE, ANY_PREFIX, ACCESS, gre);
            assertThat(answer.status().value()).isEqualTo(2);
            assertThat(answer.lifetime()).isEqualTo(15);
            assertThat(answer.options().contains(GreKeyOption.class)).isFalse();
            assertThat(answer.flags().has(BindingAcknowledgementFlags.TLV_HEADER))
                    .isFalse();
            assertThat(answer.options().contains(HomeNetworkPrefixOption.class)).isTrue();
        }
        ProxyBindingAcknowledgement without = answer(NODE, ANY_PREFIX, ACCESS);
        assertThat(without.status().value()).as("an update without the option").isZero();
    }

    @Test
    void aRefusalKeepsItsOwnStatusWithGreAndADeregistrationIsStatus0() {
        // No access technology type.
        ProxyBindingAcknowledgement refused = answer(NODE, ANY_PREFIX, "17020001", "2102" + "0000");
        assertThat(refused.status().value()).isEqualTo(162);
        assertThat(refused.options().contains(GreKeyOption.class)).isFalse();
        String prefix = granted(answer(NODE, ANY_PREFIX, ACCESS, GRE_KEY));
        ProxyBindingAcknowledgement gone = answer(GATEWAY, "8200", 0, NODE, prefix, "17020004" + "18020004", GRE_KEY);
        assertThat(gone.status().value()).isZero();
        assertThat(gone.options().contains(GreKeyOption.class)).isFalse();
    }

    /** RFC 7864 section 3.4, RFC 6089 section 4.2: flows are the anchor's alone, so a gateway is left no flow to remember or to forget. */
    @Test
    void f14_t11_t19_aFlowThatAGatewayDescribesComesBackAsProhibitedAndItsUpdateIsAccepted() {
        ProxyBindingAcknowledgement answer = answer(NODE, ANY_PREFIX, ACCESS, HTTPS_TO_ONE_HOST);
        assertThat(answer.status().value()).isZero();
        List<FlowIdentificationOption> flows = answer.options().all(FlowIdentificationOption.class);
        assertThat(flows).hasSize(1);
        assertThat(flows.getFirst().flowIdentifier()).isEqualTo(2);
        assertThat(flows.getFirst().status()).isEqualTo(128);
        assertThat(answer(NODE, granted(answer), "1702000518020004").options().contains(FlowIdentificationOption.class))
                .as("nothing is kept of it")
                .isFalse();
    }

    /** Handover Initiate and Acknowledge (RFC 5949) pass between gateways; flow bindings (RFC 7109) a home agent begins. */
    @Test
    void t18_t27_w04_messagesOfFastHandoversAndFlowBindingsAreAnsweredWithABindingError() {
        for (String type : List.of("0e", "0f", "15")) {
            assertThat(anchor.exchange(GATEWAY, "3b01" + type + "000000" + "00010000" + "01040000" + "0000"))
                    .as("MH Type " + type)
                    .contains("3b020700" + "0000" + "0200" + "00".repeat(16));
        }
        assertThat(anchor.drops(WireMetrics.Drop.UNRECOGNIZED)).isEqualTo(3);
    }
}
