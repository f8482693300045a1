package org.flowanchor.policy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.policy.chart.Manifests.named;
import static org.flowanchor.policy.chart.Manifests.notes;
import static org.flowanchor.policy.chart.Manifests.ofKind;
import static org.flowanchor.policy.chart.Manifests.rendered;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.api.identity.RestProtection;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;

/** Who may use REST of what the chart starts, and whether everything that asks there knows how. */
class RestProtectionOfTheChartTest {
    private static final String OPEN_POLICIES =
            "{policyService: {unauthenticated: true}, serviceMonitor: {enabled: true}}";
    private static final String PLAINTEXT = "{tls: {mode: plaintext}, serviceMonitor: {enabled: true}}";

    /** What the service will decide from its environment. */
    private static RestProtection protection(List<JsonNode> documents, String service) {
        Map<String, Object> environment = new HashMap<>();
        named(documents, "ConfigMap", "flowanchor-" + service + "-environment")
                .get("data")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asString()));
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, environment));
        Binder binder = new Binder(ConfigurationPropertySources.from(sources));
        return RestProtection.of(
                binder.bind("server.address", Bindable.of(InetAddress.class)).get(),
                binder.bind("flowanchor.tls.mode", Bindable.of(String.class)).get(),
                binder.bind(RestProtection.SWITCH, Bindable.of(Boolean.class)).orElse(false));
    }

    private static void requireScheme(List<JsonNode> documents, String service, String scheme) {
        String name = "flowanchor-" + service;
        JsonNode container = named(documents, "Deployment", name).at("/spec/template/spec/containers/0");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container.get(probe).at("/httpGet/scheme").asString()).isEqualToIgnoringCase(scheme);
        }
        assertThat(named(documents, "Service", name)
                        .at("/spec/ports/0/appProtocol")
                        .asString())
                .isEqualTo(scheme);
        JsonNode scraped = named(documents, "ServiceMonitor", name).at("/spec/endpoints/0");
        assertThat(scraped.path("scheme").asString("http")).isEqualTo(scheme);
        assertThat(scraped.has("tlsConfig")).isEqualTo(scheme.equals("https"));
    }

    @Test
    void nobodyIsServedWithoutACertificateUnlessItIsSaid() throws IOException {
        List<JsonNode> documents = rendered("serviceMonitor: {enabled: true}");
        for (String service : List.of("policy-service", "binding-service", "flow-manager")) {
            assertThat(protection(documents, service)).isEqualTo(RestProtection.MUTUAL_TLS);
            requireScheme(documents, service, "https");
        }
        assertThat(notes("{}"))
                .contains("--cert tls.crt", "https://flowanchor-policy-service.mobility.svc:8080")
                .doesNotContain("WARNING");
    }

    @Test
    void theOperatorsDoorAloneMayBeOpened() throws IOException {
        List<JsonNode> documents = rendered(OPEN_POLICIES);
        assertThat(protection(documents, "policy-service")).isEqualTo(RestProtection.NONE);
        requireScheme(documents, "policy-service", "http");
        for (String service : List.of("binding-service", "flow-manager")) {
            assertThat(protection(documents, service)).isEqualTo(RestProtection.MUTUAL_TLS);
            requireScheme(documents, service, "https");
        }
        assertThat(notes(OPEN_POLICIES))
                .contains("curl http://127.0.0.1:8080", "WARNING: REST of the policy-service is unauthenticated");
    }

    @Test
    void plaintextOpensEveryDoorAndSaysSo() throws IOException {
        List<JsonNode> documents = rendered(PLAINTEXT);
        for (String service : List.of("policy-service", "binding-service", "flow-manager")) {
            assertThat(protection(documents, service)).isEqualTo(RestProtection.NONE);
            requireScheme(documents, service, "http");
        }
        assertThat(notes(PLAINTEXT))
                .contains("WARNING: REST of every service is unauthenticated", "whoever reaches gRPC");
        assertThat(notes("{tls: {mode: plaintext}, networkPolicy: {enabled: false}}"))
                .contains("networkPolicy.enabled is false");
    }

    @Test
    void onlyWhatIsHttp2InTheClearIsCalledSo() throws IOException {
        for (String service : List.of("binding-service", "flow-manager")) {
            String name = "flowanchor-" + service;
            assertThat(named(rendered("{}"), "Service", name).at("/spec/ports/1"))
                    .noneMatch(field -> field.asString("").contains("h2c"));
            assertThat(named(rendered(PLAINTEXT), "Service", name)
                            .at("/spec/ports/1/appProtocol")
                            .asString())
                    .isEqualTo("kubernetes.io/h2c");
        }
    }

    @Test
    void operatorsHaveACertificateOnlyWhereItIsAskedFor() throws IOException {
        String manager = "tls: {certManager: {enabled: true%s}}";
        assertThat(ofKind(rendered(manager.formatted("")), "Certificate"))
                .anyMatch(certificate ->
                        certificate.at("/spec/uris/0").asString().equals("flowanchor://service/operator"));
        for (String values :
                List.of(manager.formatted(", operator: false"), manager.formatted("") + "\n" + OPEN_POLICIES_ONLY)) {
            assertThat(ofKind(rendered(values), "Certificate"))
                    .noneMatch(certificate ->
                            certificate.at("/spec/uris/0").asString().equals("flowanchor://service/operator"));
        }
    }

    private static final String OPEN_POLICIES_ONLY = "policyService: {unauthenticated: true}";
}
