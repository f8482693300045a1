package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.policy.boot.PolicyServiceApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as an operator meets it: over HTTP, in front of PostgreSQL and Kafka. One for all tests of a run. */
final class RunningPolicyService {
    static final JsonMapper JSON = JsonMapper.builder().build();
    static final DurablePostgres POSTGRES = new DurablePostgres();
    static final RestartableKafka KAFKA = new RestartableKafka();
    static final EchoingOwner BINDING_SERVICE = new EchoingOwner("binding-service");
    static final EchoingOwner FLOW_MANAGER = new EchoingOwner("flow-manager");

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final URI ADDRESS = start();

    private RunningPolicyService() {}

    private static URI start() {
        return addressOf(replica());
    }

    /** One more instance on the same database and topic. */
    static ConfigurableApplicationContext replica() {
        return instance(POSTGRES);
    }

    /**
     * An instance on a database of its own.
     *
     * @param further arguments of its start
     */
    static ConfigurableApplicationContext instance(DurablePostgres postgres, String... further) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + postgres.url(),
                "--spring.datasource.username=postgres",
                "--spring.kafka.bootstrap-servers=" + KAFKA.bootstrapServers(),
                "--flowanchor.owners.binding-service=" + BINDING_SERVICE.address(),
                "--flowanchor.owners.flow-manager=" + FLOW_MANAGER.address(),
                "--flowanchor.owners.answer-timeout=2s"));
        arguments.addAll(List.of(further));
        return new SpringApplicationBuilder(PolicyServiceApplication.class).run(arguments.toArray(String[]::new));
    }

    static URI addressOf(ConfigurableApplicationContext instance) {
        return URI.create("http://127.0.0.1:" + instance.getEnvironment().getRequiredProperty("local.server.port"));
    }

    static HttpResponse<String> send(String method, String path, String body, String... headers) {
        return send(ADDRESS, method, path, body, headers);
    }

    static HttpResponse<String> send(URI address, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        List<String> all = new ArrayList<>(List.of(headers));
        if (!body.isEmpty() && !all.contains("Content-Type")) {
            all.addAll(List.of("Content-Type", "application/json"));
        }
        if (!all.isEmpty()) {
            request.headers(all.toArray(String[]::new));
        }
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static HttpResponse<String> get(String path) {
        return send("GET", path, "");
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    static String etag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = json(response);
        assertThat(problem.get("type").asString()).isEqualTo("urn:flowanchor:problem:" + type);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asString()).isNotBlank();
        assertThat(problem.get("detail").asString()).isNotBlank();
    }

    /** The value of a metric. */
    static double metric(String name) {
        return get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    static void retireAll() {
        for (JsonNode policy : json(get("/api/v1/policies?limit=1000")).get("items")) {
            send("DELETE", "/api/v1/policies/" + policy.get("name").asString(), "", "If-Match", "*");
        }
    }

    static void retireAllSubscribers() {
        for (JsonNode subscriber : json(get("/api/v1/subscribers?limit=1000")).get("items")) {
            String name = subscriber.get("mobileNodeIdentifier").asString();
            send("DELETE", "/api/v1/subscribers/" + name, "", "If-Match", "*");
        }
    }

    /** A profile with nothing but what it needs. */
    static String subscriber(String mobileNode) {
        return subscriber(mobileNode, "");
    }

    /** @param more further fields, with a comma in front */
    static String subscriber(String mobileNode, String more) {
        return "{\"mobileNodeIdentifier\": \"" + mobileNode + "\", \"policyGroup\": \"default\"" + more + "}";
    }

    static String policy(String name, int precedence) {
        return policy(name, precedence, "\"E_UTRAN\", \"IEEE_802_11\"");
    }

    static String policy(String name, int precedence, String accesses) {
        return """
               {"name": "%s", "enabled": true, "precedence": %d, "groups": ["default"],
                "rules": [
                 {"name": "voip", "selectors": [{"protocol": "udp", "dscp": "EF"}],
                  "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": [%s]}},
                 {"name": "best-effort", "selectors": [],
                  "steering": {"mode": "PRIORITY_BASED", "accessTechnologyTypes": ["IEEE_802_11", "E_UTRAN"],
                               "packetLossRatioThreshold": 0.1}}]}
               """.formatted(name, precedence, accesses);
    }
}
