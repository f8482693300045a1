package org.flowanchor.policy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.policy.chart.Manifests.named;
import static org.flowanchor.policy.chart.Manifests.ofKind;
import static org.flowanchor.policy.chart.Manifests.rendered;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class AgentsOfTheChartTest {
    private static final Path PACKAGING = Path.of("..", "mag-agent", "src", "packaging");

    private static String gateways(String config) {
        return "agent: {enabled: true, gateways: [{name: g, nodeSelector: {a: b}, config: {" + config + "}}]}";
    }

    private static JsonNode container(List<JsonNode> documents) {
        return named(documents, "DaemonSet", "flowanchor-agent-anchor-1").at("/spec/template/spec/containers/0");
    }

    private static String variable(JsonNode container, String name) {
        for (JsonNode variable : container.get("env")) {
            if (variable.get("name").asString().equals(name)) {
                return variable.get("value").asString();
            }
        }
        throw new AssertionError("no variable " + name);
    }

    private static String only(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    @Test
    void itsVirtualMachineIsThatOfThePackagedCommand() throws IOException {
        String command = Files.readString(PACKAGING.resolve("mag-agent"));
        List<String> packaged = Stream.of(
                        only(command, "exec \"\\$java\" (.*?) \"\\$@\"").split("[\\s\\\\]+"))
                .toList();
        JsonNode container = container(rendered(HelmChartTest.FULL));
        assertThat(List.of(variable(container, "JAVA_TOOL_OPTIONS").split(" ")))
                .isEqualTo(packaged)
                .contains("-XX:+ExitOnOutOfMemoryError");
        assertThat(command).contains("MALLOC_ARENA_MAX:-" + variable(container, "MALLOC_ARENA_MAX") + "}");
    }

    @Test
    void itHasTheMemoryOfThePackagedUnit() throws IOException {
        String unit = Files.readString(PACKAGING.resolve("mag-agent.service"));
        JsonNode resources = container(rendered(HelmChartTest.FULL)).get("resources");
        assertThat(resources.at("/limits/memory").asString()).isEqualTo(only(unit, "MemoryMax=(\\d+M)") + "i");
        assertThat(resources.at("/requests/memory").asString()).isEqualTo(only(unit, "MemoryHigh=(\\d+M)") + "i");
    }

    @Test
    void itsControlSocketIsWhereTheCommandLineLooks() throws IOException {
        String directory =
                only(Files.readString(PACKAGING.resolve("agent.example.yaml")), "socket: (/[^,}]+)/[^/,}]+\\}");
        JsonNode agent = named(rendered(HelmChartTest.FULL), "DaemonSet", "flowanchor-agent-anchor-1");
        JsonNode mounts = agent.at("/spec/template/spec/containers/0/volumeMounts");
        JsonNode mount = StreamSupport.stream(mounts.spliterator(), false)
                .filter(one -> one.get("mountPath").asString().equals(directory))
                .findFirst()
                .orElseThrow();
        assertThat(mount.path("readOnly").asBoolean(false)).isFalse();
        assertThat(agent.at("/spec/template/spec/volumes")).anySatisfy(volume -> {
            assertThat(volume.get("name")).isEqualTo(mount.get("name"));
            assertThat(volume.has("emptyDir")).isTrue();
        });
    }

    @Test
    void itsMetricsAreScraped() throws IOException {
        List<JsonNode> documents = rendered(HelmChartTest.FULL);
        List<JsonNode> agents = ofKind(documents, "DaemonSet").toList();
        assertThat(agents).isNotEmpty();
        for (JsonNode agent : agents) {
            JsonNode monitor =
                    named(documents, "PodMonitor", agent.at("/metadata/name").asString());
            assertThat(monitor.at("/spec/selector/matchLabels")).isEqualTo(agent.at("/spec/selector/matchLabels"));
            assertThat(monitor.at("/spec/podMetricsEndpoints/0/port").asString())
                    .isEqualTo(agent.at("/spec/template/spec/containers/0/ports/0/name")
                            .asString());
            assertThat(monitor.at("/spec/podMetricsEndpoints/0/path").asString())
                    .isEqualTo("/metrics");
            assertThat(monitor.at("/metadata/labels/release").asString()).isEqualTo("prometheus");
        }
        assertThat(ofKind(rendered(HelmChartTest.FULL), "PodMonitor")).hasSameSizeAs(agents);
        assertThat(ofKind(rendered(gateways(ANCHOR)), "PodMonitor")).isEmpty();
    }

    private static final String ANCHOR =
            "role: anchor, lmaAddress: '2001:db8:a::1', operations: {address: '::', port: 9464}";

    @TestFactory
    Stream<DynamicTest> whatCouldNeverWorkIsRefused() {
        return Map.of(
                        "role: anchor, operations: {address: '::', port: 9464}",
                        "g, an anchor, has no config.lmaAddress",
                        "role: access, operations: {address: '::', port: 9464}",
                        "g, an access gateway, has no config.proxyCareOfAddress",
                        "role: anchor, lmaAddress: '2001:db8:a::1'",
                        "operations.port must be agent.operationsPort, 9464",
                        "role: anchor, lmaAddress: '2001:db8:a::1', operations: {address: '::', port: 9999}",
                        "operations.port must be agent.operationsPort, 9464",
                        "role: anchor, lmaAddress: '2001:db8:a::1', operations: {port: 9464}",
                        "operations.address must be one that the kubelet reaches",
                        "role: anchor, lmaAddress: '2001:db8:a::1', operations: {address: '::1', port: 9464}",
                        "operations.address must be one that the kubelet reaches",
                        "role: anchor, lmaAddress: '2001:db8:a::1', operations: {address: 127.0.0.1, port: 9464}",
                        "operations.address must be one that the kubelet reaches")
                .entrySet()
                .stream()
                .map(fault -> DynamicTest.dynamicTest(
                        fault.getKey(),
                        () -> assertThatThrownBy(() -> rendered(gateways(fault.getKey())))
                                .hasMessageContaining(fault.getValue())));
    }

    @Test
    void aPortOfOnesOwnIsTheSameEverywhere() throws IOException {
        List<JsonNode> documents = rendered("""
                agent:
                  enabled: true
                  operationsPort: 9999
                  gateways:
                    - name: anchor-1
                      nodeSelector: {a: b}
                      config: {role: anchor, lmaAddress: "2001:db8:a::1", operations: {address: "::", port: 9999}}
                """);
        assertThat(container(documents).at("/ports/0/containerPort").asInt()).isEqualTo(9999);
    }
}
