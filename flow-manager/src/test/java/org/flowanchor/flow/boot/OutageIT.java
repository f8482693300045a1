package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.boot.Platform.address;
import static org.flowanchor.flow.boot.Platform.await;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.SteeringMode;
import org.flowanchor.api.v1.SteeringRule;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.mobility.LmaAddress;
import org.junit.jupiter.api.Test;

/** PostgreSQL and Kafka go away under a running service. */
class OutageIT {
    private static final ByteString WLAN_GATEWAY = address("2001:db8:b::11");
    private static final ByteString LTE_GATEWAY = address("2001:db8:b::12");
    private static final int INTERVAL_MILLIS = 200;

    @Test
    void withoutDatabaseAndKafkaDecisionsGoOnAndHealthSaysWhatIsAway() throws Exception {
        FiveTuple flow = FiveTuple.newBuilder()
                .setSourceAddress(address("2001:db8:c::2"))
                .setDestinationAddress(address("2001:db8:100:1::2"))
                .setProtocol(6)
                .setSourcePort(443)
                .setDestinationPort(50_000)
                .build();
        String id = FlowId.of(LmaAddress.parse(Platform.ANCHOR), ProtoMapping.fiveTuple(flow))
                .toString();
        try (Platform platform = new Platform();
                ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor()) {
            platform.bind("mn1@example.org", 1, "2001:db8:b::11", 4, true);
            platform.bind("mn1@example.org", 2, "2001:db8:b::12", 8, true);
            platform.policy(OffloadPolicyEvent.newBuilder()
                    .setName("offload")
                    .setRevision(1)
                    .setEnabled(true)
                    .addGroups("default")
                    .addRules(SteeringRule.newBuilder()
                            .setName("all")
                            .setMode(SteeringMode.STEERING_MODE_PRIORITY_BASED)
                            .addAccessTechnologyTypes(4)
                            .addAccessTechnologyTypes(8))
                    .build());
            try (ScriptedAgent agent =
                    new ScriptedAgent(platform.grpcPort(), address(Platform.ANCHOR), Map.of(), 0, 0)) {
                await("the classes", () -> agent.classes().size() == 1);
                var _ = sampler.scheduleAtFixedRate(
                        () -> {
                            agent.sampled(
                                    List.of(agent.sample(flow, 100_000, WLAN_GATEWAY, "offload", "all")),
                                    INTERVAL_MILLIS);
                            agent.linkSampled(
                                    WLAN_GATEWAY, 4, 100, platform.isKafkaUp() ? 0 : 30, 5_000_000, INTERVAL_MILLIS);
                            agent.linkSampled(LTE_GATEWAY, 8, 10, 0, 20_000_000, INTERVAL_MILLIS);
                        },
                        0,
                        INTERVAL_MILLIS,
                        TimeUnit.MILLISECONDS);
                await("the flow", () -> platform.get("/api/v1/flows/" + id).status() == 200);
                await(
                        "links",
                        () -> platform.get("/api/v1/links").body().path("items").size() == 2);

                platform.stopPostgres();
                var refused = platform.post(
                        "/api/v1/flows/" + id + ":move", "{\"to\": {\"accessTechnologyType\": \"E_UTRAN\"}}");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.type()).isEqualTo("urn:flowanchor:problem:store-unavailable");
                assertThat(agent.kernel()).isEmpty();
                assertThat(platform.get("/actuator/health")
                                .body()
                                .path("components")
                                .path("db")
                                .path("status")
                                .asString())
                        .isEqualTo("DOWN");

                platform.stopKafka();
                await(
                        "the elephant on LTE",
                        () -> LTE_GATEWAY.equals(agent.kernel().get(flow)));
                await(
                        "health",
                        () -> platform.get("/actuator/health/readiness")
                                .body()
                                .path("components")
                                .path("steering")
                                .path("details")
                                .path("kafka")
                                .asString()
                                .equals("does not answer"));
                assertThat(platform.get("/actuator/health/readiness").status()).isEqualTo(200);
                assertThat(platform.get("/api/v1/flows/" + id)
                                .body()
                                .path("lastMove")
                                .path("cause")
                                .asString())
                        .isEqualTo("QOS");
            }
            sampler.shutdownNow();
        }
    }
}
