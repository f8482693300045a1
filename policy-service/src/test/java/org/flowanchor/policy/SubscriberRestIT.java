package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.policy.RunningPolicyService.JSON;
import static org.flowanchor.policy.RunningPolicyService.assertProblem;
import static org.flowanchor.policy.RunningPolicyService.etag;
import static org.flowanchor.policy.RunningPolicyService.get;
import static org.flowanchor.policy.RunningPolicyService.json;
import static org.flowanchor.policy.RunningPolicyService.send;
import static org.flowanchor.policy.RunningPolicyService.subscriber;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SubscriberRestIT {
    private static final String SUBSCRIBERS = "/api/v1/subscribers";

    @BeforeEach
    void noSubscribers() {
        RunningPolicyService.retireAllSubscribers();
    }

    private static HttpResponse<String> post(String body, String... headers) {
        return send("POST", SUBSCRIBERS, body, headers);
    }

    private static HttpResponse<String> put(String name, String body, String... headers) {
        return send("PUT", SUBSCRIBERS + "/" + name, body, headers);
    }

    private static HttpResponse<String> delete(String name, String... headers) {
        return send("DELETE", SUBSCRIBERS + "/" + name, "", headers);
    }

    private static List<String> paths(HttpResponse<String> response) {
        List<String> paths = new ArrayList<>();
        json(response)
                .get("errors")
                .forEach(error -> paths.add(error.get("path").asString()));
        return paths;
    }

    /** All that a rejected request could have changed. */
    private static String state() {
        return get(SUBSCRIBERS + "?limit=1000").body() + RunningPolicyService.POSTGRES.value("""
                select (select version from topic_version where topic = 'subscribers')
                    || ' ' || (select count(*) from subscriber_prefix)
                    || ' ' || (select count(*) from subscriber_link_layer_identifier)
                    || ' ' || (select count(*) from idempotency_key)""");
    }

    @Test
    void aProfileIsCreatedReadReplacedAndDeleted() {
        HttpResponse<String> created = post(subscriber("mn1@operator.example", """
                , "allowedAccessTechnologyTypes": ["IEEE_802_11", "E_UTRAN"], "prefixModel": "HYBRID",
                "staticPrefixes": ["2001:db8:7::/64"], "hostModel": "WEAK", "serviceSelections": ["ims"],
                "linkLayerIdentifiers": ["02:00:00:00:00:01"], "authorizedGateways": ["2001:db8:a::1"]"""));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue(SUBSCRIBERS + "/mn1@operator.example");
        JsonNode body = json(created);
        assertThat(etag(created)).isEqualTo("\"" + body.get("revision").asLong() + "\"");
        assertThat(body.get("updatedAt")).isEqualTo(body.get("createdAt"));
        assertThat(((ObjectNode) body.deepCopy()).remove(List.of("revision", "createdAt", "updatedAt")))
                .isEqualTo(JSON.readTree("""
                        {"mobileNodeIdentifier": "mn1@operator.example", "policyGroup": "default",
                         "proxyRegistrationEnabled": true, "allowedAccessTechnologyTypes": ["IEEE_802_11", "E_UTRAN"],
                         "prefixModel": "HYBRID", "staticPrefixes": ["2001:db8:7::/64"], "hostModel": "WEAK",
                         "decisionAuthority": "NETWORK", "serviceSelections": ["ims"],
                         "linkLayerIdentifiers": ["02:00:00:00:00:01"], "authorizedGateways": ["2001:db8:a::1"]}"""));

        HttpResponse<String> read = get(SUBSCRIBERS + "/mn1@operator.example");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(json(read)).isEqualTo(body);
        assertThat(etag(read)).isEqualTo(etag(created));
        assertThat(json(get(SUBSCRIBERS + "/mn1%40operator.example"))).isEqualTo(body);

        HttpResponse<String> replaced =
                put("mn1@operator.example", "{\"policyGroup\": \"gold\"}", "If-Match", etag(created));
        assertThat(replaced.statusCode()).as(replaced.body()).isEqualTo(200);
        assertThat(json(replaced).get("revision").asLong())
                .isGreaterThan(body.get("revision").asLong());
        assertThat(json(replaced).get("createdAt")).isEqualTo(body.get("createdAt"));
        assertThat(json(replaced).get("policyGroup").asString()).isEqualTo("gold");
        assertThat(json(get(SUBSCRIBERS + "/mn1@operator.example"))).isEqualTo(json(replaced));

        HttpResponse<String> deleted = delete("mn1@operator.example", "If-Match", etag(replaced));
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertProblem(get(SUBSCRIBERS + "/mn1@operator.example"), 404, "subscriber-not-found");
        assertProblem(delete("mn1@operator.example", "If-Match", etag(replaced)), 404, "subscriber-not-found");
    }

    @Test
    void anAnswerCanBeSentBackAsItCameAndChangesNothing() {
        HttpResponse<String> created = post(subscriber("same", ", \"staticPrefixes\": [\"2001:db8:7::/64\"]"));
        String before = state();

        HttpResponse<String> again = put("same", created.body(), "If-Match", etag(created));

        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(created.body());
        assertThat(etag(again)).isEqualTo(etag(created));
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void everyWriteNeedsItsPreconditionAndAStaleOneIsToldThePresentTag() {
        HttpResponse<String> first = post(subscriber("mn"));
        HttpResponse<String> second = put("mn", subscriber("mn", ", \"hostModel\": \"WEAK\""), "If-Match", "*");
        String before = state();

        assertProblem(put("mn", subscriber("mn")), 428, "precondition-required");
        assertProblem(delete("mn"), 428, "precondition-required");
        for (HttpResponse<String> stale : List.of(
                put("mn", subscriber("mn"), "If-Match", etag(first)),
                put("mn", subscriber("mn"), "If-None-Match", "*"),
                delete("mn", "If-Match", etag(first)),
                delete("mn", "If-Match", "W/" + etag(second)))) {
            assertProblem(stale, 412, "precondition-failed");
            assertThat(json(stale).get("detail").asString()).contains(etag(second));
        }
        assertProblem(put("other", subscriber("other"), "If-Match", "*"), 412, "precondition-failed");
        assertProblem(put("mn", subscriber("mn"), "If-Match", "x"), 400, "invalid-request");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aProfileCreatedAgainHasANewTag() {
        HttpResponse<String> first = post(subscriber("again"));
        delete("again", "If-Match", etag(first));
        assertThat(etag(put("again", subscriber("again"), "If-None-Match", "*")))
                .isNotEqualTo(etag(first));
    }

    @Test
    void aBadProfileIsToldEveryFaultWithItsPathAndChangesNothing() {
        post(subscriber("kept"));
        String before = state();

        HttpResponse<String> refused = post(subscriber("x/y", """
                , "hostModel": "STRONG", "prefixModel": "SHARED", "staticPrefixes": ["2001:db8::1/64"], "colour": 1"""));
        assertProblem(refused, 400, "invalid-subscriber");
        assertThat(paths(refused))
                .containsExactlyInAnyOrder(
                        "$.mobileNodeIdentifier", "$.prefixModel", "$.staticPrefixes[0]", "$.colour");
        HttpResponse<String> malformed = post("{\"policyGroup\": \"a\",\n \"policyGroup\": \"b\"}");
        assertProblem(malformed, 400, "malformed-json");
        assertThat(json(malformed).get("line").asInt()).isEqualTo(2);
        assertProblem(
                post(subscriber("x", ", \"serviceSelections\": [\"" + "x".repeat(300_000) + "\"]")),
                413,
                "content-too-large");
        assertProblem(
                send("POST", SUBSCRIBERS, subscriber("x"), "Content-Type", "text/plain"),
                415,
                "unsupported-media-type");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aNodeHasOneProfileAndAKeyCreatesOnce() {
        HttpResponse<String> created = post(subscriber("mn"), "Idempotency-Key", "k1");
        put("mn", subscriber("mn", ", \"hostModel\": \"WEAK\""), "If-Match", "*");
        String before = state();

        HttpResponse<String> repeated = post(subscriber("mn"), "Idempotency-Key", "k1");
        assertThat(repeated.statusCode()).isEqualTo(201);
        assertThat(repeated.body()).isEqualTo(created.body());
        assertThat(etag(repeated)).isEqualTo(etag(created));
        assertProblem(post(subscriber("other"), "Idempotency-Key", "k1"), 422, "idempotency-key-reused");
        assertProblem(post(subscriber("mn")), 409, "subscriber-exists");
        assertProblem(post(subscriber("mn"), "Idempotency-Key", "a b"), 400, "invalid-request");
        assertThat(state()).isEqualTo(before);
        assertThat(send("POST", "/api/v1/policies", RunningPolicyService.policy("k", 77), "Idempotency-Key", "k1")
                        .statusCode())
                .as("a key is a resource's own")
                .isEqualTo(201);
        send("DELETE", "/api/v1/policies/k", "", "If-Match", "*");
    }

    @Test
    void t09_anInterfaceIsOneNodesAndTellsWhose() {
        post(subscriber("mn1", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:01\", \"02:00:00:00:00:02\"]"));
        HttpResponse<String> refused = post(subscriber("mn2", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:02\"]"));
        assertProblem(refused, 409, "link-layer-identifier-taken");
        assertThat(json(refused).get("detail").asString()).contains("02:00:00:00:00:02", "mn1");
        assertThat(paths(refused)).containsExactly("$.linkLayerIdentifiers");

        JsonNode found = json(get(SUBSCRIBERS + "?linkLayerIdentifier=02:00:00:00:00:02"));
        assertThat(found.get("items")).hasSize(1);
        assertThat(found.get("items").get(0).get("mobileNodeIdentifier").asString())
                .isEqualTo("mn1");
        assertThat(json(get(SUBSCRIBERS + "?linkLayerIdentifier=02:00:00:00:00:03"))
                        .get("items"))
                .isEmpty();
        assertProblem(get(SUBSCRIBERS + "?linkLayerIdentifier=x"), 400, "invalid-request");

        put("mn1", subscriber("mn1", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:01\"]"), "If-Match", "*");
        assertThat(post(subscriber("mn2", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:02\"]"))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void aStaticPrefixIsOneNodesWithAllThatIsInIt() {
        post(subscriber("mn1", ", \"staticPrefixes\": [\"2001:db8:7::/56\"]"));
        for (String wanted : List.of("2001:db8:7::/56", "2001:db8:7:1::/64", "2001:db8::/32")) {
            HttpResponse<String> refused = post(subscriber("mn2", ", \"staticPrefixes\": [\"" + wanted + "\"]"));
            assertProblem(refused, 409, "prefix-taken");
            assertThat(json(refused).get("detail").asString()).contains(wanted, "mn1");
            assertThat(paths(refused)).containsExactly("$.staticPrefixes");
        }
        delete("mn1", "If-Match", "*");
        assertThat(post(subscriber("mn2", ", \"staticPrefixes\": [\"2001:db8:7:1::/64\"]"))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void ofManyWritersThatWantOnePrefixOneGetsIt() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(
                            () -> post(subscriber("mn" + i, ", \"staticPrefixes\": [\"2001:db8:7::/64\"]"))))
                    .toList();
            List<Integer> statuses = new ArrayList<>();
            for (Future<HttpResponse<String>> answer : answers) {
                statuses.add(answer.get().statusCode());
            }
            assertThat(statuses).containsOnly(201, 409).containsOnlyOnce(201);
        }
    }

    @Test
    void theListIsInOrderAndComesInPages() {
        List<String> names = List.of("a", "a-1", "b@x", "c", "\u00e9", "z");
        names.reversed()
                .forEach(name -> assertThat(post(subscriber(name)).statusCode()).isEqualTo(201));

        List<String> listed = new ArrayList<>();
        String next = SUBSCRIBERS + "?limit=2";
        while (!next.isEmpty()) {
            JsonNode page = json(get(next));
            assertThat(page.get("items").size()).isLessThanOrEqualTo(2);
            page.get("items")
                    .forEach(item -> listed.add(item.get("mobileNodeIdentifier").asString()));
            next = page.get("next").isNull()
                    ? ""
                    : SUBSCRIBERS + "?limit=2&cursor=" + page.get("next").asString();
        }
        assertThat(listed).containsExactly("a", "a-1", "b@x", "c", "z", "\u00e9");
        for (String query : List.of("limit=0", "limit=x", "cursor=x", "cursor=!!", "cursor=cHJlY2VkZW5jZTox")) {
            assertProblem(get(SUBSCRIBERS + "?" + query), 400, "invalid-request");
        }
    }
}
