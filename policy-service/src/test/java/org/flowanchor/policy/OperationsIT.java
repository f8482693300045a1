package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.policy.RunningPolicyService.get;
import static org.flowanchor.policy.RunningPolicyService.json;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OperationsIT {
    @Test
    void tellsThatItLivesAndIsReady() {
        assertThat(json(get("/actuator/health/liveness")).get("status").asString())
                .isEqualTo("UP");
        assertThat(json(get("/actuator/health/readiness")).get("status").asString())
                .isEqualTo("UP");
        assertThat(json(get("/actuator/health/readiness")).get("components").has("db"))
                .isTrue();
    }

    @Test
    void closedLabelSetsAreRegisteredAtZero() {
        String metrics = get("/actuator/prometheus").body();
        for (String operation : List.of("create", "replace", "retire")) {
            for (String outcome : List.of("accepted", "rejected", "failed")) {
                assertThat(metrics)
                        .contains("flowanchor_policy_writes_total{operation=\"" + operation + "\",outcome=\"" + outcome
                                + "\"}");
            }
        }
        for (String operation : List.of("create", "replace", "retire", "import")) {
            for (String outcome : List.of("accepted", "rejected", "failed")) {
                assertThat(metrics)
                        .contains("flowanchor_policy_subscriber_writes_total{operation=\"" + operation + "\",outcome=\""
                                + outcome + "\"}");
            }
        }
        for (String outcome : List.of("created", "replaced", "unchanged", "refused")) {
            assertThat(metrics).contains("flowanchor_policy_subscriber_imported_total{outcome=\"" + outcome + "\"}");
        }
        for (String owner : List.of("binding-service", "flow-manager")) {
            for (String outcome : List.of("answered", "unavailable")) {
                assertThat(metrics)
                        .contains("flowanchor_policy_forwarded_total{outcome=\"" + outcome + "\",owner=\"" + owner
                                + "\"}");
            }
        }
        assertThat(metrics)
                .contains(
                        "flowanchor_policy_outbox_pending ",
                        "flowanchor_policy_outbox_published_total ",
                        "flowanchor_policy_outbox_failures_total ",
                        "flowanchor_policy_subscriber_outbox_pending ",
                        "flowanchor_policy_subscriber_outbox_published_total ",
                        "flowanchor_policy_subscriber_outbox_failures_total ");
    }

    @Test
    void theOpenApiDocumentKnowsEveryFieldAndStatesTheDirection() {
        JsonNode api = json(get("/v3/api-docs"));
        assertThat(api.get("paths").propertyNames())
                .containsExactlyInAnyOrder(
                        "/api/v1/policies",
                        "/api/v1/policies/{name}",
                        "/api/v1/subscribers",
                        "/api/v1/subscribers/{mobileNode}",
                        "/api/v1/subscribers:import");
        JsonNode schemas = api.get("components").get("schemas");
        assertThat(schemas.get("OffloadPolicy").get("properties").propertyNames())
                .containsExactlyInAnyOrder(
                        "name", "enabled", "precedence", "groups", "rules", "revision", "createdAt", "updatedAt");
        assertThat(schemas.get("SubscriberProfile").get("properties").propertyNames())
                .containsExactlyInAnyOrder(
                        "mobileNodeIdentifier",
                        "policyGroup",
                        "proxyRegistrationEnabled",
                        "allowedAccessTechnologyTypes",
                        "prefixModel",
                        "staticPrefixes",
                        "hostModel",
                        "decisionAuthority",
                        "serviceSelections",
                        "linkLayerIdentifiers",
                        "authorizedGateways",
                        "revision",
                        "createdAt",
                        "updatedAt");
        assertThat(schemas.get("SteeringRule").get("properties").propertyNames())
                .containsExactlyInAnyOrder("name", "selectors", "steering");
        assertThat(schemas.get("TrafficSelector").get("properties").propertyNames())
                .containsExactlyInAnyOrder("remotePrefix", "protocol", "remotePorts", "dscp", "flowLabel", "spi");
        assertThat(schemas.get("Steering").get("properties").propertyNames())
                .containsExactlyInAnyOrder("mode", "accessTechnologyTypes", "packetLossRatioThreshold");
        assertThat(schemas.get("TrafficSelector").get("description").asString()).contains("downlink", "correspondent");
        assertThat(api.get("paths")
                        .get("/api/v1/policies")
                        .get("post")
                        .get("requestBody")
                        .toString())
                .contains("OffloadPolicy");
    }
}
