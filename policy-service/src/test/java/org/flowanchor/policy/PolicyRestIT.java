package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.policy.RunningPolicyService.JSON;
import static org.flowanchor.policy.RunningPolicyService.assertProblem;
import static org.flowanchor.policy.RunningPolicyService.etag;
import static org.flowanchor.policy.RunningPolicyService.get;
import static org.flowanchor.policy.RunningPolicyService.json;
import static org.flowanchor.policy.RunningPolicyService.policy;
import static org.flowanchor.policy.RunningPolicyService.send;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class PolicyRestIT {
    private static final String POLICIES = "/api/v1/policies";

    @BeforeEach
    void noPolicies() {
        RunningPolicyService.retireAll();
    }

    private static HttpResponse<String> post(String body, String... headers) {
        return send("POST", POLICIES, body, headers);
    }

    private static HttpResponse<String> put(String name, String body, String... headers) {
        return send("PUT", POLICIES + "/" + name, body, headers);
    }

    private static HttpResponse<String> delete(String name, String... headers) {
        return send("DELETE", POLICIES + "/" + name, "", headers);
    }

    /** All that a rejected request could have changed. */
    private static String state() {
        return get(POLICIES + "?limit=1000").body()
                + RunningPolicyService.POSTGRES.value(
                        "select (select version from topic_version where topic = 'policies') || ' ' || (select count(*) from policy_revision)"
                                + " || ' ' || (select count(*) from idempotency_key)");
    }

    @Test
    void aPolicyIsCreatedReadReplacedAndDeleted() {
        HttpResponse<String> created = post(policy("voip", 100));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue("/api/v1/policies/voip");
        ObjectNode body = (ObjectNode) json(created);
        assertThat(body.get("createdAt").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        assertThat(body.get("updatedAt")).isEqualTo(body.get("createdAt"));
        assertThat(etag(created)).isEqualTo("\"" + body.get("revision").asLong() + "\"");
        assertThat(body.deepCopy().remove(List.of("revision", "createdAt", "updatedAt")))
                .isEqualTo(JSON.readTree(policy("voip", 100)));

        HttpResponse<String> read = get(POLICIES + "/voip");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(json(read)).isEqualTo(body);
        assertThat(etag(read)).isEqualTo(etag(created));

        HttpResponse<String> replaced = put("voip", policy("voip", 101, "\"E_UTRAN\""), "If-Match", etag(created));
        assertThat(replaced.statusCode()).as(replaced.body()).isEqualTo(200);
        assertThat(json(replaced).get("revision").asLong())
                .isEqualTo(body.get("revision").asLong() + 1);
        assertThat(json(replaced).get("createdAt")).isEqualTo(body.get("createdAt"));
        assertThat(json(get(POLICIES + "/voip"))).isEqualTo(json(replaced));

        HttpResponse<String> deleted = delete("voip", "If-Match", etag(replaced));
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
        assertProblem(get(POLICIES + "/voip"), 404, "policy-not-found");
        assertProblem(delete("voip", "If-Match", etag(replaced)), 404, "policy-not-found");
    }

    @Test
    void anAnswerCanBeSentBackAsItCameAndChangesNothing() {
        HttpResponse<String> created = post(policy("same", 1));
        String before = state();

        HttpResponse<String> again = put("same", created.body(), "If-Match", etag(created));

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(created.body());
        assertThat(etag(again)).isEqualTo(etag(created));
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void anUnchangedPolicyIsNotSentTwice() {
        HttpResponse<String> created = post(policy("cached", 1));
        HttpResponse<String> cached = send("GET", POLICIES + "/cached", "", "If-None-Match", etag(created));
        assertThat(cached.statusCode()).isEqualTo(304);
        assertThat(cached.body()).isEmpty();
    }

    @Test
    void aPolicyCreatedAgainHasANewTag() {
        HttpResponse<String> first = post(policy("again", 1));
        assertThat(delete("again", "If-Match", etag(first)).statusCode()).isEqualTo(204);

        HttpResponse<String> second = post(policy("again", 1));

        assertThat(json(second).get("revision").asLong())
                .isEqualTo(json(first).get("revision").asLong() + 2);
        assertProblem(delete("again", "If-Match", etag(first)), 412, "precondition-failed");
    }

    @Test
    void writesNeedTheTagOfWhatTheyChange() {
        HttpResponse<String> created = post(policy("tagged", 1));
        HttpResponse<String> current = put("tagged", policy("tagged", 2), "If-Match", etag(created));
        String before = state();

        assertProblem(put("tagged", policy("tagged", 3)), 428, "precondition-required");
        assertProblem(delete("tagged"), 428, "precondition-required");
        assertProblem(put("tagged", policy("tagged", 3), "If-Match", etag(created)), 412, "precondition-failed");
        assertProblem(delete("tagged", "If-Match", etag(created)), 412, "precondition-failed");
        assertProblem(put("tagged", policy("tagged", 3), "If-Match", "W/" + etag(current)), 412, "precondition-failed");
        assertProblem(put("tagged", policy("tagged", 3), "If-Match", "\"abc\""), 412, "precondition-failed");
        assertProblem(put("tagged", policy("tagged", 3), "If-None-Match", "*"), 412, "precondition-failed");
        assertProblem(put("missing", policy("missing", 3), "If-Match", etag(current)), 412, "precondition-failed");
        assertProblem(put("missing", policy("missing", 3), "If-Match", "*"), 412, "precondition-failed");
        assertProblem(put("tagged", policy("tagged", 3), "If-Match", "3"), 400, "invalid-request");
        assertProblem(put("tagged", policy("tagged", 3), "If-None-Match", "\"3\""), 400, "invalid-request");
        assertProblem(
                put("tagged", policy("tagged", 3), "If-None-Match", "*", "If-Match", "*"), 400, "invalid-request");
        assertThat(state()).isEqualTo(before);

        assertThat(put("tagged", policy("tagged", 3), "If-Match", "\"x\", " + etag(current))
                        .statusCode())
                .isEqualTo(200);
        assertThat(delete("tagged", "If-Match", "*").statusCode()).isEqualTo(204);
    }

    @Test
    void putWithIfNoneMatchCreates() {
        HttpResponse<String> created = put("fresh", policy("fresh", 5), "If-None-Match", "*");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue("/api/v1/policies/fresh");
        assertThat(json(get(POLICIES + "/fresh"))).isEqualTo(json(created));
    }

    @Test
    void namesAndPrecedencesAreGivenOnce() {
        HttpResponse<String> first = post(policy("first", 1));
        HttpResponse<String> second = post(policy("second", 2));
        String before = state();

        assertProblem(post(policy("first", 3)), 409, "name-taken");
        assertProblem(post(policy("third", 2)), 409, "precedence-taken");
        assertThat(json(post(policy("third", 2))).get("detail").asString()).contains("second");
        assertProblem(put("second", policy("second", 1), "If-Match", etag(second)), 409, "precedence-taken");
        assertProblem(put("third", policy("third", 1), "If-None-Match", "*"), 409, "precedence-taken");
        assertThat(state()).isEqualTo(before);

        assertThat(delete("first", "If-Match", etag(first)).statusCode()).isEqualTo(204);
        assertThat(put("second", policy("second", 1), "If-Match", etag(second)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCreationUnderAKeyHappensOnce() {
        HttpResponse<String> first = post(policy("keyed", 1), "Idempotency-Key", "k-1");
        assertThat(first.statusCode()).isEqualTo(201);
        put("keyed", policy("keyed", 2), "If-Match", etag(first));
        String before = state();

        HttpResponse<String> repeated = post(policy("keyed", 1), "Idempotency-Key", "k-1");
        assertThat(repeated.statusCode()).isEqualTo(201);
        assertThat(repeated.body()).isEqualTo(first.body());
        assertThat(etag(repeated)).isEqualTo(etag(first));
        assertThat(repeated.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));

        assertProblem(post(policy("keyed", 9), "Idempotency-Key", "k-1"), 422, "idempotency-key-reused");
        assertProblem(post(policy("other", 9), "Idempotency-Key", "k-1"), 422, "idempotency-key-reused");
        assertProblem(post(policy("other", 9), "Idempotency-Key", "a b"), 400, "invalid-request");
        assertThat(state()).isEqualTo(before);

        delete("keyed", "If-Match", "*");
        assertThat(post(policy("keyed", 1), "Idempotency-Key", "k-1").body()).isEqualTo(first.body());
        assertProblem(get(POLICIES + "/keyed"), 404, "policy-not-found");
    }

    @Test
    void concurrentCreationsUnderOneKeyAreOne() throws Exception {
        Set<String> bodies = new HashSet<>();
        for (HttpResponse<String> response :
                together(20, i -> post(policy("once", 1), "Idempotency-Key", "k-concurrent"))) {
            assertThat(response.statusCode()).isEqualTo(201);
            bodies.add(response.body());
        }
        assertThat(bodies).hasSize(1);
    }

    @Test
    void ofConcurrentWishesForOnePrecedenceOneIsGranted() throws Exception {
        List<Integer> statuses = together(20, i -> post(policy("wish-" + i, 77))).stream()
                .map(HttpResponse::statusCode)
                .sorted()
                .toList();
        assertThat(statuses.getFirst()).isEqualTo(201);
        assertThat(statuses.subList(1, 20)).containsOnly(409);
    }

    @Test
    void ofConcurrentReplacementsOfOneRevisionOneIsGranted() throws Exception {
        String tag = etag(post(policy("raced", 1)));
        List<Integer> statuses = together(20, i -> put("raced", policy("raced", 10 + i), "If-Match", tag)).stream()
                .map(HttpResponse::statusCode)
                .sorted()
                .toList();
        assertThat(statuses.getFirst()).isEqualTo(200);
        assertThat(statuses.subList(1, 20)).containsOnly(412);
    }

    private interface Call {
        HttpResponse<String> run(int index);
    }

    private static List<HttpResponse<String>> together(int count, Call call) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int index = i;
                futures.add(threads.submit(() -> call.run(index)));
            }
            List<HttpResponse<String>> responses = new ArrayList<>();
            for (Future<HttpResponse<String>> future : futures) {
                responses.add(future.get());
            }
            return responses;
        }
    }

    @Test
    void listsInEvaluationOrderPageByPage() {
        IntStream.of(30, 10, 50, 20, 40).forEach(precedence -> post(policy("p" + precedence, precedence)));

        List<String> names = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String next = POLICIES + "?limit=2";
        while (!next.isEmpty()) {
            JsonNode page = json(get(next));
            page.get("items").forEach(item -> names.add(item.get("name").asString()));
            sizes.add(page.get("items").size());
            next = page.get("next").isNull()
                    ? ""
                    : POLICIES + "?limit=2&cursor=" + page.get("next").asString();
        }

        assertThat(names).containsExactly("p10", "p20", "p30", "p40", "p50");
        assertThat(sizes).containsExactly(2, 2, 1);
        assertThat(json(get(POLICIES + "?limit=5")).get("next").isNull()).isTrue();
        assertThat(json(get(POLICIES + "?limit=100000")).get("items").size()).isEqualTo(5);
        for (String bad : List.of(
                "limit=0", "limit=-1", "limit=x", "cursor=x", "cursor=!!", "cursor=cHJlY2VkZW5jZTo5OTk5OTk5OTk5")) {
            assertProblem(get(POLICIES + "?" + bad), 400, "invalid-request");
        }
    }

    @Test
    void everyFaultOfADocumentIsInOneAnswer() {
        String before = state();
        HttpResponse<String> response = post("""
                {"name": "Bad", "precedence": "1", "groups": ["default"], "colour": 1,
                 "rules": [
                  {"name": "all", "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["E_UTRAN", "WIFI"]}},
                  {"name": "r", "selectors": [{"dscp": "AF99", "remotePorts": "443"}],
                   "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["E_UTRAN"]}}]}
                """);
        assertProblem(response, 400, "invalid-policy");
        List<String> paths = new ArrayList<>();
        json(response).get("errors").forEach(error -> {
            paths.add(error.get("path").asString());
            assertThat(error.get("message").asString()).isNotBlank();
        });
        assertThat(paths)
                .containsExactlyInAnyOrder(
                        "$.colour",
                        "$.name",
                        "$.precedence",
                        "$.rules[0].steering.accessTechnologyTypes[1]",
                        "$.rules[1].selectors[0].dscp",
                        "$.rules[1].selectors[0].remotePorts");
        assertProblem(put("Bad", policy("Bad", 1), "If-None-Match", "*"), 400, "invalid-policy");
        assertProblem(put("good", policy("other", 1), "If-None-Match", "*"), 400, "invalid-policy");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aRuleThatCannotMatchIsRefusedWithItsPath() {
        String before = state();
        HttpResponse<String> response = post("""
                {"name": "shadow", "precedence": 1, "groups": ["default"],
                 "rules": [
                  {"name": "udp", "selectors": [{"protocol": "udp"}],
                   "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["E_UTRAN"]}},
                  {"name": "voip", "selectors": [{"protocol": "udp", "dscp": "EF"}],
                   "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["IEEE_802_11"]}}]}
                """);
        assertProblem(response, 400, "invalid-policy");
        assertThat(json(response).get("errors")).hasSize(1);
        assertThat(json(response).get("errors").get(0).get("path").asString()).isEqualTo("$.rules[1]");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void anIndexOfAnythingButEspIsRefusedWithItsPath() {
        String before = state();
        HttpResponse<String> response = post("""
                {"name": "ipsec", "precedence": 1, "groups": ["default"],
                 "rules": [
                  {"name": "tunnel",
                   "selectors": [{"protocol": "udp", "remotePorts": "4500", "spi": "0x100"}, {"protocol": "esp", "spi": "0x100"}],
                   "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["E_UTRAN"]}}]}
                """);
        assertProblem(response, 400, "invalid-policy");
        assertThat(json(response).get("errors")).hasSize(1);
        assertThat(json(response).get("errors").get(0).get("path").asString()).isEqualTo("$.rules[0].selectors[0].spi");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void malformedJsonIsNamedByLineAndColumn() {
        String before = state();
        HttpResponse<String> response = post("{\"name\": \"p\",\n \"precedence\": 1,,\n}");
        assertProblem(response, 400, "malformed-json");
        assertThat(json(response).get("line").asInt()).isEqualTo(2);
        assertThat(json(response).get("column").asInt()).isBetween(17, 19);

        assertProblem(post("{\"name\": \"p\", \"name\": \"q\"}"), 400, "malformed-json");
        assertProblem(post("{} {}"), 400, "malformed-json");
        assertProblem(post("{\"name\": \"p\""), 400, "malformed-json");
        assertProblem(post(" "), 400, "malformed-json");
        assertProblem(post("[".repeat(5000)), 400, "malformed-json");
        assertProblem(post("{\"precedence\": " + "9".repeat(5000) + "}"), 400, "malformed-json");
        assertProblem(post("{\"\\ud800\": 1}"), 400, "malformed-json");
        assertProblem(post("{\"name\": \"\\u0000\"}"), 400, "invalid-policy");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void whatIsNoPolicyRequestIsAProblemToo() {
        String before = state();
        assertProblem(post("x".repeat(300_000)), 413, "content-too-large");
        assertProblem(post("a: b", "Content-Type", "application/yaml"), 415, "unsupported-media-type");
        assertProblem(send("PATCH", POLICIES + "/p", "{}"), 405, "method-not-allowed");
        assertProblem(send("DELETE", POLICIES, ""), 405, "method-not-allowed");
        assertProblem(get("/api/v1/nonsense"), 404, "not-found");
        assertProblem(get(POLICIES + "/No_Name"), 404, "policy-not-found");
        assertProblem(delete("No_Name", "If-Match", "*"), 404, "policy-not-found");
        assertProblem(get(POLICIES + "/%C3%28"), 400, "bad-request");
        assertProblem(get(POLICIES + "?limit=%FF"), 400, "invalid-request");
        assertProblem(get(POLICIES + "?limit=1&limit=2"), 400, "invalid-request");
        assertProblem(get(POLICIES + "?nonsense=1"), 400, "invalid-request");
        assertThat(json(get(POLICIES + "?nonsense=1")).get("detail").asString())
                .isEqualTo("nonsense: no such parameter; there are cursor, limit");
        assertThat(json(get("/api/v1/subscribers?linkLayerIdentifer=02:00:00:00:00:01"))
                        .get("detail")
                        .asString())
                .isEqualTo("linkLayerIdentifer: no such parameter; there are cursor, limit, linkLayerIdentifier");
        assertProblem(send("GET", POLICIES, "", "Accept", "text/csv"), 406, "not-acceptable");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void everyRevisionIsKept() {
        HttpResponse<String> created = post(policy("history", 1));
        put("history", policy("history", 2), "If-Match", etag(created));
        delete("history", "If-Match", "*");

        assertThat(RunningPolicyService.POSTGRES.value(
                        "select string_agg((document is null)::text, ' ' order by revision) from"
                                + " (select document, revision from policy_revision where name = 'history'"
                                + " order by revision desc limit 3) last"))
                .isEqualTo("false false true");
    }

    @Test
    void writesAreCounted() {
        String accepted = "flowanchor_policy_writes_total{operation=\"create\",outcome=\"accepted\"}";
        String rejected = "flowanchor_policy_writes_total{operation=\"create\",outcome=\"rejected\"}";
        double acceptedBefore = RunningPolicyService.metric(accepted);
        double rejectedBefore = RunningPolicyService.metric(rejected);

        post(policy("counted", 1));
        post(policy("counted", 1));

        assertThat(RunningPolicyService.metric(accepted)).isEqualTo(acceptedBefore + 1);
        assertThat(RunningPolicyService.metric(rejected)).isEqualTo(rejectedBefore + 1);
    }
}
