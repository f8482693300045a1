package org.flowanchor.policy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.policy.chart.Manifests.CHART;
import static org.flowanchor.policy.chart.Manifests.notes;
import static org.flowanchor.policy.chart.Manifests.ofKind;
import static org.flowanchor.policy.chart.Manifests.rendered;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the chart's README and notes say is what it renders. */
class DocumentsOfTheChartTest {
    private static String readme() throws IOException {
        return Files.readString(CHART.resolve("README.md"));
    }

    private static String firstExample() throws IOException {
        String readme = readme();
        int begin = readme.indexOf("```yaml") + "```yaml".length();
        return readme.substring(begin, readme.indexOf("```", begin));
    }

    /** Secrets that pods mount or read. */
    private static Set<String> secretsOf(List<JsonNode> documents) {
        Set<String> wanted = new TreeSet<>();
        Stream.concat(ofKind(documents, "Deployment"), ofKind(documents, "DaemonSet"))
                .forEach(workload -> {
                    JsonNode pod = workload.at("/spec/template/spec");
                    pod.get("volumes").forEach(volume -> {
                        if (volume.has("secret")) {
                            wanted.add(volume.at("/secret/secretName").asString());
                        }
                    });
                    pod.at("/containers/0/env").forEach(variable -> {
                        JsonNode secret = variable.at("/valueFrom/secretKeyRef/name");
                        if (!secret.isMissingNode()) {
                            wanted.add(secret.asString());
                        }
                    });
                });
        return wanted;
    }

    @Test
    void theSmallestExampleIsEnoughToStart() throws IOException {
        String example = firstExample();
        JsonNode configured =
                JsonMapper.shared().valueToTree(new Yaml().load(example)).at("/bindingService/config/flowanchor");
        assertThat(configured.get("anchors")).isNotEmpty().allMatch(anchor -> anchor.has("lmaAddress"));
        assertThat(configured.get("gateways")).isNotEmpty().allMatch(gateway -> gateway.has("proxyCareOfAddress"));

        List<JsonNode> documents = rendered(example);
        Set<String> there = new HashSet<>();
        ofKind(documents, "Certificate")
                .forEach(certificate ->
                        there.add(certificate.at("/spec/secretName").asString()));
        ofKind(documents, "Secret")
                .forEach(secret -> there.add(secret.at("/metadata/name").asString()));
        List<String> before = new ArrayList<>();
        readme().lines()
                .filter(line -> line.startsWith("kubectl create secret"))
                .forEach(line -> before.addAll(List.of(line.split(" "))));
        there.addAll(before);
        assertThat(there).containsAll(secretsOf(documents));
        assertThat(notes(example)).doesNotContain("NOTE", "WARNING");
    }

    @Test
    void everySecretThatPodsWaitForIsNamed() throws IOException {
        String values = HelmChartTest.FULL.replace("certManager: {enabled: true", "certManager: {enabled: false");
        Set<String> wanted = secretsOf(rendered(values));
        assertThat(wanted).contains("flowanchor-policy-service-tls", "own", "wlan-certificate");
        wanted.remove("databases");
        assertThat(notes(values))
                .contains(wanted)
                .contains("flowanchor://anchor/2001:db8:a::1", "flowanchor://agent/2001:db8:b::11");
        assertThat(notes(HelmChartTest.FULL)).doesNotContain("pods wait for these secrets");
    }

    @Test
    void whatIsMissingInTheConfigurationOfAnchorsIsTold() throws IOException {
        assertThat(notes("{}")).contains("does not start without an anchor");
        assertThat(notes("bindingService: {config: {flowanchor: {anchors: [{lmaAddress: '2001:db8:a::1'}]}}}"))
                .contains("every registration is refused with status 154")
                .doesNotContain("does not start without an anchor");
    }

    @Test
    void everyEnvironmentVariableIsInTheReadme() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String values : List.of("{}", HelmChartTest.FULL, "tls: {mode: plaintext}")) {
            ofKind(rendered(values), "ConfigMap")
                    .filter(map -> map.at("/metadata/name").asString().endsWith("-environment"))
                    .forEach(map -> names.addAll(map.get("data").propertyNames()));
        }
        assertThat(names).contains("SERVER_PORT");
        String readme = readme();
        assertThat(names).allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    }
}
