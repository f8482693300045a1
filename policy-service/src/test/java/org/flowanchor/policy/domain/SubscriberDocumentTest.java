package org.flowanchor.policy.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

class SubscriberDocumentTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static SubscriberReading read(String json, String... addressed) {
        return SubscriberDocument.read(
                JSON.readValue(json, Object.class), Stream.of(addressed).findFirst());
    }

    private static SubscriberProfile accepted(String json, String... addressed) {
        return switch (read(json, addressed)) {
            case SubscriberReading.Accepted(SubscriberProfile profile) -> profile;
            case SubscriberReading.Rejected(var errors) -> throw new AssertionError(errors.toString());
        };
    }

    private static String with(String field) {
        return "{\"mobileNodeIdentifier\": \"mn1\", \"policyGroup\": \"default\", " + field + "}";
    }

    @Test
    void everyFieldIsRead() {
        SubscriberProfile profile = accepted("""
                {"mobileNodeIdentifier": "mn1@operator.example", "policyGroup": "gold", "proxyRegistrationEnabled": false,
                 "allowedAccessTechnologyTypes": ["E_UTRAN", "IEEE_802_11"], "prefixModel": "HYBRID",
                 "staticPrefixes": ["2001:db8:1::/64"], "hostModel": "WEAK", "decisionAuthority": "MOBILE_NODE",
                 "serviceSelections": ["internet", "ims"], "linkLayerIdentifiers": ["02:00:00:00:00:0A", "02:00:00:00:00:01"],
                 "authorizedGateways": ["2001:db8:a::1"]}
                """);

        assertThat(profile.mobileNodeIdentifier()).isEqualTo(new MobileNodeIdentifier("mn1@operator.example"));
        assertThat(profile.policyGroup()).isEqualTo(new PolicyGroup("gold"));
        assertThat(profile.proxyRegistrationEnabled()).isFalse();
        assertThat(profile.allowedAccessTechnologyTypes())
                .containsExactly(AccessTechnologyType.IEEE_802_11, AccessTechnologyType.E_UTRAN);
        assertThat(profile.prefixModel()).isEqualTo(PrefixModel.HYBRID);
        assertThat(profile.staticPrefixes()).containsExactly(HomeNetworkPrefix.parse("2001:db8:1::/64"));
        assertThat(profile.hostModel()).isEqualTo(HostModel.WEAK);
        assertThat(profile.decisionAuthority()).isEqualTo(DecisionAuthority.MOBILE_NODE);
        assertThat(profile.serviceSelections())
                .containsExactly(new ServiceSelection("ims"), new ServiceSelection("internet"));
        assertThat(profile.linkLayerIdentifiers())
                .containsExactly(
                        LinkLayerIdentifier.parse("02:00:00:00:00:01"), LinkLayerIdentifier.parse("02:00:00:00:00:0a"));
        assertThat(profile.authorizedGateways()).containsExactly(ProxyCareOfAddress.parse("2001:db8:a::1"));
    }

    @Test
    void whatIsLeftOutRestrictsNothing() {
        SubscriberProfile profile = accepted("{\"policyGroup\": \"default\"}", "mn1");

        assertThat(profile)
                .isEqualTo(new SubscriberProfile(
                        new MobileNodeIdentifier("mn1"),
                        new PolicyGroup("default"),
                        true,
                        new TreeSet<>(),
                        PrefixModel.SHARED,
                        new TreeSet<>(),
                        HostModel.LIF,
                        DecisionAuthority.NETWORK,
                        new TreeSet<>(),
                        new TreeSet<>(),
                        new TreeSet<>()));
    }

    @Test
    void t93_aStrongHostGetsPrefixesOfEachSessionsOwn() {
        assertThat(accepted(with("\"hostModel\": \"STRONG\"")).prefixModel()).isEqualTo(PrefixModel.UNIQUE);
        assertThat(accepted(with("\"hostModel\": \"STRONG\", \"prefixModel\": \"UNIQUE\""))
                        .prefixModel())
                .isEqualTo(PrefixModel.UNIQUE);
    }

    @Test
    void whatTheServiceKeepsIsIgnored() {
        assertThat(accepted(with("\"revision\": 7, \"createdAt\": \"x\", \"updatedAt\": null")))
                .isEqualTo(accepted(with("\"prefixModel\": \"SHARED\"")));
    }

    private record Fault(String document, String path, String message) {}

    @TestFactory
    Stream<DynamicTest> everyFaultIsToldWithItsPath() {
        return Stream.of(
                        new Fault("[]", "$", "must be an object"),
                        new Fault("{\"policyGroup\": \"g\"}", "$.mobileNodeIdentifier", "is missing"),
                        new Fault("{\"mobileNodeIdentifier\": \"m\"}", "$.policyGroup", "is missing"),
                        new Fault(
                                "{\"mobileNodeIdentifier\": \"a/b\", \"policyGroup\": \"g\"}",
                                "$.mobileNodeIdentifier",
                                "'/'"),
                        new Fault(
                                "{\"mobileNodeIdentifier\": 5, \"policyGroup\": \"g\"}",
                                "$.mobileNodeIdentifier",
                                "must be a string"),
                        new Fault(
                                "{\"mobileNodeIdentifier\": \"m\", \"policyGroup\": \"Gold\"}",
                                "$.policyGroup",
                                "lower case"),
                        new Fault(with("\"color\": 1"), "$.color", "is not a known field"),
                        new Fault(
                                with("\"proxyRegistrationEnabled\": 1"), "$.proxyRegistrationEnabled", "true or false"),
                        new Fault(
                                with("\"allowedAccessTechnologyTypes\": [\"WIFI\"]"),
                                "$.allowedAccessTechnologyTypes[0]",
                                "not an access technology type"),
                        new Fault(
                                with("\"allowedAccessTechnologyTypes\": [\"E_UTRAN\", \"ATT_8\"]"),
                                "$.allowedAccessTechnologyTypes[1]",
                                "is listed twice"),
                        new Fault(with("\"prefixModel\": \"shared\""), "$.prefixModel", "SHARED, UNIQUE, HYBRID"),
                        new Fault(with("\"hostModel\": \"LOGICAL\""), "$.hostModel", "LIF, WEAK, STRONG"),
                        new Fault(
                                with("\"decisionAuthority\": \"BOTH\""), "$.decisionAuthority", "NETWORK, MOBILE_NODE"),
                        new Fault(
                                with("\"hostModel\": \"STRONG\", \"prefixModel\": \"SHARED\""),
                                "$.prefixModel",
                                "must be UNIQUE"),
                        new Fault(
                                with("\"hostModel\": \"STRONG\", \"prefixModel\": \"HYBRID\""),
                                "$.prefixModel",
                                "must be UNIQUE"),
                        new Fault(
                                with("\"staticPrefixes\": [\"2001:db8::1/64\"]"),
                                "$.staticPrefixes[0]",
                                "beyond its prefix length"),
                        new Fault(
                                with("\"staticPrefixes\": [\"::/64\"]"), "$.staticPrefixes[0]", "asks for any prefix"),
                        new Fault(
                                with("\"staticPrefixes\": [\"ff00::/64\"]"), "$.staticPrefixes[0]", "routable unicast"),
                        new Fault(
                                with("\"staticPrefixes\": [\"2001:db8::/56\", \"2001:db8:0:1::/64\"]"),
                                "$.staticPrefixes[1]",
                                "overlaps 2001:db8::/56"),
                        new Fault(
                                with("\"staticPrefixes\": [\"2001:db8::/64\", \"2001:db8::/64\"]"),
                                "$.staticPrefixes[1]",
                                "is listed twice"),
                        new Fault(with("\"serviceSelections\": [\"\"]"), "$.serviceSelections[0]", "1..255 octets"),
                        new Fault(
                                with("\"linkLayerIdentifiers\": [\"0200\"]"),
                                "$.linkLayerIdentifiers[0]",
                                "not a link-layer identifier"),
                        new Fault(
                                with("\"authorizedGateways\": [\"fe80::1\"]"),
                                "$.authorizedGateways[0]",
                                "routable unicast"),
                        new Fault(with("\"authorizedGateways\": \"x\""), "$.authorizedGateways", "must be an array"))
                .map(fault -> DynamicTest.dynamicTest(fault.path() + " " + fault.message(), () -> {
                    assertThat(read(fault.document())).isInstanceOf(SubscriberReading.Rejected.class);
                    assertThat(((SubscriberReading.Rejected) read(fault.document())).errors())
                            .singleElement()
                            .satisfies(error -> {
                                assertThat(error.path()).isEqualTo(fault.path());
                                assertThat(error.message()).contains(fault.message());
                            });
                }));
    }

    @Test
    void allFaultsAreToldAtOnce() {
        SubscriberReading reading = read("""
                {"mobileNodeIdentifier": "", "policyGroup": "-", "hostModel": 1, "authorizedGateways": ["x", "2001:db8::1"]}
                """);
        assertThat(((SubscriberReading.Rejected) reading).errors())
                .extracting(DocumentError::path)
                .containsExactly("$.mobileNodeIdentifier", "$.policyGroup", "$.hostModel", "$.authorizedGateways[0]");
    }

    @Test
    void aDocumentMustNotContradictItsAddress() {
        assertThat(((SubscriberReading.Rejected) read(with("\"revision\": 1"), "mn2")).errors())
                .containsExactly(new DocumentError("$.mobileNodeIdentifier", "must be the name in the path, mn2"));
        assertThat(((SubscriberReading.Rejected) read("{\"policyGroup\": \"g\"}", "a/b")).errors())
                .extracting(DocumentError::path)
                .containsExactly("$.mobileNodeIdentifier");
    }

    @Test
    void listsHaveABound() {
        List<String> gateways = IntStream.rangeClosed(1, SubscriberDocument.MAX_GATEWAYS + 1)
                .mapToObj(i -> "\"2001:db8::" + Integer.toHexString(i) + "\"")
                .toList();
        assertThat(((SubscriberReading.Rejected) read(with("\"authorizedGateways\": " + gateways))).errors())
                .containsExactly(new DocumentError("$.authorizedGateways", "must have 0 to 256 elements, not 257"));
    }

    /** Seeded: what a document says survives, and the order in which it says it does not count. */
    @Test
    void whatIsWrittenIsReadBack() {
        Random random = new Random(13);
        for (int i = 0; i < 500; i++) {
            SubscriberProfile profile = profile(random, "mn" + i);
            Object tree = JSON.readValue(JSON.writeValueAsString(SubscriberDocument.write(profile)), Object.class);
            assertThat(SubscriberDocument.read(tree, Optional.empty()))
                    .isEqualTo(new SubscriberReading.Accepted(profile));
        }
    }

    private static SubscriberProfile profile(Random random, String name) {
        TreeSet<AccessTechnologyType> accesses = new TreeSet<>();
        TreeSet<HomeNetworkPrefix> prefixes = new TreeSet<>();
        TreeSet<ServiceSelection> services = new TreeSet<>();
        TreeSet<LinkLayerIdentifier> interfaces = new TreeSet<>();
        TreeSet<ProxyCareOfAddress> gateways = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            accesses.add(new AccessTechnologyType(random.nextInt(256)));
            prefixes.add(HomeNetworkPrefix.containing(
                    new Ipv6Address(0x20010db8_00000000L | random.nextInt(1 << 20), random.nextLong()), 64));
            services.add(new ServiceSelection("service " + random.nextInt(100)));
            byte[] octets = new byte[1 + random.nextInt(8)];
            random.nextBytes(octets);
            interfaces.add(LinkLayerIdentifier.of(octets));
            gateways.add(new ProxyCareOfAddress(new Ipv6Address(0x20010db8_00000000L, random.nextLong())));
        }
        HostModel host = HostModel.values()[random.nextInt(3)];
        return new SubscriberProfile(
                new MobileNodeIdentifier(name),
                new PolicyGroup("g" + random.nextInt(5)),
                random.nextBoolean(),
                accesses,
                host == HostModel.STRONG ? PrefixModel.UNIQUE : PrefixModel.values()[random.nextInt(3)],
                prefixes,
                host,
                DecisionAuthority.values()[random.nextInt(2)],
                services,
                interfaces,
                gateways);
    }

    @Test
    void aProfileThatContradictsItselfIsNone() {
        List<Runnable> contradictions = new ArrayList<>();
        TreeSet<HomeNetworkPrefix> overlapping = new TreeSet<>(
                List.of(HomeNetworkPrefix.parse("2001:db8::/56"), HomeNetworkPrefix.parse("2001:db8:0:ff::/64")));
        contradictions.add(() -> profile(PrefixModel.SHARED, HostModel.STRONG, new TreeSet<>()));
        contradictions.add(() -> profile(PrefixModel.SHARED, HostModel.LIF, overlapping));
        assertThat(contradictions)
                .allSatisfy(
                        contradiction -> assertThatIllegalArgumentException().isThrownBy(contradiction::run));
    }

    private static SubscriberProfile profile(PrefixModel model, HostModel host, TreeSet<HomeNetworkPrefix> prefixes) {
        return new SubscriberProfile(
                new MobileNodeIdentifier("mn"),
                new PolicyGroup("g"),
                true,
                new TreeSet<>(),
                model,
                prefixes,
                host,
                DecisionAuthority.NETWORK,
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>());
    }
}
