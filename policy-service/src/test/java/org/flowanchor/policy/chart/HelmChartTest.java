package org.flowanchor.policy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.policy.chart.Manifests.named;
import static org.flowanchor.policy.chart.Manifests.ofKind;
import static org.flowanchor.policy.chart.Manifests.rendered;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class HelmChartTest {
    private static final List<String> SERVICES = List.of("policy-service", "binding-service", "flow-manager");

    static final String FULL = """
            image: {repository: registry.example/flowanchor, tag: "1.2.3", pullPolicy: Always}
            imagePullSecrets: [{name: registry}]
            kafka: {bootstrapServers: "k1:9092,k2:9092", existingSecret: kafka-credentials}
            policyService: &service
              replicas: 3
              database:
                existingSecret: databases
                usernameKey: user
                passwordKey: pass
                urlKey: url
              config: {flowanchor: {example: {deep: [1, 2]}}}
              env: [{name: EXTRA, value: "1"}, {name: HOST, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]
              podAnnotations: {example.org/a: b}
              nodeSelector: {zone: a}
              tolerations: [{key: k, operator: Exists, effect: NoSchedule}]
              affinity:
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                    - {weight: 1, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {a: b}}}}
              topologySpreadConstraints:
                - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {a: b}}}
            bindingService: *service
            flowManager: {<<: *service, replicas: 1}
            service: {type: LoadBalancer, annotations: {a: b}, ipFamilyPolicy: PreferDualStack}
            serviceAccount: {create: true, name: somebody, annotations: {a: b}}
            podDisruptionBudget: {enabled: true, maxUnavailable: 50%}
            networkPolicy:
              operators: [{namespaceSelector: {matchLabels: {team: noc}}}]
              gateways: [{ipBlock: {cidr: "2001:db8:b::/48"}}]
              monitoring: [{podSelector: {matchLabels: {app: prometheus}}}]
            tls: {certManager: {enabled: true, issuerRef: {name: pki, kind: ClusterIssuer}}, secrets: {flowManager: own}}
            serviceMonitor: {enabled: true, labels: {release: prometheus}}
            agent:
              enabled: true
              tolerations: [{operator: Exists}]
              gateways:
                - name: anchor-1
                  nodeSelector: {kubernetes.io/hostname: anchor-1}
                  config:
                    role: anchor
                    lmaAddress: "2001:db8:a::1"
                    pools: ["2001:db8:100::/40"]
                    operations: {address: "::", port: 9464}
                - name: wlan-1
                  nodeSelector: {kubernetes.io/hostname: wlan-1}
                  tlsSecret: wlan-certificate
                  config:
                    role: access
                    lmaAddress: "2001:db8:a::1"
                    proxyCareOfAddress: "2001:db8:b::11"
                    operations: {address: "2001:db8:f::11", port: 9464}
            """;

    private static final Map<String, String> VALUES = Map.of("default", "{}", "full", FULL);

    private interface Check {
        void on(List<JsonNode> documents) throws IOException;
    }

    private static Stream<DynamicTest> withDefaultAndFullValues(Check check) {
        return VALUES.entrySet().stream()
                .map(values -> DynamicTest.dynamicTest(values.getKey(), () -> check.on(rendered(values.getValue()))));
    }

    @Test
    void lintsStrictly() {
        LintResult result = new Helm(Manifests.CHART).lint().strict().call();
        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
    }

    @TestFactory
    Stream<DynamicTest> everyDocumentIsValidForItsKind() {
        return withDefaultAndFullValues(documents -> {
            for (JsonNode document : documents) {
                Manifests.requireValid(document);
            }
        });
    }

    @Test
    void theJudgeRefusesAMisspeltField() throws IOException {
        JsonNode deployment = named(rendered("{}"), "Deployment", "flowanchor-policy-service");
        ((ObjectNode) deployment.at("/spec/template/spec/containers/0/securityContext"))
                .put("readOnlyRootFileSystem", true);
        assertThatThrownBy(() -> Manifests.requireValid(deployment)).hasMessageContaining("readOnlyRootFileSystem");
    }

    @Test
    void defaultsRunTheThreeServicesAndNothingElse() throws IOException {
        List<JsonNode> documents = rendered("{}");
        assertThat(names(documents, "Deployment"))
                .containsExactlyInAnyOrder(
                        "flowanchor-policy-service", "flowanchor-binding-service", "flowanchor-flow-manager");
        assertThat(names(documents, "Service")).isEqualTo(names(documents, "Deployment"));
        assertThat(names(documents, "PodDisruptionBudget")).isEqualTo(names(documents, "Deployment"));
        assertThat(names(documents, "NetworkPolicy")).isEqualTo(names(documents, "Deployment"));
        assertThat(names(documents, "DaemonSet")).isEmpty();
        assertThat(names(documents, "ServiceMonitor")).isEmpty();
    }

    @Test
    void fullValuesAddMonitorsAndOneAgentPerGateway() throws IOException {
        List<JsonNode> documents = rendered(FULL);
        assertThat(names(documents, "ServiceMonitor")).isEqualTo(names(documents, "Deployment"));
        assertThat(names(documents, "DaemonSet"))
                .containsExactlyInAnyOrder("flowanchor-agent-anchor-1", "flowanchor-agent-wlan-1");
        assertThat(names(documents, "Secret")).isEmpty();
    }

    /** It steers all anchors. */
    @TestFactory
    Stream<DynamicTest> thereAreNeverTwoFlowManagers() {
        return withDefaultAndFullValues(documents -> {
            JsonNode deployment = named(documents, "Deployment", "flowanchor-flow-manager");
            assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(1);
            assertThat(deployment.at("/spec/strategy/type").asString()).isEqualTo("Recreate");
        });
    }

    @TestFactory
    Stream<DynamicTest> whatIsReferredToIsThere() {
        return withDefaultAndFullValues(documents -> {
            Set<String> there = new HashSet<>(Set.of("Secret/databases", "Secret/kafka-credentials"));
            documents.forEach(document -> there.add(document.get("kind").asString() + "/"
                    + document.at("/metadata/name").asString()));
            for (JsonNode workload : workloads(documents)) {
                JsonNode pod = workload.at("/spec/template/spec");
                JsonNode container = pod.at("/containers/0");
                List<String> wanted = new ArrayList<>();
                wanted.add("ServiceAccount/" + pod.get("serviceAccountName").asString());
                container.path("envFrom").forEach(from -> {
                    from.path("configMapRef").forEach(name -> wanted.add("ConfigMap/" + name.asString()));
                    from.path("secretRef").forEach(name -> wanted.add("Secret/" + name.asString()));
                });
                container.path("env").forEach(variable -> {
                    JsonNode secret = variable.at("/valueFrom/secretKeyRef/name");
                    if (!secret.isMissingNode()) {
                        wanted.add("Secret/" + secret.asString());
                    }
                });
                Set<String> volumes = new HashSet<>();
                pod.get("volumes").forEach(volume -> {
                    volumes.add(volume.get("name").asString());
                    JsonNode name = volume.at("/configMap/name");
                    if (!name.isMissingNode()) {
                        wanted.add("ConfigMap/" + name.asString());
                    }
                });
                Set<String> mounts = new HashSet<>();
                container
                        .get("volumeMounts")
                        .forEach(mount -> mounts.add(mount.get("name").asString()));
                assertThat(there).containsAll(wanted);
                assertThat(mounts).isEqualTo(volumes);
                assertThat(workload.at("/spec/selector/matchLabels"))
                        .isEqualTo(subset(
                                workload.at("/spec/template/metadata/labels"),
                                workload.at("/spec/selector/matchLabels")));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> servicesBudgetsAndPoliciesSelectTheirPodsAndPorts() {
        return withDefaultAndFullValues(documents -> {
            for (String service : SERVICES) {
                String name = "flowanchor-" + service;
                JsonNode deployment = named(documents, "Deployment", name);
                JsonNode labels = deployment.at("/spec/selector/matchLabels");
                assertThat(named(documents, "Service", name).at("/spec/selector"))
                        .isEqualTo(labels);
                assertThat(named(documents, "PodDisruptionBudget", name).at("/spec/selector/matchLabels"))
                        .isEqualTo(labels);
                assertThat(named(documents, "NetworkPolicy", name).at("/spec/podSelector/matchLabels"))
                        .isEqualTo(labels);
                Map<String, Integer> ports = new HashMap<>();
                deployment
                        .at("/spec/template/spec/containers/0/ports")
                        .forEach(port -> ports.put(
                                port.get("name").asString(),
                                port.get("containerPort").asInt()));
                Map<String, Integer> offered = new HashMap<>();
                named(documents, "Service", name)
                        .at("/spec/ports")
                        .forEach(port -> offered.put(
                                port.get("targetPort").asString(),
                                port.get("port").asInt()));
                assertThat(offered).isEqualTo(ports);
                JsonNode environment =
                        named(documents, "ConfigMap", name + "-environment").get("data");
                assertThat(environment.get("SERVER_PORT").asString()).isEqualTo(String.valueOf(ports.get("http")));
                assertThat(environment.path("FLOWANCHOR_GRPC_PORT").asString(""))
                        .isEqualTo(ports.containsKey("grpc") ? String.valueOf(ports.get("grpc")) : "");
                named(documents, "NetworkPolicy", name)
                        .at("/spec/ingress")
                        .forEach(rule -> assertThat(rule.get("from")).isNotEmpty());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> noPodHasMoreRightsThanItNeeds() {
        return withDefaultAndFullValues(documents -> {
            for (JsonNode workload : workloads(documents)) {
                JsonNode pod = workload.at("/spec/template/spec");
                JsonNode security = pod.at("/containers/0/securityContext");
                assertThat(pod.get("automountServiceAccountToken").asBoolean()).isFalse();
                assertThat(security.get("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(security.get("allowPrivilegeEscalation").asBoolean()).isFalse();
                assertThat(security.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
                boolean agent = workload.get("kind").asString().equals("DaemonSet");
                List<String> added = new ArrayList<>();
                security.at("/capabilities/add").forEach(capability -> added.add(capability.asString()));
                assertThat(added).isEqualTo(agent ? List.of("NET_ADMIN", "NET_RAW") : List.of());
                assertThat(pod.path("hostNetwork").asBoolean(false)).isEqualTo(agent);
                assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean(false))
                        .isEqualTo(!agent);
            }
        });
    }

    @Test
    void theServicesReadTheEnvironmentThatTheChartWrites() throws IOException {
        List<JsonNode> documents = rendered("kafka: {bootstrapServers: 'k:1'}");
        Map<String, Object> environment = new HashMap<>();
        named(documents, "ConfigMap", "flowanchor-policy-service-environment")
                .get("data")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asString()));
        environment.put("FLOWANCHOR_GRPC_PORT", "9091");
        environment.put("SPRING_DATASOURCE_USERNAME", "u");

        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, environment));
        Binder binder = new Binder(ConfigurationPropertySources.from(sources));
        Map.of(
                        "server.port", "8080",
                        "server.address", "::",
                        "spring.datasource.url", "jdbc:postgresql://postgresql:5432/policy",
                        "spring.datasource.username", "u",
                        "spring.kafka.bootstrap-servers", "k:1",
                        "flowanchor.owners.binding-service", "https://flowanchor-binding-service:8081",
                        "flowanchor.owners.flow-manager", "https://flowanchor-flow-manager:8082",
                        "flowanchor.grpc.port", "9091",
                        "flowanchor.tls.private-key", "/etc/flowanchor-tls/tls.key")
                .forEach((property, value) -> assertThat(
                                binder.bind(property, Bindable.of(String.class)).orElse("nothing"))
                        .as(property)
                        .isEqualTo(value));
    }

    @Test
    void everyProcessHasItsCertificateAndNobodyIsAskedInTheClear() throws IOException {
        List<JsonNode> documents = rendered(FULL);
        Map<String, String> secretOf = new HashMap<>();
        for (JsonNode workload : workloads(documents)) {
            String name = workload.at("/metadata/name").asString();
            workload.at("/spec/template/spec/volumes").forEach(volume -> {
                if (volume.get("name").asString().equals("tls")) {
                    secretOf.put(name, volume.at("/secret/secretName").asString());
                }
            });
            if (workload.get("kind").asString().equals("Deployment")) {
                assertThat(workload.at("/spec/template/spec/containers/0/readinessProbe/httpGet/scheme")
                                .asString())
                        .isEqualTo("HTTPS");
            }
        }
        assertThat(secretOf)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "flowanchor-policy-service", "flowanchor-policy-service-tls",
                        "flowanchor-binding-service", "flowanchor-binding-service-tls",
                        "flowanchor-flow-manager", "own",
                        "flowanchor-agent-anchor-1", "flowanchor-agent-anchor-1-tls",
                        "flowanchor-agent-wlan-1", "wlan-certificate"));
        Map<String, String> identities = new HashMap<>();
        Manifests.ofKind(documents, "Certificate")
                .forEach(certificate -> identities.put(
                        certificate.at("/spec/secretName").asString(),
                        certificate.at("/spec/uris/0").asString()));
        Set<String> issued = new HashSet<>(secretOf.values());
        issued.add("flowanchor-operator-tls");
        assertThat(identities.keySet()).isEqualTo(issued);
        assertThat(identities)
                .containsEntry("own", "flowanchor://service/flow-manager")
                .containsEntry("flowanchor-operator-tls", "flowanchor://service/operator")
                .containsEntry("flowanchor-agent-anchor-1-tls", "flowanchor://anchor/2001:db8:a::1")
                .containsEntry("wlan-certificate", "flowanchor://agent/2001:db8:b::11");
        assertThat(named(documents, "ConfigMap", "flowanchor-agent-wlan-1")
                        .at("/data/agent.yaml")
                        .asString())
                .contains("privateKey: /etc/flowanchor-tls/tls.key");
    }

    @Test
    void plaintextIsThereForWhoSaysSo() throws IOException {
        List<JsonNode> documents = rendered("tls: {mode: plaintext}");
        assertThat(named(documents, "ConfigMap", "flowanchor-policy-service-environment")
                        .at("/data/FLOWANCHOR_OWNERS_FLOWMANAGER")
                        .asString())
                .isEqualTo("http://flowanchor-flow-manager:8082");
        for (JsonNode workload : workloads(documents)) {
            assertThat(workload.toString()).doesNotContain("flowanchor-tls");
        }
    }

    @TestFactory
    Stream<DynamicTest> valuesThatMakeNoSenseAreRefused() {
        return Stream.of(
                        "replica: 1",
                        "policyService: {replicas: -1}",
                        "policyService: {replicas: many}",
                        "policyService: {databse: {}}",
                        "flowManager: {replicas: 2}",
                        "policyService: {unauthenticated: perhaps}",
                        "flowManager: {unauthenticated: true}",
                        "bindingService: {unauthenticated: true}",
                        "flowManager: {databse: {}}",
                        "bindingService: {database: {url: 'mysql://x'}}",
                        "kafka: {bootstrapServers: kafka}",
                        "image: {pullPolicy: Sometimes}",
                        "podDisruptionBudget: {maxUnavailable: 0}",
                        "serviceMonitor: {interval: often}",
                        "tls: {mode: 'off'}",
                        "tls: {secret: one}",
                        "agent: {gateways: [{name: Big_Name, nodeSelector: {a: b}, config: {role: anchor}}]}",
                        "agent: {gateways: [{name: a, nodeSelector: {}, config: {role: anchor}}]}",
                        "agent: {gateways: [{name: a, nodeSelector: {a: b}, config: {role: both}}]}")
                .map(values -> DynamicTest.dynamicTest(
                        values,
                        () -> assertThatThrownBy(() -> rendered(values))
                                .hasMessageContaining("don't meet the specifications of the schema")));
    }

    private static Set<String> names(List<JsonNode> documents, String kind) {
        Set<String> names = new HashSet<>();
        ofKind(documents, kind)
                .forEach(document -> names.add(document.at("/metadata/name").asString()));
        return names;
    }

    private static List<JsonNode> workloads(List<JsonNode> documents) {
        return Stream.concat(ofKind(documents, "Deployment"), ofKind(documents, "DaemonSet"))
                .toList();
    }

    /** The fields of {@code object} that {@code pattern} has. */
    private static JsonNode subset(JsonNode object, JsonNode pattern) {
        ObjectNode subset = (ObjectNode) object.deepCopy();
        return subset.retain(pattern.propertyNames());
    }
}
