package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.flowanchor.policy.RunningPolicyService.get;
import static org.flowanchor.policy.RunningPolicyService.json;
import static org.flowanchor.policy.RunningPolicyService.metric;
import static org.flowanchor.policy.RunningPolicyService.send;
import static org.flowanchor.policy.RunningPolicyService.subscriber;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.SubscriberEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Many profiles at once, and what the binding service would read of them. */
class SubscriberImportIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final TopicRecords TOPIC = new TopicRecords(Topics.SUBSCRIBERS);

    @BeforeEach
    void noSubscribers() {
        while (!json(get("/api/v1/subscribers")).get("items").isEmpty()) {
            RunningPolicyService.retireAllSubscribers();
        }
        drained();
    }

    private static void drained() {
        await().atMost(PATIENCE)
                .until(() -> metric("flowanchor_policy_subscriber_outbox_pending") == 0
                        && RunningPolicyService.POSTGRES
                                .value("select count(*) from outbox where topic = 'subscribers'")
                                .equals("0"));
    }

    private static JsonNode load(String lines) {
        HttpResponse<String> response =
                send("POST", "/api/v1/subscribers:import", lines, "Content-Type", "application/x-ndjson");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private static void assertCounts(JsonNode answer, long created, long replaced, long unchanged, long refused) {
        assertThat(List.of(
                        answer.get("lines").asLong(),
                        answer.get("created").asLong(),
                        answer.get("replaced").asLong(),
                        answer.get("unchanged").asLong(),
                        answer.get("refused").asLong()))
                .containsExactly(created + replaced + unchanged + refused, created, replaced, unchanged, refused);
    }

    @Test
    void thousandsOfProfilesAreLoadedAndTheSameAgainChangesNothing() throws Exception {
        String lines = IntStream.range(0, 2_500)
                .mapToObj(i -> subscriber("bulk%05d".formatted(i), """
                        , "linkLayerIdentifiers": ["02:00:00:00:%02x:%02x"], "staticPrefixes": ["2001:db8:b:%x::/64"]""".formatted(i / 256, i % 256, i)))
                .collect(Collectors.joining("\n"));
        long from = TOPIC.end();

        assertCounts(load(lines), 2_500, 0, 0, 0);
        assertCounts(load(lines), 0, 0, 2_500, 0);
        assertCounts(load(subscriber("bulk00007", ", \"hostModel\": \"WEAK\"") + "\r\n\n"), 0, 1, 0, 0);
        drained();

        List<ConsumerRecord<String, byte[]>> records = TOPIC.from(from);
        assertThat(records).hasSize(2_501);
        TopicRecords.assertDense(records);
        assertThat(records.getFirst().key()).isEqualTo("bulk00000");
        SubscriberEvent event = SubscriberEvent.parseFrom(records.get(300).value());
        assertThat(event.getMobileNodeIdentifier())
                .isEqualTo("bulk00300")
                .isEqualTo(records.get(300).key());
        assertThat(event.getLinkLayerIdentifiers(0).toByteArray()).containsExactly(2, 0, 0, 0, 1, 44);
        assertThat(json(get("/api/v1/subscribers/bulk00300")).get("revision").asLong())
                .isEqualTo(TopicRecords.version(records.get(300)));
        send("DELETE", "/api/v1/subscribers/bulk00300", "", "If-Match", "*");
        drained();
        assertThat(TOPIC.from(from).getLast()).satisfies(tombstone -> {
            assertThat(tombstone.key()).isEqualTo("bulk00300");
            assertThat(tombstone.value()).isNull();
        });
    }

    @Test
    void aRefusedLineIsToldAndDoesNotHoldUpTheOthers() {
        JsonNode answer = load(String.join(
                "\n",
                subscriber("a", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:01\"]"),
                "",
                "{\"policyGroup\": \"g\"}",
                "{not json",
                subscriber("b", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:01\"]"),
                subscriber("x", ", \"serviceSelections\": [\"" + "x".repeat(70_000) + "\"]"),
                subscriber("a", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:02\"]"),
                subscriber("b", ", \"linkLayerIdentifiers\": [\"02:00:00:00:00:01\"]"),
                subscriber("c", ", \"staticPrefixes\": [\"2001:db8:7::/56\"]"),
                subscriber("d", ", \"staticPrefixes\": [\"2001:db8:7:1::/64\"]")));

        assertCounts(answer, 3, 1, 0, 5);
        JsonNode refusals = answer.get("refusals");
        assertThat(refusals.findValuesAsString("line")).containsExactlyInAnyOrder("3", "4", "5", "6", "10");
        refusals.forEach(refusal -> {
            String error = refusal.get("errors").get(0).toString();
            switch (refusal.get("line").asInt()) {
                case 3 -> assertThat(error).contains("$.mobileNodeIdentifier", "is missing");
                case 4 -> assertThat(error).contains("line 1, column");
                case 5 -> {
                    assertThat(error).contains("$.linkLayerIdentifiers", "mobile node a");
                    assertThat(refusal.get("mobileNodeIdentifier").asString()).isEqualTo("b");
                }
                case 6 -> assertThat(error).contains("at most 65536 octets");
                case 10 -> assertThat(error).contains("$.staticPrefixes", "2001:db8:7::/56", "mobile node c");
                default -> throw new AssertionError(refusal.toString());
            }
        });
        assertThat(json(get("/api/v1/subscribers?linkLayerIdentifier=02:00:00:00:00:01"))
                        .get("items")
                        .get(0)
                        .get("mobileNodeIdentifier")
                        .asString())
                .isEqualTo("b");
        assertThat(get("/api/v1/subscribers/d").statusCode()).isEqualTo(404);
    }

    @Test
    void anImportIsLinesOfJsonAndNothingElse() {
        HttpResponse<String> response = send("POST", "/api/v1/subscribers:import", "[" + subscriber("a") + "]");
        assertThat(response.statusCode()).isEqualTo(415);
        assertCounts(load("[" + subscriber("a") + "]"), 0, 0, 0, 1);
        assertThat(get("/api/v1/subscribers/a").statusCode()).isEqualTo(404);
    }
}
