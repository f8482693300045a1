package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.flowanchor.policy.RunningPolicyService.ADDRESS;
import static org.flowanchor.policy.RunningPolicyService.KAFKA;
import static org.flowanchor.policy.RunningPolicyService.get;
import static org.flowanchor.policy.RunningPolicyService.json;
import static org.flowanchor.policy.RunningPolicyService.metric;
import static org.flowanchor.policy.RunningPolicyService.policy;
import static org.flowanchor.policy.RunningPolicyService.send;
import static org.flowanchor.policy.TopicRecords.assertDense;
import static org.flowanchor.policy.TopicRecords.version;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** What the flow-manager would read of policies, and the binding service of profiles. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class OutboxIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TopicRecords TOPIC = new TopicRecords(Topics.POLICIES);

    @BeforeAll
    static void started() {
        // Starts the service, which is not what the patience below is for.
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        drained();
    }

    @BeforeEach
    void noPolicies() {
        RunningPolicyService.retireAll();
        drained();
    }

    private static void drained() {
        await().atMost(PATIENCE)
                .until(() -> metric("flowanchor_policy_outbox_pending") == 0
                        && RunningPolicyService.POSTGRES
                                .value("select count(*) from outbox where topic = 'policies'")
                                .equals("0"));
    }

    private static void create(String name, int precedence) {
        HttpResponse<String> response = send("POST", "/api/v1/policies", policy(name, precedence));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @Test
    void theTopicIsCompactedAndHasOnePartition() throws Exception {
        assertCompactedWithOnePartition(Topics.POLICIES);
    }

    private static void assertCompactedWithOnePartition(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            assertThat(admin.describeTopics(List.of(name)).allTopicNames().get())
                    .extractingByKey(name)
                    .satisfies(topic -> assertThat(topic.partitions()).hasSize(1));
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
            assertThat(admin.describeConfigs(List.of(topic)).all().get())
                    .extractingByKey(topic)
                    .satisfies(config ->
                            assertThat(config.get("cleanup.policy").value()).isEqualTo("compact"));
        }
    }

    @Test
    void theTopicOfProfilesIsCompactedAndHasOnePartition() throws Exception {
        assertCompactedWithOnePartition(Topics.SUBSCRIBERS);
    }

    @Test
    void everyChangeIsOnTheTopicInOrderAndARecreatedPolicyIsNewerThanItsTombstone() throws Exception {
        long from = TOPIC.end();
        create("life", 1);
        send("PUT", "/api/v1/policies/life", policy("life", 2), "If-Match", "*");
        send("DELETE", "/api/v1/policies/life", "", "If-Match", "*");
        create("life", 3);
        drained();

        List<ConsumerRecord<String, byte[]>> records = TOPIC.from(from);
        assertThat(records)
                .hasSize(4)
                .allSatisfy(record -> assertThat(record.key()).isEqualTo("life"));
        assertDense(records);
        assertThat(OffloadPolicyEvent.parseFrom(records.get(0).value()).getPrecedence())
                .isEqualTo(1);
        assertThat(OffloadPolicyEvent.parseFrom(records.get(1).value()).getPrecedence())
                .isEqualTo(2);
        assertThat(records.get(2).value()).isNull();
        OffloadPolicyEvent last = OffloadPolicyEvent.parseFrom(records.get(3).value());
        assertThat(last.getPrecedence()).isEqualTo(3);
        assertThat(last.getRevision())
                .isEqualTo(OffloadPolicyEvent.parseFrom(records.get(0).value()).getRevision() + 3);
        assertThat(last.getRulesList().stream().map(org.flowanchor.api.v1.SteeringRule::getName))
                .containsExactly("voip", "best-effort");
    }

    @Test
    void aRecordHasTheTraceOfItsRequestAndWithoutOneATraceBegins() {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        long from = TOPIC.end();
        send("POST", "/api/v1/policies", policy("traced", 1), "traceparent", trace);
        send("PUT", "/api/v1/policies/traced", policy("traced", 2), "If-Match", "*", "traceparent", trace);
        send("DELETE", "/api/v1/policies/traced", "", "If-Match", "*", "traceparent", trace);
        create("untraced", 3);
        send("PUT", "/api/v1/policies/untraced", policy("untraced", 4), "If-Match", "*", "traceparent", "anything");
        drained();

        List<String> traces =
                TOPIC.from(from).stream().map(TopicRecords::traceparent).toList();
        assertThat(traces).hasSize(5).allMatch(TraceContext::isValid);
        assertThat(traces.subList(0, 3)).as("of values and tombstones").containsOnly(trace);
        assertThat(traces.subList(2, 5)).as("begun").doesNotHaveDuplicates();
    }

    /** Kept and told as 32 bits without a sign. */
    @Test
    void aSecurityParametersIndexIsKeptAndOnTheTopic() throws Exception {
        long from = TOPIC.end();
        String selector = "{\"protocol\":\"esp\",\"spi\":\"0x7fffffff-0xfffffffe\"}";
        HttpResponse<String> created = send("POST", "/api/v1/policies", """
                {"name": "ipsec", "precedence": 1, "groups": ["default"],
                 "rules": [{"name": "tunnel", "selectors": [%s],
                            "steering": {"mode": "ACTIVE_STANDBY", "accessTechnologyTypes": ["E_UTRAN"]}}]}
                """.formatted(selector));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(get("/api/v1/policies/ipsec").body()).contains(selector);
        drained();

        assertThat(TOPIC.from(from)).hasSize(1);
        org.flowanchor.api.v1.TrafficSelector published = OffloadPolicyEvent.parseFrom(
                        TOPIC.from(from).getFirst().value())
                .getRules(0)
                .getSelectors(0);
        assertThat(published.getSecurityParametersIndexes().getStart()).isEqualTo(0x7fff_ffff);
        assertThat(published.getSecurityParametersIndexes().getEnd()).isEqualTo(0xffff_fffe);
    }

    @Test
    void refusedWritesAreNotOnTheTopic() {
        create("kept", 1);
        drained();
        long from = TOPIC.end();

        send("POST", "/api/v1/policies", policy("kept", 2));
        send("POST", "/api/v1/policies", policy("other", 1));
        send("POST", "/api/v1/policies", "{}");
        send("DELETE", "/api/v1/policies/kept", "", "If-Match", "\"999999\"");
        create("next", 2);
        drained();

        assertThat(TOPIC.from(from))
                .singleElement()
                .extracting(ConsumerRecord::key)
                .isEqualTo("next");
    }

    @Test
    void twoReplicasGiveOneOrder() throws Exception {
        long from = TOPIC.end();
        try (ConfigurableApplicationContext replica = RunningPolicyService.replica();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            URI other = RunningPolicyService.addressOf(replica);
            List<Future<Integer>> writes = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String policy = policy("p" + i, i);
                URI address = i % 2 == 0 ? ADDRESS : other;
                // 503: its turn did not come in time, and nothing was written.
                writes.add(threads.submit(() -> await().atMost(PATIENCE)
                        .until(
                                () -> send(address, "POST", "/api/v1/policies", policy)
                                        .statusCode(),
                                status -> status != 503)));
            }
            for (Future<Integer> write : writes) {
                assertThat(write.get()).isEqualTo(201);
            }
            drained();
        }

        List<ConsumerRecord<String, byte[]>> records = TOPIC.from(from);
        assertThat(records).hasSize(60);
        assertDense(records);
    }

    @Test
    void writesGoOnWhileKafkaIsAwayAndArriveWhenItIsBack() throws Exception {
        long from = TOPIC.end();
        KAFKA.stop();
        try {
            for (int i = 0; i < 5; i++) {
                create("away-" + i, i);
            }
            send("DELETE", "/api/v1/policies/away-0", "", "If-Match", "*");

            await().atMost(PATIENCE).until(() -> metric("flowanchor_policy_outbox_pending") == 6);
            await().atMost(PATIENCE).untilAsserted(() -> {
                JsonNode health =
                        json(get("/actuator/health")).get("components").get("policyOutbox");
                assertThat(health.get("status").asString()).isEqualTo("UP");
                assertThat(health.get("details").get("pending").asInt()).isEqualTo(6);
                assertThat(health.get("details").has("oldest")).isTrue();
                assertThat(health.get("details").has("failingSince")).isTrue();
                assertThat(health.get("details").get("failure").asString()).isNotBlank();
            });
            assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(metric("flowanchor_policy_outbox_failures_total")).isPositive();
        } finally {
            KAFKA.start();
        }
        drained();

        List<ConsumerRecord<String, byte[]>> records = TOPIC.from(from);
        List<ConsumerRecord<String, byte[]>> newest = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            if (newest.isEmpty() || version(record) > version(newest.getLast())) {
                newest.add(record);
            }
        }
        assertThat(newest.stream().map(ConsumerRecord::key))
                .containsExactly("away-0", "away-1", "away-2", "away-3", "away-4", "away-0");
        assertDense(newest);
        assertThat(newest.getLast().value()).isNull();
        assertThat(version(records.getLast())).isEqualTo(version(newest.getLast()));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(json(get("/actuator/health"))
                                .get("components")
                                .get("policyOutbox")
                                .get("details")
                                .has("failingSince"))
                        .isFalse());
    }
}
