package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.policy.RunningPolicyService.BINDING_SERVICE;
import static org.flowanchor.policy.RunningPolicyService.FLOW_MANAGER;
import static org.flowanchor.policy.RunningPolicyService.get;
import static org.flowanchor.policy.RunningPolicyService.json;
import static org.flowanchor.policy.RunningPolicyService.send;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OwnerForwardingIT {
    @Test
    void everyResourceGoesToItsOwner() {
        for (String path : List.of(
                "/api/v1/bindings",
                "/api/v1/bindings/mn1@operator.example",
                "/api/v1/gateways",
                "/api/v1/gateways/2001:db8:1::1",
                "/api/v1/binding-streams",
                "/api/v1/prefix-pools")) {
            assertThat(json(get(path)).get("owner").asString()).as(path).isEqualTo("binding-service");
        }
        for (String path : List.of(
                "/api/v1/flows",
                "/api/v1/flows:reset",
                "/api/v1/flows/f1/explanation",
                "/api/v1/links",
                "/api/v1/links/x")) {
            assertThat(json(get(path)).get("owner").asString()).as(path).isEqualTo("flow-manager");
        }
    }

    @Test
    void theDescriptionOfWhatIsForwardedIsHereToo() {
        for (String owner : List.of("binding-service", "flow-manager")) {
            JsonNode seen = json(get("/v3/api-docs/" + owner));
            assertThat(seen.get("owner").asString()).isEqualTo(owner);
            assertThat(seen.get("path").asString()).isEqualTo("/v3/api-docs");
        }
    }

    @Test
    void theRequestArrivesAsItWasSent() {
        JsonNode seen = json(send(
                "POST",
                "/api/v1/flows/a-1:move?dry%20run=true&x=%2F",
                "{\"to\": \"E_UTRAN\"}",
                "If-Match",
                "\"7\"",
                "Idempotency-Key",
                "k",
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        assertThat(seen.get("method").asString()).isEqualTo("POST");
        assertThat(seen.get("path").asString()).isEqualTo("/api/v1/flows/a-1:move");
        assertThat(seen.get("query").asString()).isEqualTo("dry%20run=true&x=%2F");
        assertThat(seen.get("body").asString()).isEqualTo("{\"to\": \"E_UTRAN\"}");
        assertThat(seen.get("headers").get("if-match").asString()).isEqualTo("\"7\"");
        assertThat(seen.get("headers").get("idempotency-key").asString()).isEqualTo("k");
        assertThat(seen.get("headers").get("content-type").asString()).isEqualTo("application/json");
        assertThat(seen.get("headers").get("traceparent").asString())
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    @Test
    void theReleaseOfAGatewayArrivesWithItsKey() {
        JsonNode seen = json(send(
                "POST",
                "/api/v1/gateways/2001:db8:1::1:release?realm=one.example",
                "",
                "Idempotency-Key",
                "maintenance-1"));

        assertThat(seen.get("owner").asString()).isEqualTo("binding-service");
        assertThat(seen.get("method").asString()).isEqualTo("POST");
        assertThat(seen.get("path").asString()).isEqualTo("/api/v1/gateways/2001:db8:1::1:release");
        assertThat(seen.get("query").asString()).isEqualTo("realm=one.example");
        assertThat(seen.get("headers").get("idempotency-key").asString()).isEqualTo("maintenance-1");
    }

    @Test
    void escapesInAPathStayEscaped() {
        assertThat(json(get("/api/v1/bindings/mn%201%40op%3Aerator"))
                        .get("path")
                        .asString())
                .isEqualTo("/api/v1/bindings/mn%201%40op%3Aerator");
    }

    @Test
    void theAnswerComesBackAsItWasGiven() {
        HttpResponse<String> answer = send("PUT", "/api/v1/flows/f1", "{}");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"42\"");
        assertThat(answer.headers().allValues("X-Owner")).containsExactly("first", "second");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/flows/f1/1");

        HttpResponse<String> problem = send("POST", "/api/v1/flows/f1/problem", "{}");
        assertThat(problem.statusCode()).isEqualTo(409);
        assertThat(problem.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(problem.body()).isEqualTo("{\"type\":\"urn:flowanchor:problem:not-attached\",\"status\":409}");

        HttpResponse<String> empty = send("DELETE", "/api/v1/flows/f1/empty", "");
        assertThat(empty.statusCode()).isEqualTo(204);
        assertThat(empty.body()).isEmpty();
    }

    @Test
    void everyMethodIsPassedOn() {
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            assertThat(json(send(method, "/api/v1/bindings/x", ""))
                            .get("method")
                            .asString())
                    .isEqualTo(method);
        }
        HttpResponse<String> head = send("HEAD", "/api/v1/bindings/x", "");
        assertThat(head.statusCode()).isEqualTo(202);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void aLargeBodyIsPassedOnWhole() {
        String body = "x".repeat(1_000_000);
        assertThat(json(send("POST", "/api/v1/flows", body)).get("body").asString())
                .isEqualTo(body);
    }

    @Test
    void anOwnerThatIsDownIsNamed() {
        String unavailable = "flowanchor_policy_forwarded_total{outcome=\"unavailable\",owner=\"binding-service\"}";
        double before = RunningPolicyService.metric(unavailable);
        BINDING_SERVICE.stop();
        try {
            HttpResponse<String> answer = get("/api/v1/bindings");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(json(answer).get("type").asString()).isEqualTo("urn:flowanchor:problem:owner-unavailable");
            assertThat(json(answer).get("owner").asString()).isEqualTo("binding-service");
            assertThat(json(answer).get("detail").asString()).contains("binding-service");
            assertThat(get("/api/v1/flows").statusCode()).isEqualTo(202);
            assertThat(get("/api/v1/policies").statusCode()).isEqualTo(200);
            assertThat(RunningPolicyService.metric(unavailable)).isEqualTo(before + 1);
        } finally {
            BINDING_SERVICE.start();
        }
        assertThat(get("/api/v1/bindings").statusCode()).isEqualTo(202);
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForAWholeOne() {
        assertThatThrownBy(() -> get("/api/v1/flows/cut")).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void anOwnerThatIsSilentIsNamed() {
        try {
            HttpResponse<String> answer = get("/api/v1/links/silent");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(json(answer).get("owner").asString()).isEqualTo("flow-manager");
        } finally {
            FLOW_MANAGER.silence.countDown();
        }
    }

    @Test
    void eventsArriveOneByOneAndTheOwnerLearnsThatTheListenerLeft() throws Exception {
        BINDING_SERVICE.events.add("data: 1");
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<InputStream> answer = client.send(
                HttpRequest.newBuilder(RunningPolicyService.ADDRESS.resolve("/api/v1/events?mobileNode=mn1"))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEqualTo("data: 1");
        // Not told before the first one was here.
        BINDING_SERVICE.events.add("data: 2");
        assertThat(lines.readLine()).isEqualTo("data: 2");

        lines.close();
        client.shutdownNow();
        boolean gone = false;
        for (int i = 0; i < 600 && !gone; i++) {
            BINDING_SERVICE.events.add(":");
            gone = BINDING_SERVICE.listenerGone.await(50, TimeUnit.MILLISECONDS);
        }
        assertThat(gone).isTrue();
    }
}
