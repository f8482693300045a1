package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The product as an operator reaches it: REST at the policy-service's address. */
final class ProductApi {
    private static final JsonMapper JSON = new JsonMapper();
    /** A machine that builds and plays at once takes its time for a first answer. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** One binding of a mobile node, without what a refresh changes. */
    record Binding(
            int bindingIdentifier,
            AccessTechnologyType accessTechnologyType,
            ProxyCareOfAddress proxyCareOfAddress,
            TreeSet<HomeNetworkPrefix> homeNetworkPrefixes,
            String state) {}

    /**
     * Where the product says a flow goes.
     *
     * @param reason of its last move, in the product's words; empty when it was never moved
     */
    record FlowAccess(String id, Optional<AccessTechnologyType> accessTechnologyType, String reason) {}

    private final URI base;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();

    /** @param base of the policy-service */
    ProductApi(URI base) {
        this.base = base;
    }

    /** Makes the policy be {@code document}, whatever it was before. */
    void putPolicy(String name, String document) {
        HttpResponse<String> present = exchange("GET", "/api/v1/policies/" + encode(name), "", Map.of());
        if (present.statusCode() == 404) {
            required(exchange("POST", "/api/v1/policies", document, Map.of()));
            return;
        }
        String etag = required(present).headers().firstValue("ETag").orElse("*");
        required(exchange("PUT", "/api/v1/policies/" + encode(name), document, Map.of("If-Match", etag)));
    }

    /** Makes the mobile node's profile be {@code document}, whatever it was before. */
    void putSubscriber(String mobileNode, String document) {
        String path = "/api/v1/subscribers/" + encode(mobileNode);
        HttpResponse<String> present = exchange("GET", path, "", Map.of());
        if (present.statusCode() == 404) {
            required(exchange("POST", "/api/v1/subscribers", document, Map.of()));
            return;
        }
        String etag = required(present).headers().firstValue("ETag").orElse("*");
        required(exchange("PUT", path, document, Map.of("If-Match", etag)));
    }

    /** Bindings of a mobile node; empty when it has none. */
    List<Binding> bindings(String mobileNode) {
        HttpResponse<String> response = exchange("GET", "/api/v1/bindings/" + encode(mobileNode), "", Map.of());
        if (response.statusCode() == 404) {
            return List.of();
        }
        List<Binding> bindings = new ArrayList<>();
        for (JsonNode binding : JSON.readTree(required(response).body()).path("items")) {
            TreeSet<HomeNetworkPrefix> prefixes = new TreeSet<>();
            binding.path("homeNetworkPrefixes")
                    .forEach(prefix -> prefixes.add(HomeNetworkPrefix.parse(prefix.asString())));
            bindings.add(new Binding(
                    binding.path("bindingIdentifier").asInt(),
                    AccessTechnologyType.parse(
                            binding.path("accessTechnologyType").asString()),
                    ProxyCareOfAddress.parse(binding.path("proxyCareOfAddress").asString()),
                    prefixes,
                    binding.path("state").asString()));
        }
        return bindings;
    }

    /** The flow with these ports of correspondent and mobile node; empty while the product has not seen it. */
    Optional<FlowAccess> flow(int correspondentPort, int mobileNodePort) {
        String next = "";
        do {
            JsonNode page = JSON.readTree(required(exchange("GET", "/api/v1/flows?limit=1000" + next, "", Map.of()))
                    .body());
            for (JsonNode item : page.path("items")) {
                JsonNode selector = item.path("selector");
                if (selector.path("sourcePort").asInt() == correspondentPort
                        && selector.path("destinationPort").asInt() == mobileNodePort) {
                    String type =
                            item.path("access").path("accessTechnologyType").asString("");
                    return Optional.of(new FlowAccess(
                            item.path("id").asString(),
                            type.isEmpty() ? Optional.empty() : Optional.of(AccessTechnologyType.parse(type)),
                            item.path("lastMove").path("reason").asString("")));
                }
            }
            next = page.path("next").isString()
                    ? "&cursor=" + encode(page.path("next").asString())
                    : "";
        } while (!next.isEmpty());
        return Optional.empty();
    }

    /** Asks for a move; returns when the product took the request. */
    void move(String flow, AccessTechnologyType to) {
        required(exchange(
                "POST",
                "/api/v1/flows/" + encode(flow) + ":move",
                "{\"to\":{\"accessTechnologyType\":\"" + to + "\"}}",
                Map.of()));
    }

    /** Gives the flow back to its policy. */
    void reset(String flow) {
        required(exchange("POST", "/api/v1/flows/" + encode(flow) + ":reset", "", Map.of()));
    }

    /** Gives all flows of a mobile node back to its policy, also those that no anchor sees now. */
    void resetFlows(String mobileNode) {
        required(exchange("POST", "/api/v1/flows:reset?mobileNode=" + encode(mobileNode), "", Map.of()));
    }

    /** Whether the product holds any link of the gateway for congested. */
    boolean congested(ProxyCareOfAddress gateway) {
        JsonNode page = JSON.readTree(required(exchange("GET", "/api/v1/links?limit=1000", "", Map.of()))
                .body());
        for (JsonNode link : page.path("items")) {
            if (link.path("proxyCareOfAddress").asString().equals(gateway.toString())
                    && link.path("congestion").asString("").equals("CONGESTED")) {
                return true;
            }
        }
        return false;
    }

    private HttpResponse<String> exchange(String method, String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(LIMIT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ScenarioException(method + " " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScenarioException(method + " " + path + ": interrupted", e);
        }
    }

    private static HttpResponse<String> required(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new ScenarioException(response.request().method() + " "
                    + response.request().uri().getRawPath() + ": " + response.statusCode() + " " + response.body());
        }
        return response;
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
