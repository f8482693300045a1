package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.flowanchor.agent.adapter.kernel.KernelNumbering;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.AccessLink;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.agent.boot.AgentConfiguration.AnchorSignalling;
import org.flowanchor.agent.boot.AgentConfiguration.GatewayProbes;
import org.flowanchor.agent.boot.AgentConfiguration.GatewaySignalling;
import org.flowanchor.agent.domain.Samples;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.header.PeerProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {
    static final String ANCHOR = """
            role: anchor
            lmaAddress: 2001:db8:b::1
            backhaulInterface: b0
            pools: ["2001:db8:100::/40"]
            services: {binding: "[fd00::1]:9091", flow: "[fd00::1]:9092"}
            operations: {address: "::1", port: 9464}
            tls: plaintext
            """;
    static final String ACCESS = """
            role: access
            lmaAddress: 2001:db8:b::1
            backhaulInterface: b0
            proxyCareOfAddress: 2001:db8:b::11
            accessTechnologyType: IEEE_802_11
            accessLinks: [{interface: a0, capacityBitsPerSecond: 10000000}, {interface: a1}]
            mobileNodes: [{linkLayerIdentifier: "02:00:00:00:00:01", mobileNodeIdentifier: "mn1@example.net"}]
            bindingLifetimeSeconds: 120
            attachHandoffIndicator: 6
            services: {binding: "[fd00::1]:9091", flow: "[fd00::1]:9092"}
            operations: {address: "::1", port: 9464}
            tls: plaintext
            """;

    @Test
    void anchorIsRead() throws Exception {
        AgentConfiguration configuration = ConfigurationReader.parse("config.yaml", ANCHOR);
        assertThat(configuration.lmaAddress()).isEqualTo(Samples.LMA);
        assertThat(configuration.backhaulInterface()).isEqualTo("b0");
        assertThat(configuration.bindingServices()).containsExactly(new ServiceAddress("fd00::1", 9091));
        assertThat(configuration.operations()).isEqualTo(new ServiceAddress("::1", 9464));
        assertThat(configuration.controlSocket()).isEmpty();
        assertThat(ConfigurationReader.parse("config.yaml", ANCHOR.replace("9464}", "9464, socket: /run/a.sock}"))
                        .controlSocket())
                .contains(Path.of("/run/a.sock"));
        assertThat(configuration.reconcileInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(configuration.role())
                .isEqualTo(
                        new Anchor(Samples.POOLS, 200, 1_048_576, Optional.of(GatewayProbes.USUAL), Optional.empty()));
    }

    @Test
    void mobileNodesMayBeLeftOutWhereTheAnchorIsAsked() throws Exception {
        String none = ACCESS.replaceAll("(?m)^mobileNodes.*\\n", "");
        assertThat(((Access) ConfigurationReader.parse("config.yaml", none).role()).mobileNodes())
                .isEmpty();
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", none + "signalling: {protection: ipsec}\n"))
                .hasMessage("config.yaml: $.mobileNodes: is missing");
    }

    @Test
    void probesOfGatewaysAreReadOrSwitchedOff() throws Exception {
        assertThat(probes("gatewayProbes: {intervalMillis: 100, misses: 5}"))
                .contains(new GatewayProbes(Duration.ofMillis(100), 5, Duration.ofSeconds(60)));
        assertThat(probes("gatewayProbes: {misses: 5, wireIntervalSeconds: 10}"))
                .contains(new GatewayProbes(Duration.ofMillis(300), 5, Duration.ofSeconds(10)));
        assertThat(probes("gatewayProbes: none")).isEmpty();
        assertThatThrownBy(() -> probes("gatewayProbes: never"))
                .hasMessageContaining(
                        "must be none or a mapping of intervalMillis, misses and wireIntervalSeconds, not never");
        assertThatThrownBy(() -> probes("gatewayProbes: {intervalMillis: 1}"))
                .hasMessageContaining("$.gatewayProbes.intervalMillis: 1 is not in 50..60000");
    }

    private static Optional<GatewayProbes> probes(String line) throws ConfigurationException {
        return ((Anchor) ConfigurationReader.parse("config.yaml", ANCHOR + line + "\n")
                        .role())
                .probes();
    }

    @Test
    void roomForTrackedConnectionsIsRead() throws Exception {
        assertThat(trackedConnections("trackedConnections: 2000000")).isEqualTo(2_000_000);
        assertThatThrownBy(() -> trackedConnections("trackedConnections: 10"))
                .hasMessageContaining("$.trackedConnections: 10 is not in 1024..67108864");
    }

    private static long trackedConnections(String line) throws ConfigurationException {
        return ((Anchor) ConfigurationReader.parse("config.yaml", ANCHOR + line + "\n")
                        .role())
                .trackedConnections();
    }

    @Test
    void signallingOnTheWireIsReadWithItsProtection() throws Exception {
        String anchor = ANCHOR + "signalling: {protection: ipsec, ipv4Address: 198.51.100.1}\n";
        assertThat(ConfigurationReader.parse("config.yaml", anchor).role())
                .isEqualTo(new Anchor(
                        Samples.POOLS,
                        200,
                        1_048_576,
                        Optional.of(GatewayProbes.USUAL),
                        Optional.of(new AnchorSignalling(
                                SignallingProtection.IPSEC, Optional.of(Ipv4Address.parse("198.51.100.1"))))));
        String access = ACCESS + "signalling: {protection: trusted-network, profile: oai}\n";
        assertThat(((Access) ConfigurationReader.parse("config.yaml", access).role()).signalling())
                .contains(new GatewaySignalling(
                        SignallingProtection.TRUSTED_NETWORK, PeerProfile.OAI, Duration.ofSeconds(60)));
        String often = ACCESS + "signalling: {protection: ipsec, heartbeatSeconds: 30}\n";
        assertThat(((Access) ConfigurationReader.parse("config.yaml", often).role()).signalling())
                .contains(
                        new GatewaySignalling(SignallingProtection.IPSEC, PeerProfile.STRICT, Duration.ofSeconds(30)));
    }

    @Test
    void numbersOfTheKernelAreReadAndAreTheUsualOnesOtherwise() throws Exception {
        assertThat(numbering(ANCHOR)).isEqualTo(KernelNumbering.DEFAULT);
        assertThat(numbering(ANCHOR + """
                kernel: {markMask: "0x7FFC0000", congestionMark: "0x80000000", rulePriorityOffset: 4300, routingTableOffset: 500}
                """)).isEqualTo(new KernelNumbering(0x7ffc0000, 0x80000000, 4300, 500));
        assertThat(numbering(ACCESS + "kernel: {congestionMark: 0x8}\n"))
                .isEqualTo(new KernelNumbering(0xfffe0000, 0x8, 0, 0));
        for (String role : List.of(ANCHOR, ACCESS)) {
            assertThat(numbering(role
                            + "kernel: {routeProtocol: 255, nftablesTable: pmip.v6_a-1, devicePrefix: pmip6-an_}\n"))
                    .isEqualTo(KernelNumbering.DEFAULT.named(255, "pmip.v6_a-1", "pmip6-an_"));
        }
    }

    @Test
    void anInterfaceIsNotCalledLikeATunnel() {
        assertThatThrownBy(() -> numbering(ACCESS + "kernel: {devicePrefix: a}\n"))
                .hasMessage(
                        "config.yaml: $: interface a1 is called like a tunnel: kernel.devicePrefix gives tunnels other names");
        assertThatThrownBy(() -> numbering(ANCHOR.replace("b0", "eth12") + "kernel: {devicePrefix: eth}\n"))
                .hasMessageContaining("interface eth12 is called like a tunnel");
    }

    private static KernelNumbering numbering(String yaml) throws ConfigurationException {
        return ConfigurationReader.parse("config.yaml", yaml).numbering();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "markMask: 131071 | .markMask: must be text, not the number 131071",
                "markMask: 1ffff | .markMask: must be bits of a mark like 0x1ffff, not 1ffff",
                "markMask: 0x1ffff0000 | .markMask: must be bits of a mark like 0x1ffff, not 0x1ffff0000",
                "markMask: 0xfff | .markMask: 0xfff has 12 bits, not 13 to 17",
                "markMask: 0xffffffff | .markMask: 0xffffffff has 32 bits, not 13 to 17",
                "markMask: 0x7ffff000 | .markMask: 0x7ffff000 has 19 bits, not 13 to 17",
                "markMask: 0x7ffc0000 | : congestionMark 0x40000 is a bit of markMask 0x7ffc0000",
                "congestionMark: 0x1 | : congestionMark 0x1 is a bit of markMask 0x1ffff",
                "congestionMark: 0x60000 | .congestionMark: 0x60000 is not one bit",
                "congestionMark: 0x0 | .congestionMark: 0x0 is not one bit",
                "rulePriorityOffset: 22765 | .rulePriorityOffset: 22765 is not in 0..22764",
                "routingTableOffset: -1 | .routingTableOffset: -1 is not in 0..1000000000",
                "routingTableOffset: 153 | .routingTableOffset: 153 makes table 253 the agent's; 253 to 255 are the kernel's own",
                "routingTableOffset: 213 | .routingTableOffset: 213 makes table 254 the agent's; 253 to 255 are the kernel's own",
                "markBase: 0x1 | .markBase: unknown key",
                "routeProtocol: 4 | .routeProtocol: 4 is not in 5..255; 0 to 4 are the kernel's own",
                "routeProtocol: -1 | .routeProtocol: -1 is not in 5..255; 0 to 4 are the kernel's own",
                "routeProtocol: 256 | .routeProtocol: 256 is not in 5..255; 0 to 4 are the kernel's own",
                "routeProtocol: 12 | .routeProtocol: 12 is a routing daemon's",
                "routeProtocol: 198 | .routeProtocol: 198 is a routing daemon's",
                "routeProtocol: bird | .routeProtocol: must be a whole number, not text",
                "nftablesTable: 5g | .nftablesTable: must begin with a letter and go on with letters, digits, _, - and ., not \"5g\"",
                "nftablesTable: a/b | .nftablesTable: must begin with a letter and go on with letters, digits, _, - and ., not \"a/b\"",
                "nftablesTable: 7 | .nftablesTable: must be text, not the number 7",
                "devicePrefix: pmip6-anch | .devicePrefix: has 10 characters; 9 leave room for a gateway's number in the 15 of a device's name",
                "devicePrefix: pmip6 | .devicePrefix: must begin with a letter, go on with letters, digits, _, - and ., and not end with a digit, not \"pmip6\"",
                "devicePrefix: 'a:' | .devicePrefix: must begin with a letter, go on with letters, digits, _, - and ., and not end with a digit, not \"a:\"",
            })
    void aNumberOfTheKernelThatCannotBeIsRefused(String line, String message) {
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", ANCHOR + "kernel: {" + line + "}\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("config.yaml: $.kernel" + message);
    }

    /** There are no marks of gateways at a gateway. */
    @Test
    void theMaskOfMarksIsTheAnchors() {
        assertThatThrownBy(() -> numbering(ACCESS + "kernel: {markMask: 0x1ffff}\n"))
                .hasMessage("config.yaml: $.kernel.markMask: unknown key");
    }

    /** RFC 5213 section 4: there is no default. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "signalling: {} | $.signalling.protection: is missing",
                "signalling: {protection: none} | must be ipsec or trusted-network, not none",
                "signalling: {protection: ipsec, profile: cisco} | none of strict, lenient, oai, opmip, mad, ns3: cisco",
                "signalling: {protection: ipsec, heartbeatSeconds: 29} | $.signalling.heartbeatSeconds",
                "signalling: {protection: ipsec, mode: wire} | $.signalling.mode: unknown key"
            })
    void signallingWithoutAStatedProtectionIsRefused(String line, String fault) {
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", ACCESS + line + "\n"))
                .hasMessageContaining(fault);
    }

    @Test
    void anIdentifierThatTheAnchorsProfileCannotCarryIsRefused() throws Exception {
        String oai = ACCESS + "signalling: {protection: ipsec, profile: oai}\n";
        String longest = "m".repeat(63 - "@example.net".length()) + "@example.net";
        assertThat(((Access) ConfigurationReader.parse("config.yaml", oai.replace("mn1@example.net", longest))
                                .role())
                        .mobileNodes())
                .containsValue(new MobileNodeIdentifier(longest));
        assertThatThrownBy(
                        () -> ConfigurationReader.parse("config.yaml", oai.replace("mn1@example.net", "m" + longest)))
                .hasMessageContaining(
                        "$.mobileNodes[0].mobileNodeIdentifier: has 64 octets, more than the 63 of profile oai");
        assertThat(((Access) ConfigurationReader.parse("config.yaml", ACCESS.replace("mn1@example.net", "m" + longest))
                                .role())
                        .mobileNodes())
                .as("nobody pads it")
                .containsValue(new MobileNodeIdentifier("m" + longest));
    }

    @Test
    void servicesMayHaveSeveralAddresses() throws Exception {
        String one = "binding: \"[fd00::1]:9091\"";
        String replicas = "binding: [\"[fd00::1]:9091\", \"[fd00::2]:9091\"]";
        assertThat(ConfigurationReader.parse("config.yaml", ACCESS.replace(one, replicas))
                        .bindingServices())
                .containsExactly(new ServiceAddress("fd00::1", 9091), new ServiceAddress("fd00::2", 9091));
        assertThatThrownBy(() ->
                        ConfigurationReader.parse("config.yaml", ACCESS.replace(one, replicas.replace("::2", "::1"))))
                .hasMessageContaining("$.services.binding[1]: address [fd00::1]:9091 occurs twice");
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", ACCESS.replace(one, "binding: []")))
                .hasMessageContaining("$.services.binding: must not be empty");
    }

    @Test
    void accessIsRead() throws Exception {
        AgentConfiguration configuration = ConfigurationReader.parse("config.yaml", ACCESS);
        assertThat(configuration.role()).isInstanceOfSatisfying(Access.class, access -> {
            assertThat(access.accessTechnologyType()).isEqualTo(AccessTechnologyType.IEEE_802_11);
            assertThat(access.accessLinks())
                    .containsExactly(
                            new AccessLink("a0", OptionalLong.of(10_000_000)),
                            new AccessLink("a1", OptionalLong.empty()));
            assertThat(access.mobileNodes()).isEqualTo(Map.of(Samples.LL_ID, Samples.MN));
            assertThat(access.bindingLifetimeSeconds()).isEqualTo(120);
            assertThat(access.presenceInterval()).isEqualTo(Duration.ofSeconds(30));
            assertThat(access.attachHandoffIndicator())
                    .isEqualTo(HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interface: a0, | interface: '', | $.accessLinks[0].interface: must not be empty",
                "interface: a0, | interface: 5, | $.accessLinks[0].interface: must be text, not the number 5",
                "interface: a0, | '' | $.accessLinks[0].interface: is missing",
                "interface: a0, | interface: a123456789012345, | $.accessLinks[0].interface: not an interface name (1..15 characters, no '/' or space): a123456789012345",
                "10000000} | -1} | $.accessLinks[0].capacityBitsPerSecond: -1 is not in 1..9223372036854775807",
                "10000000} | ten} | $.accessLinks[0].capacityBitsPerSecond: must be a whole number, not text",
                "10000000} | 1, mtu: 5} | $.accessLinks[0].mtu: unknown key",
                "interface: a1 | interface: a0 | $.accessLinks[1]: interface a0 occurs twice",
                "role: access | role: mag | $.role: must be anchor or access, not mag",
                "lmaAddress: 2001:db8:b::1 | lmaAddress: fe80::1 | $.lmaAddress: LMA address must be a routable unicast address, not fe80::1",
                "lmaAddress: 2001:db8:b::1 | lmaAddress: lma.example | $.lmaAddress: not an IPv6 address: lma.example",
                "IEEE_802_11 | wifi | $.accessTechnologyType: not an access technology type: wifi (one of 1XRTT, EHRPD, E_UTRAN, GERAN, HRPD, IEEE_802_11, IEEE_802_16E, IEEE_802_3, NB_IOT, PPP, UMB, UTRAN, VIRTUAL, ATT_n)",
                "bindingLifetimeSeconds: 120 | bindingLifetimeSeconds: 121 | $.bindingLifetimeSeconds: 121 is not a multiple of 4",
                "attachHandoffIndicator: 6 | attachHandoffIndicator: 7 | $.attachHandoffIndicator: 7 is none of 1, 2, 3, 4, 6",
                "attachHandoffIndicator: 6 | attachHandoffIndicator: 5 | $.attachHandoffIndicator: 5 is none of 1, 2, 3, 4, 6",
                "'binding: \"[fd00::1]:9091\"' | 'binding: fd00::1' | $.services.binding: not host:port or [address]:port: fd00::1",
                "'binding: \"[fd00::1]:9091\"' | 'binding: \"binding_1:9091\"' | $.services.binding: not a host name or address: binding_1",
                "'binding: \"[fd00::1]:9091\", ' | '' | $.services.binding: is missing",
                "port: 9464 | port: 70000 | $.operations.port: 70000 is not in 1..65535",
                "tls: plaintext | '' | $.tls: is missing",
                "tls: plaintext | tls: none | '$.tls: must be plaintext or a mapping of certificate, privateKey and authorities, not none'",
                "tls: plaintext | 'tls: {certificate: a.crt, privateKey: a.key}' | $.tls.authorities: is missing",
                "tls: plaintext | 'tls: {certificate: a.crt, privateKey: a.key, authorities: ca.crt, mode: x}' | $.tls.mode: unknown key",
                "port: 9464} | 'port: 9464, socket: 5}' | $.operations.socket: must be text, not the number 5",
                "attachHandoffIndicator: 6 | 'attachHandoffIndicator: 6\npresenceSeconds: 1' | $.presenceSeconds: 1 is not in 10..3600",
                "backhaulInterface: b0 | 'backhaulInterface: b0\npools: []' | $.pools: unknown key",
                "02:00:00:00:00:01 | 02-00 | $.mobileNodes[0].linkLayerIdentifier: not a link-layer identifier (octets in hex with colons): 02-00",
                "mn1@example.net | a/b | $.mobileNodes[0].mobileNodeIdentifier: a mobile node identifier has no control characters and no '/'",
                "bindingLifetimeSeconds: 120 | bindingLifetimeSeconds: [120] | $.bindingLifetimeSeconds: must be a whole number, not a list",
            })
    void faultIsOneLineWithItsPath(String text, String replacement, String message) {
        assertThat(ACCESS).contains(text);
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", ACCESS.replace(text, replacement)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("config.yaml: " + message);
    }

    @Test
    void certificatesAreThoseOfTheRole() throws Exception {
        String tls = "tls: {certificate: /etc/a.crt, privateKey: /etc/a.key, authorities: /etc/ca.crt}";
        AgentConfiguration access = ConfigurationReader.parse("config.yaml", ACCESS.replace("tls: plaintext", tls));
        assertThat(access.tls())
                .contains(new TlsFiles(Path.of("/etc/a.crt"), Path.of("/etc/a.key"), Path.of("/etc/ca.crt")));
        assertThat(access.identity()).hasToString("flowanchor://agent/2001:db8:b::11");
        AgentConfiguration anchor = ConfigurationReader.parse("config.yaml", ANCHOR);
        assertThat(anchor.tls()).isEmpty();
        assertThat(anchor.identity()).hasToString("flowanchor://anchor/2001:db8:b::1");
    }

    @Test
    void poolsMustNotOverlapOrBeEmpty() {
        assertThatThrownBy(() -> ConfigurationReader.parse(
                        "config.yaml", ANCHOR.replace("/40\"", "/40\", \"2001:db8:110::/44\"")))
                .hasMessage("config.yaml: $.pools[1]: 2001:db8:110::/44 overlaps 2001:db8:100::/40");
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", ANCHOR.replace("\"2001:db8:100::/40\"", "")))
                .hasMessage("config.yaml: $.pools: must not be empty");
    }

    @Test
    void whatIsNoYamlOrNamesAKeyTwiceIsRefused() {
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", "role: [anchor"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("config.yaml: $: line ")
                .message()
                .doesNotContain("\n");
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", ANCHOR + "role: access\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("role");
        assertThatThrownBy(() -> ConfigurationReader.parse("config.yaml", ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("config.yaml: $: must be a mapping, not nothing");
    }
}
