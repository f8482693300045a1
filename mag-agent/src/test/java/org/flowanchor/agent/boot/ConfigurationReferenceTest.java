package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The operators' page of keys and defaults, and the example that is installed. */
class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "operations", "configuration.md");
    private static final Path EXAMPLE = Path.of("src", "packaging", "agent.example.yaml");
    private static final Path SOURCES = Path.of("src", "main", "java", "org", "flowanchor", "agent", "boot");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([^|]+) \\| [^|]+ \\|");
    private static final Pattern KEY_ASKED_FOR = Pattern.compile(
            "\\b(?:text|integer|list|object|optional|optionalText|value|oneOrMore|addresses)\\(\\s*(?:\\w+, )?\"(\\w+)\"");

    /** Each key that an anchor's agent knows, one a line. */
    private static final String ANCHOR = """
            role: anchor
            lmaAddress: 2001:db8:b::1
            backhaulInterface: b0
            pools: ["2001:db8:100::/40"]
            services:
              binding: "[fd00::1]:9091"
              flow: "[fd00::1]:9092"
            operations:
              address: "::1"
              port: 9464
              socket: /run/a.sock
            tls:
              certificate: /a
              privateKey: /b
              authorities: /c
            reconcileSeconds: 7
            maxFlowSamples: 7
            trackedConnections: 70000
            gatewayProbes:
              intervalMillis: 777
              misses: 7
              wireIntervalSeconds: 77
            kernel:
              markMask: 0x3fff
              congestionMark: 0x80000
              rulePriorityOffset: 7
              routingTableOffset: 7
              routeProtocol: 77
              nftablesTable: seven
              devicePrefix: seven
            signalling:
              protection: ipsec
              ipv4Address: 192.0.2.1
            """;

    /** As above, an access gateway's. */
    private static final String ACCESS = """
            role: access
            lmaAddress: 2001:db8:b::1
            backhaulInterface: b0
            proxyCareOfAddress: 2001:db8:b::11
            accessTechnologyType: IEEE_802_11
            accessLinks:
              - interface: a0
                capacityBitsPerSecond: 10000000
            mobileNodes:
              - linkLayerIdentifier: "02:00:00:00:00:01"
                mobileNodeIdentifier: "mn1@example.net"
            bindingLifetimeSeconds: 280
            attachHandoffIndicator: 1
            presenceSeconds: 77
            services:
              binding: "[fd00::1]:9091"
              flow: "[fd00::1]:9092"
            operations:
              address: "::1"
              port: 9464
              socket: /run/a.sock
            tls:
              certificate: /a
              privateKey: /b
              authorities: /c
            reconcileSeconds: 7
            signalling:
              protection: ipsec
              profile: lenient
              heartbeatSeconds: 77
            """;

    private static Map<String, String> documented() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, String> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(page.substring(page.indexOf("\n## mag-agent\n")));
        while (row.find()) {
            assertThat(rows.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
        }
        return rows;
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** Every part of a key: sections are asked for, too. */
    private static Set<String> parts(Set<String> keys) {
        Set<String> parts = new TreeSet<>();
        keys.forEach(key -> parts.addAll(Set.of(key.replace("[]", "").split("\\."))));
        return parts;
    }

    @Test
    void everyKeyThatIsReadIsOnThePageAndNoOther() throws IOException {
        Set<String> asked = new TreeSet<>();
        try (Stream<Path> sources = Files.list(SOURCES)) {
            for (Path source : sources.toList()) {
                String text = Files.readString(source);
                if (text.contains("ConfigurationNode")) {
                    KEY_ASKED_FOR.matcher(text).results().forEach(found -> asked.add(found.group(1)));
                }
            }
        }
        assertThat(asked).contains("role", "gatewayProbes", "intervalMillis");
        assertThat(parts(documented().keySet())).isEqualTo(asked);
    }

    @Test
    void bothRolesTogetherKnowEveryKeyOfThePage() throws Exception {
        ConfigurationReader.parse("anchor.yaml", ANCHOR);
        ConfigurationReader.parse("access.yaml", ACCESS);
        assertThat(documented().keySet())
                .allSatisfy(key -> assertThat(ANCHOR + ACCESS).containsPattern("(?m)^[ -]*" + last(key) + ":"));
    }

    @TestFactory
    Stream<DynamicTest> aKeyThatIsLeftOutHasTheDefaultOfThePage() throws IOException {
        Map<String, String> defaults = documented();
        defaults.values().removeIf(value -> value.equals("-"));
        assertThat(defaults).isNotEmpty();
        return defaults.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    Pattern line = Pattern.compile("(?m)^( *)" + last(row.getKey()) + ": .*\n");
                    String file = line.matcher(ANCHOR).find() ? ANCHOR : ACCESS;
                    AgentConfiguration said = ConfigurationReader.parse(
                            "said.yaml",
                            line.matcher(file).replaceAll("$1" + last(row.getKey()) + ": " + row.getValue() + "\n"));
                    AgentConfiguration leftOut = ConfigurationReader.parse(
                            "leftOut.yaml", line.matcher(file).replaceAll(""));
                    assertThat(leftOut).isEqualTo(said);
                    assertThat(ConfigurationReader.parse("other.yaml", file)).isNotEqualTo(said);
                }));
    }

    @Test
    void theInstalledExampleIsReadAsItStands() throws Exception {
        assertThat(ConfigurationReader.read(EXAMPLE).role()).isInstanceOf(AgentConfiguration.Access.class);
    }
}
