package org.flowanchor.policy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

class PolicyDocumentTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String VOIP_ON_LTE = """
            {"name": "default-offload", "enabled": true, "precedence": 100, "groups": ["default"],
             "rules": [
              {"name": "voip", "selectors": [{"protocol": "udp", "dscp": "EF"}],
               "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["E_UTRAN", "IEEE_802_11"]}},
              {"name": "best-effort", "selectors": [],
               "steering": {"mode": "PRIORITY_BASED", "accessTechnologyTypes": ["IEEE_802_11", "E_UTRAN"],
                            "packetLossRatioThreshold": 0.1}}]}
            """;

    private static PolicyReading read(String json) {
        return PolicyDocument.read(JSON.readValue(json, Object.class), Optional.empty());
    }

    private static OffloadPolicy accepted(String json) {
        return switch (read(json)) {
            case PolicyReading.Accepted(OffloadPolicy policy) -> policy;
            case PolicyReading.Rejected(var errors) -> throw new AssertionError(errors.toString());
        };
    }

    private static List<DocumentError> errors(PolicyReading reading) {
        return switch (reading) {
            case PolicyReading.Accepted _ -> List.of();
            case PolicyReading.Rejected(var errors) -> errors;
        };
    }

    /** A policy whose rules are {@code rules}. */
    private static String policyOf(String... rules) {
        return "{\"name\": \"p\", \"precedence\": 1, \"groups\": [\"default\"], \"rules\": [" + String.join(", ", rules)
                + "]}";
    }

    private static String rule(String name, String selectors) {
        return "{\"name\": \"" + name + "\", \"selectors\": [" + selectors + "],"
                + " \"steering\": {\"mode\": \"ACTIVE_STANDBY\", \"accessTechnologyTypes\": [\"E_UTRAN\"]}}";
    }

    private static String steered(String steering) {
        return "{\"name\": \"r\", \"steering\": " + steering + "}";
    }

    @Test
    void t59_voipOnLteAndBestEffortOnWlanAreRead() {
        OffloadPolicy policy = accepted(VOIP_ON_LTE);

        assertThat(policy.name()).isEqualTo(new PolicyName("default-offload"));
        assertThat(policy.enabled()).isTrue();
        assertThat(policy.precedence()).isEqualTo(100);
        assertThat(policy.groups()).containsExactly(new PolicyGroup("default"));
        assertThat(policy.rules())
                .containsExactly(
                        new SteeringRule(
                                new RuleName("voip"),
                                List.of(new TrafficSelector(
                                        HomeNetworkPrefix.ALL_ZERO,
                                        new Range(17, 17),
                                        TrafficSelector.ALL_PORTS,
                                        new Range(46, 46))),
                                new Steering(
                                        SteeringMode.ACTIVE_STANDBY,
                                        List.of(AccessTechnologyType.E_UTRAN, AccessTechnologyType.IEEE_802_11),
                                        OptionalDouble.empty())),
                        new SteeringRule(
                                new RuleName("best-effort"),
                                List.of(),
                                new Steering(
                                        SteeringMode.PRIORITY_BASED,
                                        List.of(AccessTechnologyType.IEEE_802_11, AccessTechnologyType.E_UTRAN),
                                        OptionalDouble.of(0.1))));
    }

    @Test
    void whatIsWrittenReadsBackAsTheSamePolicy() {
        OffloadPolicy policy = accepted(policyOf(
                rule("prefix", "{\"remotePrefix\": \"2001:db8:c::/64\", \"dscp\": \"AF41\"}"),
                rule("ports", "{\"protocol\": \"udp\", \"remotePorts\": \"5004-5005\"}, {\"protocol\": 47}"),
                rule("dscp", "{\"protocol\": \"esp\", \"dscp\": \"8-15\"}, {\"dscp\": \"7\"}"),
                rule("label", "{\"flowLabel\": \"0x12345\"}, {\"protocol\": \"udp\", \"flowLabel\": \"0x0-0xff\"}"),
                rule(
                        "index",
                        "{\"protocol\": \"esp\", \"spi\": \"0xc0ffee01\"},"
                                + " {\"protocol\": \"esp\", \"spi\": \"0x7fffffff-0xfffffffe\"}"),
                rule("rest", "{}")));

        assertThat(PolicyDocument.read(PolicyDocument.write(policy), Optional.empty()))
                .isEqualTo(new PolicyReading.Accepted(policy));
        assertThat(PolicyDocument.write(accepted(VOIP_ON_LTE))).isEqualTo(JSON.readValue(VOIP_ON_LTE, Map.class));
    }

    @Test
    void writesTheCanonicalForm() {
        OffloadPolicy policy = accepted(
                policyOf(
                        rule(
                                "r",
                                "{\"remotePrefix\": \"2001:0DB8:0:0::/64\", \"protocol\": 6, \"remotePorts\": \"443-443\", \"dscp\": \"46\"},"
                                        + "{\"remotePrefix\": \"::/0\", \"protocol\": 47, \"dscp\": \"0-63\"},"
                                        + "{\"protocol\": 50, \"spi\": \"0x00000100-0x100\"}, {\"protocol\": \"esp\", \"spi\": \"0x0-0xffffffff\"}")));

        assertThat(JSON.writeValueAsString(PolicyDocument.write(policy)))
                .contains(
                        "{\"remotePrefix\":\"2001:db8::/64\",\"protocol\":\"tcp\",\"remotePorts\":\"443\",\"dscp\":\"EF\"}",
                        "{\"protocol\":47}",
                        "{\"protocol\":\"esp\",\"spi\":\"0x100\"},{\"protocol\":\"esp\"}");
    }

    @Test
    void aSecurityParametersIndexHasNoSign() {
        TrafficSelector selector = accepted(
                        policyOf(rule("ipsec", "{\"protocol\": \"esp\", \"spi\": \"0x80000000-0xffffffff\"}")))
                .rules()
                .getFirst()
                .selectors()
                .getFirst();
        assertThat(selector.securityParametersIndexes()).isEqualTo(new Range(0x80000000L, 0xffffffffL));
    }

    /** Trap 24: the mobile node is the destination of what is described, so its HTTPS comes from port 443. */
    @Test
    void t59_remotePortsAreTheSourceOfDownlinkPackets() {
        TrafficSelector selector = accepted(
                        policyOf(rule("https", "{\"protocol\": \"tcp\", \"remotePorts\": \"443\"}")))
                .rules()
                .getFirst()
                .selectors()
                .getFirst();

        var server = org.flowanchor.mobility.Ipv6Address.parse("2001:db8:c::1");
        var mobileNode = org.flowanchor.mobility.Ipv6Address.parse("2001:db8:100::1");
        assertThat(selector.matches(new org.flowanchor.mobility.FiveTuple(server, mobileNode, 6, 443, 51000), 0, 0))
                .isTrue();
        assertThat(selector.matches(new org.flowanchor.mobility.FiveTuple(server, mobileNode, 6, 51000, 443), 0, 0))
                .isFalse();
    }

    @Test
    void namesOfCodePointsAreThoseOfTheirRfcs() {
        Map.of("EF", 46, "CS0", 0, "CS7", 56, "AF11", 10, "AF13", 14, "AF41", 34, "AF43", 38, "63", 63)
                .forEach((text, value) ->
                        assertThat(SelectorNotation.dscp(text)).as(text).isEqualTo(new Range(value, value)));
    }

    record Fault(String what, String json, String path, String message) {}

    @TestFactory
    Stream<DynamicTest> everyFaultIsNamedByItsPath() {
        String steering = "{\"mode\": \"ACTIVE_STANDBY\", \"accessTechnologyTypes\": [\"E_UTRAN\"]}";
        String all = "{\"name\": \"all\", \"steering\": " + steering + "}";
        return Stream.of(
                        new Fault("array", "[]", "$", "must be an object"),
                        new Fault("null", "null", "$", "must be an object"),
                        new Fault(
                                "unknown field",
                                policyOf(all).replace("\"precedence\"", "\"colour\": 1, \"precedence\""),
                                "$.colour",
                                "is not a known field"),
                        new Fault(
                                "odd field",
                                policyOf(all).replace("\"precedence\"", "\"it's\": 1, \"precedence\""),
                                "$['it\\'s']",
                                "is not a known field"),
                        new Fault("no name", policyOf(all).replace("\"name\": \"p\",", ""), "$.name", "is missing"),
                        new Fault(
                                "name of wrong type",
                                policyOf(all).replace("\"p\"", "7"),
                                "$.name",
                                "must be a string"),
                        new Fault(
                                "name with capitals", policyOf(all).replace("\"p\"", "\"P\""), "$.name", "lower case"),
                        new Fault(
                                "name too long",
                                policyOf(all).replace("\"p\"", "\"" + "p".repeat(64) + "\""),
                                "$.name",
                                "1 to 63"),
                        new Fault(
                                "name ends with hyphen",
                                policyOf(all).replace("\"p\"", "\"p-\""),
                                "$.name",
                                "ending with"),
                        new Fault(
                                "enabled of wrong type",
                                policyOf(all).replace("\"precedence\"", "\"enabled\": \"yes\", \"precedence\""),
                                "$.enabled",
                                "true or false"),
                        new Fault(
                                "no precedence",
                                policyOf(all).replace("\"precedence\": 1,", ""),
                                "$.precedence",
                                "is missing"),
                        new Fault(
                                "negative precedence",
                                policyOf(all).replace("\"precedence\": 1", "\"precedence\": -1"),
                                "$.precedence",
                                "from 0 to"),
                        new Fault(
                                "fractional precedence",
                                policyOf(all).replace("\"precedence\": 1", "\"precedence\": 1.5"),
                                "$.precedence",
                                "must be an integer"),
                        new Fault(
                                "huge precedence",
                                policyOf(all).replace("\"precedence\": 1", "\"precedence\": 99999999999999999999"),
                                "$.precedence",
                                "from 0 to"),
                        new Fault(
                                "null precedence",
                                policyOf(all).replace("\"precedence\": 1", "\"precedence\": null"),
                                "$.precedence",
                                "must be an integer"),
                        new Fault(
                                "no groups",
                                policyOf(all).replace("[\"default\"]", "[]"),
                                "$.groups",
                                "1 to 64 elements"),
                        new Fault(
                                "groups of wrong type",
                                policyOf(all).replace("[\"default\"]", "\"default\""),
                                "$.groups",
                                "must be an array"),
                        new Fault(
                                "group twice",
                                policyOf(all).replace("[\"default\"]", "[\"a\", \"b\", \"a\"]"),
                                "$.groups[2]",
                                "listed twice"),
                        new Fault(
                                "group name",
                                policyOf(all).replace("[\"default\"]", "[\"a b\"]"),
                                "$.groups[0]",
                                "lower case"),
                        new Fault("no rules", policyOf(), "$.rules", "1 to 64 elements"),
                        new Fault("rule of wrong type", policyOf("7"), "$.rules[0]", "must be an object"),
                        new Fault(
                                "rule's unknown field",
                                policyOf(all.replace("\"steering\"", "\"selector\": [], \"steering\"")),
                                "$.rules[0].selector",
                                "is not a known field"),
                        new Fault(
                                "rule without name",
                                policyOf("{\"steering\": " + steering + "}"),
                                "$.rules[0].name",
                                "is missing"),
                        new Fault(
                                "rule name twice",
                                policyOf(rule("a", "{\"protocol\": \"tcp\"}"), rule("a", "")),
                                "$.rules[1].name",
                                "already the name of $.rules[0]"),
                        new Fault(
                                "rule without steering",
                                policyOf("{\"name\": \"r\"}"),
                                "$.rules[0].steering",
                                "is missing"),
                        new Fault(
                                "selectors of wrong type",
                                policyOf("{\"name\": \"r\", \"selectors\": {}, \"steering\": " + steering + "}"),
                                "$.rules[0].selectors",
                                "must be an array"),
                        new Fault(
                                "too many selectors",
                                policyOf(rule(
                                        "r",
                                        String.join(
                                                ",",
                                                IntStream.range(0, 33)
                                                        .mapToObj(i -> "{}")
                                                        .toList()))),
                                "$.rules[0].selectors",
                                "0 to 32"),
                        new Fault(
                                "selector's unknown field",
                                policyOf(rule("r", "{\"remotePort\": \"443\"}")),
                                "$.rules[0].selectors[0].remotePort",
                                "is not a known field"),
                        new Fault(
                                "IPv4 prefix",
                                policyOf(rule("r", "{\"remotePrefix\": \"192.0.2.0/24\"}")),
                                "$.rules[0].selectors[0].remotePrefix",
                                "not an IPv6 address"),
                        new Fault(
                                "prefix with host bits",
                                policyOf(rule("r", "{\"remotePrefix\": \"2001:db8::1/64\"}")),
                                "$.rules[0].selectors[0].remotePrefix",
                                "bits set beyond"),
                        new Fault(
                                "prefix of wrong type",
                                policyOf(rule("r", "{\"remotePrefix\": null}")),
                                "$.rules[0].selectors[0].remotePrefix",
                                "must be a string"),
                        new Fault(
                                "unknown protocol",
                                policyOf(rule("r", "{\"protocol\": \"quic\"}")),
                                "$.rules[0].selectors[0].protocol",
                                "must be dccp, esp, icmpv6, sctp, tcp, udp or a number"),
                        new Fault(
                                "protocol out of range",
                                policyOf(rule("r", "{\"protocol\": 256}")),
                                "$.rules[0].selectors[0].protocol",
                                "from 0 to 255"),
                        new Fault(
                                "ports without protocol",
                                policyOf(rule("r", "{\"remotePorts\": \"443\"}")),
                                "$.rules[0].selectors[0].remotePorts",
                                "needs a protocol"),
                        new Fault(
                                "ports of ESP",
                                policyOf(rule("r", "{\"protocol\": \"esp\", \"remotePorts\": \"443\"}")),
                                "$.rules[0].selectors[0].remotePorts",
                                "needs a protocol"),
                        new Fault(
                                "port too large",
                                policyOf(rule("r", "{\"protocol\": \"tcp\", \"remotePorts\": \"65536\"}")),
                                "$.rules[0].selectors[0].remotePorts",
                                "within 0-65535"),
                        new Fault(
                                "ports reversed",
                                policyOf(rule("r", "{\"protocol\": \"tcp\", \"remotePorts\": \"2-1\"}")),
                                "$.rules[0].selectors[0].remotePorts",
                                "begins after"),
                        new Fault(
                                "ports as a number",
                                policyOf(rule("r", "{\"protocol\": \"tcp\", \"remotePorts\": 443}")),
                                "$.rules[0].selectors[0].remotePorts",
                                "must be a string"),
                        new Fault(
                                "unknown code point",
                                policyOf(rule("r", "{\"dscp\": \"AF14\"}")),
                                "$.rules[0].selectors[0].dscp",
                                "must be EF"),
                        new Fault(
                                "code point too large",
                                policyOf(rule("r", "{\"protocol\": \"udp\"}, {\"dscp\": \"64\"}")),
                                "$.rules[0].selectors[1].dscp",
                                "within 0-63"),
                        new Fault(
                                "flow label too large",
                                policyOf(rule("r", "{\"flowLabel\": \"0x100000\"}")),
                                "$.rules[0].selectors[0].flowLabel",
                                "from 0x0 to 0xfffff"),
                        new Fault(
                                "flow labels reversed",
                                policyOf(rule("r", "{\"flowLabel\": \"0x2-0x1\"}")),
                                "$.rules[0].selectors[0].flowLabel",
                                "begins after"),
                        new Fault(
                                "index too large",
                                policyOf(rule("r", "{\"protocol\": \"esp\", \"spi\": \"0x100000000\"}")),
                                "$.rules[0].selectors[0].spi",
                                "from 0x0 to 0xffffffff"),
                        new Fault(
                                "index in decimal",
                                policyOf(rule("r", "{\"protocol\": \"esp\", \"spi\": \"256\"}")),
                                "$.rules[0].selectors[0].spi",
                                "from 0x0 to 0xffffffff"),
                        new Fault(
                                "indexes reversed",
                                policyOf(rule("r", "{\"protocol\": \"esp\", \"spi\": \"0xffffffff-0x1\"}")),
                                "$.rules[0].selectors[0].spi",
                                "begins after"),
                        new Fault(
                                "index without protocol",
                                policyOf(rule("r", "{\"spi\": \"0x100\"}")),
                                "$.rules[0].selectors[0].spi",
                                "needs protocol esp"),
                        new Fault(
                                "index of UDP, which has ports",
                                policyOf(rule(
                                        "r", "{\"protocol\": \"udp\", \"remotePorts\": \"4500\", \"spi\": \"0x100\"}")),
                                "$.rules[0].selectors[0].spi",
                                "needs protocol esp"),
                        new Fault(
                                "index of AH",
                                policyOf(rule("r", "{\"protocol\": 51, \"spi\": \"0x100\"}")),
                                "$.rules[0].selectors[0].spi",
                                "needs protocol esp"),
                        new Fault(
                                "index of an unreadable protocol",
                                policyOf(rule("r", "{\"protocol\": \"ipsec\", \"spi\": \"0x100\"}")),
                                "$.rules[0].selectors[0].protocol",
                                "must be dccp, esp"),
                        new Fault(
                                "ports beside an index",
                                policyOf(rule(
                                        "r", "{\"protocol\": \"esp\", \"remotePorts\": \"4500\", \"spi\": \"0x100\"}")),
                                "$.rules[0].selectors[0].remotePorts",
                                "needs a protocol that has ports"),
                        new Fault(
                                "rule behind one with more indexes",
                                policyOf(
                                        rule("wide", "{\"protocol\": \"esp\", \"spi\": \"0x80000000-0xffffffff\"}"),
                                        rule("late", "{\"protocol\": \"esp\", \"spi\": \"0xc0ffee01\"}")),
                                "$.rules[1]",
                                "can never match"),
                        new Fault(
                                "no mode",
                                policyOf(steered("{\"accessTechnologyTypes\": [\"E_UTRAN\"]}")),
                                "$.rules[0].steering.mode",
                                "is missing"),
                        new Fault(
                                "mode not offered",
                                policyOf(
                                        steered("{\"mode\": \"REDUNDANT\", \"accessTechnologyTypes\": [\"E_UTRAN\"]}")),
                                "$.rules[0].steering.mode",
                                "ACTIVE_STANDBY or PRIORITY_BASED"),
                        new Fault(
                                "no accesses",
                                policyOf(steered("{\"mode\": \"ACTIVE_STANDBY\"}")),
                                "$.rules[0].steering.accessTechnologyTypes",
                                "is missing"),
                        new Fault(
                                "empty accesses",
                                policyOf(steered("{\"mode\": \"ACTIVE_STANDBY\", \"accessTechnologyTypes\": []}")),
                                "$.rules[0].steering.accessTechnologyTypes",
                                "1 to 255"),
                        new Fault(
                                "unknown access",
                                policyOf(
                                        steered(
                                                "{\"mode\": \"ACTIVE_STANDBY\", \"accessTechnologyTypes\": [\"E_UTRAN\", \"WIFI\"]}")),
                                "$.rules[0].steering.accessTechnologyTypes[1]",
                                "not an access technology type: WIFI"),
                        new Fault(
                                "access twice",
                                policyOf(
                                        steered(
                                                "{\"mode\": \"ACTIVE_STANDBY\", \"accessTechnologyTypes\": [\"E_UTRAN\", \"ATT_8\"]}")),
                                "$.rules[0].steering.accessTechnologyTypes[1]",
                                "listed twice"),
                        new Fault(
                                "threshold of other mode",
                                policyOf(
                                        steered(
                                                "{\"mode\": \"ACTIVE_STANDBY\", \"accessTechnologyTypes\": [\"E_UTRAN\"], \"packetLossRatioThreshold\": 0.1}")),
                                "$.rules[0].steering.packetLossRatioThreshold",
                                "only for mode PRIORITY_BASED"),
                        new Fault(
                                "threshold 1",
                                policyOf(
                                        steered(
                                                "{\"mode\": \"PRIORITY_BASED\", \"accessTechnologyTypes\": [\"E_UTRAN\"], \"packetLossRatioThreshold\": 1}")),
                                "$.rules[0].steering.packetLossRatioThreshold",
                                "above 0 and below 1"),
                        new Fault(
                                "threshold 0",
                                policyOf(
                                        steered(
                                                "{\"mode\": \"PRIORITY_BASED\", \"accessTechnologyTypes\": [\"E_UTRAN\"], \"packetLossRatioThreshold\": 0}")),
                                "$.rules[0].steering.packetLossRatioThreshold",
                                "above 0 and below 1"),
                        new Fault(
                                "rule behind match-all",
                                policyOf(all, rule("late", "{\"protocol\": \"tcp\"}")),
                                "$.rules[1]",
                                "can never match"))
                .map(fault -> DynamicTest.dynamicTest(
                        fault.what(),
                        () -> assertThat(errors(read(fault.json())))
                                .singleElement()
                                .satisfies(error -> {
                                    assertThat(error.path()).isEqualTo(fault.path());
                                    assertThat(error.message()).contains(fault.message());
                                })));
    }

    @Test
    void namesAllFaultsAtOnce() {
        List<DocumentError> errors = errors(read("""
                {"nam": "p", "enabled": 1, "precedence": "1", "groups": ["a", "A"],
                 "rules": [
                  {"name": "r", "selectors": [{"remotePorts": "443"}, {"dscp": "XX", "protocol": -1}], "steering": {}},
                  {"name": "r", "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": [8]}}]}
                """));

        assertThat(errors.stream().map(DocumentError::path))
                .containsExactlyInAnyOrder(
                        "$.nam",
                        "$.name",
                        "$.enabled",
                        "$.precedence",
                        "$.groups[1]",
                        "$.rules[0].selectors[0].remotePorts",
                        "$.rules[0].selectors[1].protocol",
                        "$.rules[0].selectors[1].dscp",
                        "$.rules[0].steering.mode",
                        "$.rules[0].steering.accessTechnologyTypes",
                        "$.rules[1].name",
                        "$.rules[1].steering.accessTechnologyTypes[0]");
    }

    @Test
    void whatTheServiceKeepsIsIgnoredInDocuments() {
        assertThat(accepted(VOIP_ON_LTE.replace(
                        "\"enabled\"", "\"revision\": 9, \"createdAt\": \"x\", \"updatedAt\": null, \"enabled\"")))
                .isEqualTo(accepted(VOIP_ON_LTE));
    }

    @Test
    void theAddressedNameMayBeLeftOutButNotContradicted() {
        Object named = JSON.readValue(VOIP_ON_LTE, Object.class);
        Object unnamed = JSON.readValue(VOIP_ON_LTE.replace("\"name\": \"default-offload\",", ""), Object.class);

        assertThat(PolicyDocument.read(unnamed, Optional.of("default-offload")))
                .isEqualTo(new PolicyReading.Accepted(accepted(VOIP_ON_LTE)));
        assertThat(errors(PolicyDocument.read(named, Optional.of("other"))))
                .containsExactly(new DocumentError("$.name", "must be the name in the path, other"));
        assertThat(errors(PolicyDocument.read(unnamed, Optional.of("Other"))))
                .singleElement()
                .extracting(DocumentError::path)
                .isEqualTo("$.name");
    }
}
