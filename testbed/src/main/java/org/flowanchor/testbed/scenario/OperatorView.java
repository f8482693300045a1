package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.testbed.signalling.RegistrationLoad.Registered;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One replica of a service as its operator sees it. */
record OperatorView(URI base) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LIMIT_MILLIS = 20_000;

    /**
     * What the list shows.
     *
     * @param active bindings by mobile node
     * @param doubles mobile nodes with more than one
     */
    record Listed(Map<String, Registered> active, List<String> doubles) {}

    /** Active bindings of those whose name begins with {@code run}. */
    Listed active(String run) {
        Map<String, Registered> active = new HashMap<>();
        List<String> doubles = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = get("/api/v1/bindings?limit=1000&state=ACTIVE" + next);
            for (JsonNode item : page.path("items")) {
                String mobileNode = item.path("mobileNodeIdentifier").asString();
                if (mobileNode.startsWith(run) && active.put(mobileNode, registered(item)) != null) {
                    doubles.add(mobileNode + " has several bindings");
                }
            }
            next = page.path("next").isString()
                    ? "&cursor=" + URLEncoder.encode(page.path("next").asString(), StandardCharsets.UTF_8)
                    : "";
        } while (!next.isEmpty());
        return new Listed(active, doubles);
    }

    private static Registered registered(JsonNode item) {
        return new Registered(
                ProxyCareOfAddress.parse(item.path("proxyCareOfAddress").asString()),
                HomeNetworkPrefix.parse(item.path("homeNetworkPrefixes").path(0).asString()));
    }

    String healthDetail(String component, String detail) {
        return get("/actuator/health")
                .path("components")
                .path(component)
                .path("details")
                .path(detail)
                .asString("");
    }

    boolean ready() {
        try {
            get("/actuator/health/readiness");
            return true;
        } catch (ScenarioException notReady) {
            return false;
        }
    }

    private JsonNode get(String path) {
        URI uri = base.resolve(path);
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(LIMIT_MILLIS);
            connection.setReadTimeout(LIMIT_MILLIS);
            try {
                if (connection.getResponseCode() != 200) {
                    throw new ScenarioException(uri + ": " + connection.getResponseCode());
                }
                return JSON.readTree(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw new ScenarioException(uri + ": " + e.getMessage(), e);
        }
    }
}
