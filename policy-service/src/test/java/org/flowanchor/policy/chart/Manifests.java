package org.flowanchor.policy.chart;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.flowanchor.api.identity.PeerIdentity;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Helm renders from the chart. */
final class Manifests {
    static final Path CHART = Path.of("..", "helm", "flowanchor");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> SERVICE_MONITOR_ENDPOINT = Set.of("port", "path", "interval", "scrapeTimeout");

    private Manifests() {}

    /** @param values YAML, in addition to the chart's */
    static List<JsonNode> rendered(String values) throws IOException {
        Path file = Files.createTempFile("values", ".yaml");
        try {
            Files.writeString(file, values);
            String manifests = new Helm(CHART)
                    .template()
                    .withName("flowanchor")
                    .withNamespace("mobility")
                    .withKubeVersion("1.33.0")
                    .withValuesFile(file)
                    .call();
            List<JsonNode> documents = new ArrayList<>();
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            for (Object document : new Yaml(new SafeConstructor(options)).loadAll(manifests)) {
                if (document != null) {
                    documents.add(JSON.valueToTree(document));
                }
            }
            return documents;
        } finally {
            Files.delete(file);
        }
    }

    /** What an installation tells; nothing is installed. */
    static String notes(String values) throws IOException {
        Path file = Files.createTempFile("values", ".yaml");
        try {
            Files.writeString(file, values);
            String output = new Helm(CHART)
                    .install()
                    .clientOnly()
                    .withDryRunOption(DryRun.CLIENT)
                    .withName("flowanchor")
                    .withNamespace("mobility")
                    .withKubeVersion("1.33.0")
                    .withValuesFile(file)
                    .call()
                    .getOutput();
            return output.substring(output.indexOf("NOTES:") + "NOTES:".length());
        } finally {
            Files.delete(file);
        }
    }

    static Stream<JsonNode> ofKind(List<JsonNode> documents, String kind) {
        return documents.stream()
                .filter(document -> document.get("kind").asString().equals(kind));
    }

    static JsonNode named(List<JsonNode> documents, String kind, String name) {
        return ofKind(documents, kind)
                .filter(document -> document.at("/metadata/name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    /** Throws when a field is unknown, missing or of a wrong type, whatever its depth. */
    static void requireValid(JsonNode document) throws IOException {
        String json = document.toString();
        switch (document.get("apiVersion").asString() + " "
                + document.get("kind").asString()) {
            case "apps/v1 Deployment" -> V1Deployment.fromJson(json);
            case "apps/v1 DaemonSet" -> V1DaemonSet.fromJson(json);
            case "v1 Service" -> V1Service.fromJson(json);
            case "v1 ConfigMap" -> V1ConfigMap.fromJson(json);
            case "v1 Secret" -> V1Secret.fromJson(json);
            case "v1 ServiceAccount" -> V1ServiceAccount.fromJson(json);
            case "policy/v1 PodDisruptionBudget" -> V1PodDisruptionBudget.fromJson(json);
            case "networking.k8s.io/v1 NetworkPolicy" -> V1NetworkPolicy.fromJson(json);
            case "monitoring.coreos.com/v1 ServiceMonitor" -> requireServiceMonitor(document);
            case "monitoring.coreos.com/v1 PodMonitor" -> requirePodMonitor(document);
            case "cert-manager.io/v1 Certificate" -> requireCertificate(document);
            default -> throw new IllegalArgumentException("a kind that nobody judges: " + json);
        }
    }

    /** Its model is a custom resource's: judged by structure. */
    private static void requireServiceMonitor(JsonNode document) {
        requireFields(document, Set.of("apiVersion", "kind", "metadata", "spec"));
        JsonNode spec = document.get("spec");
        requireFields(spec, Set.of("selector", "namespaceSelector", "endpoints"));
        requireFields(spec.get("selector"), Set.of("matchLabels"));
        requireFields(spec.get("namespaceSelector"), Set.of("matchNames"));
        if (spec.get("endpoints").isEmpty()) {
            throw new IllegalArgumentException("no endpoint: " + document);
        }
        spec.get("endpoints").forEach(endpoint -> {
            Set<String> fields = new HashSet<>(SERVICE_MONITOR_ENDPOINT);
            if (endpoint.path("scheme").asString("").equals("https")) {
                fields.addAll(Set.of("scheme", "tlsConfig"));
                requireFields(endpoint.get("tlsConfig"), Set.of("ca", "serverName"));
            }
            requireFields(endpoint, fields);
        });
    }

    /** As above. */
    private static void requirePodMonitor(JsonNode document) {
        requireFields(document, Set.of("apiVersion", "kind", "metadata", "spec"));
        JsonNode spec = document.get("spec");
        requireFields(spec, Set.of("selector", "namespaceSelector", "podMetricsEndpoints"));
        requireFields(spec.get("selector"), Set.of("matchLabels"));
        requireFields(spec.get("namespaceSelector"), Set.of("matchNames"));
        if (spec.get("podMetricsEndpoints").isEmpty()) {
            throw new IllegalArgumentException("no endpoint: " + document);
        }
        spec.get("podMetricsEndpoints").forEach(endpoint -> requireFields(endpoint, SERVICE_MONITOR_ENDPOINT));
    }

    /** As above. */
    private static void requireCertificate(JsonNode document) {
        requireFields(document, Set.of("apiVersion", "kind", "metadata", "spec"));
        JsonNode spec = document.get("spec");
        Set<String> fields = new HashSet<>(
                Set.of("secretName", "uris", "usages", "privateKey", "duration", "renewBefore", "issuerRef"));
        if (spec.has("dnsNames")) {
            fields.add("dnsNames");
        }
        requireFields(spec, fields);
        requireFields(spec.get("privateKey"), Set.of("algorithm", "size", "encoding", "rotationPolicy"));
        if (spec.get("uris").size() != 1) {
            throw new IllegalArgumentException("one identity, not " + spec.get("uris"));
        }
        PeerIdentity.parse(spec.at("/uris/0").asString());
    }

    private static void requireFields(JsonNode object, Set<String> fields) {
        if (!Set.copyOf(object.propertyNames()).equals(fields)) {
            throw new IllegalArgumentException("fields " + object.propertyNames() + ", not " + fields);
        }
    }
}
