package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.boot.Platform.address;
import static org.flowanchor.flow.boot.Platform.await;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.FlowMoved;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.Range;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.TrafficClass;
import org.flowanchor.api.v1.TrafficSelector;
import org.flowanchor.flow.boot.ScriptedAgent.Mood;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Steering as a whole: classes and moves on their way to the agent, what it answers, and restarts. */
class FlowManagerIT extends FlowManagerScene {
    @Test
    void theDatabaseIsDurable() throws Exception {
        assertThat(platform.setting("fsync")).isEqualTo("on");
        assertThat(platform.setting("synchronous_commit")).isEqualTo("on");
        assertThat(platform.setting("full_page_writes")).isEqualTo("on");
    }

    @Test
    void theFirstCommandCarriesTheClassesAsFullState() {
        SteeringCommand first = agent.commands.getFirst();
        assertThat(first.getFullState()).isTrue();
        assertThat(first.getEpoch()).isPositive();
        assertThat(first.getClassesList())
                .extracting(TrafficClass::getRule, TrafficClass::getGroup, TrafficClass::getAccessTechnologyTypesList)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("voip", "default", List.of(LTE, WLAN)),
                        org.assertj.core.api.Assertions.tuple("best-effort", "default", List.of(WLAN, LTE)));
    }

    /** From the policy's record to the agent. */
    @Test
    void aSecurityParametersIndexArrivesAtTheAgent() {
        OffloadPolicyEvent.Builder ipsec =
                policy(1).toBuilder().setName("ipsec").setPrecedence(5).clearRules();
        TrafficSelector upper = TrafficSelector.newBuilder()
                .setProtocols(Range.newBuilder().setStart(50).setEnd(50))
                .setSecurityParametersIndexes(
                        Range.newBuilder().setStart(0x7fff_ffff).setEnd(0xffff_fffe))
                .build();
        platform.policy(ipsec.addRules(policy(1).getRules(1).toBuilder().addSelectors(upper))
                .build());
        await("the classes of both", () -> agent.classes().size() == 3);
        TrafficSelector sent = agent.classes().getFirst().getSelectors(0);
        assertThat(sent.getSecurityParametersIndexes()).isEqualTo(upper.getSecurityParametersIndexes());
        assertThat(sent.getRemotePorts())
                .as("for agents of before")
                .isEqualTo(Range.newBuilder().setStart(0x7fff).setEnd(0xffff).build());
        platform.policy(ipsec.setRevision(2).setEnabled(false).build());
        await("the classes of one", () -> agent.classes().size() == 2);
    }

    @Test
    void aChangedPolicyReplacesTheClassesAndADeletedOneRemovesThem() {
        OffloadPolicyEvent other =
                policy(1).toBuilder().setName("other").setPrecedence(20).build();
        platform.policy(other);
        await("the classes of both", () -> agent.classes().size() == 4);
        platform.policy(other.toBuilder().setRevision(2).setEnabled(false).build());
        await("the classes of one", () -> agent.classes().size() == 2);
        assertThat(agent.commands.getLast().getFullState()).isFalse();
    }

    @Test
    void t49_congestionMovesTheElephantOnceAndTheMoveIsPublished() {
        FiveTuple elephant = newFlow();
        FiveTuple mouse = newFlow();
        double movesBefore = movesForQuality();
        flows = List.of(elephant, mouse);
        elephantBytes = 100_000;
        wlanDrops = 30;
        await("the exception", () -> agent.kernel().containsKey(elephant));
        wlanDrops = 0;
        assertThat(agent.kernel()).containsEntry(elephant, LTE_GATEWAY).doesNotContainKey(mouse);
        await("the record", () -> movesOf(id(elephant)).size() == 1);
        FlowMoved moved = movesOf(id(elephant)).getFirst();
        assertThat(moved.getCause()).isEqualTo(FlowMoved.Cause.CAUSE_QOS);
        assertThat(moved.getFromProxyCareOfAddress()).isEqualTo(WLAN_GATEWAY);
        assertThat(moved.getToProxyCareOfAddress()).isEqualTo(LTE_GATEWAY);
        assertThat(moved.getFromAccessTechnologyType()).isEqualTo(WLAN);
        assertThat(moved.getToAccessTechnologyType()).isEqualTo(LTE);
        assertThat(moved.getMobileNodeIdentifier()).isEqualTo(NODE);
        assertThat(moved.getReason()).contains("loss ratio 0.2308");
        assertThat(moved.getEnforcedAtMs()).isGreaterThanOrEqualTo(moved.getRequestedAtMs());
        assertThat(moved.getEpoch()).isEqualTo(agent.epoch());

        JsonNode item = platform.get("/api/v1/flows/" + id(elephant)).body();
        assertThat(item.path("access").path("accessTechnologyType").asString()).isEqualTo("E_UTRAN");
        assertThat(item.path("lastMove").path("cause").asString()).isEqualTo("QOS");
        assertThat(item.path("moves").asInt()).isEqualTo(1);
        assertThat(item.path("demandBitsPerSecond").asLong()).isEqualTo(4_000_000);
        JsonNode explanation =
                platform.get("/api/v1/flows/" + id(elephant) + "/explanation").body();
        assertThat(explanation
                        .path("decisions")
                        .get(0)
                        .path("figures")
                        .path("packetLossRatio")
                        .asString())
                .isEqualTo("0.2308");
        assertThat(movesOf(id(mouse))).isEmpty();
        assertThat(movesForQuality()).isEqualTo(movesBefore + 1);
        assertThat(platform.text("/actuator/prometheus"))
                .contains("flowanchor_flow_suppressed_moves_total{reason=\"hold_time\"}")
                .contains("flowanchor_flow_tracked")
                .contains("flowanchor_flow_move_seconds_count");
    }

    @Test
    void aRefusedCommandIsFollowedByTheFullStateAndItsMoveIsTakenBack() throws Exception {
        String id = startFlow();
        long pins = platform.count("flow_pin");
        int before = agent.commands.size();
        agent.mood = Mood.REFUSE;
        var answer = platform.post("/api/v1/flows/" + id + ":move", to("E_UTRAN"));
        agent.mood = Mood.ACKNOWLEDGE;
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.type()).isEqualTo("urn:flowanchor:problem:move-rejected");
        assertThat(answer.body().path("detail").asString()).contains("ENOSPC, map flows");
        await("the full state", () -> agent.commands.stream().skip(before).anyMatch(SteeringCommand::getFullState));
        await(
                "its acknowledgement",
                () -> agent.version() == agent.commands.getLast().getVersion());
        assertThat(agent.kernel()).doesNotContainKey(flows.getFirst());
        assertThat(platform.count("flow_pin")).isEqualTo(pins);
        assertThat(platform.get("/api/v1/flows/" + id)
                        .body()
                        .path("access")
                        .path("accessTechnologyType")
                        .asString())
                .isEqualTo("IEEE_802_11");
    }

    @Test
    void aMoveThatIsNotAcknowledgedInTimeIsReportedAndTakenBack() throws Exception {
        String id = startFlow();
        long pins = platform.count("flow_pin");
        agent.mood = Mood.SILENT;
        var answer = platform.post("/api/v1/flows/" + id + ":move", to("E_UTRAN"));
        agent.mood = Mood.ACKNOWLEDGE;
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.type()).isEqualTo("urn:flowanchor:problem:move-not-acknowledged");
        assertThat(platform.count("flow_pin")).isEqualTo(pins);
        await(
                "the full state",
                () -> agent.commands.getLast().getFullState()
                        && agent.version() == agent.commands.getLast().getVersion());
        assertThat(agent.kernel()).doesNotContainKey(flows.getFirst());
        assertThat(movesOf(id)).isEmpty();
    }

    @Test
    void withoutAnAgentNothingIsMoved() {
        String id = startFlow();
        sampler.shutdownNow();
        agent.close();
        BooleanSupplier refused = () ->
                platform.post("/api/v1/flows/" + id + ":move", to("E_UTRAN")).status() == 503;
        await("503", refused);
    }

    @Test
    void t40_aRestartRebuildsFromTopicsPinsAndTheAgentWithoutMovingAFlow() throws Exception {
        String pinned = startFlow();
        assertThat(platform.post("/api/v1/flows/" + pinned + ":move", to("E_UTRAN"))
                        .status())
                .isEqualTo(200);
        FiveTuple overflowed = newFlow();
        Map<FiveTuple, ByteString> kernel = new java.util.HashMap<>(agent.kernel());
        kernel.put(overflowed, LTE_GATEWAY);
        await("the move in its topic", () -> movesOf(pinned).size() == 1);
        long oldEpoch = agent.epoch();
        long oldVersion = agent.version();
        sampler.shutdownNow();
        agent.close();

        platform.restartService();
        agent = new ScriptedAgent(platform.grpcPort(), address(Platform.ANCHOR), kernel, oldEpoch, oldVersion);
        await("the first command", () -> agent.epoch() > oldEpoch);
        assertThat(agent.commands.getFirst().getFullState()).isTrue();
        assertThat(agent.kernel()).isEqualTo(kernel);
        assertThat(agent.classes()).hasSize(2);

        flows = List.of(flows.getFirst(), overflowed);
        startSampling();
        await(
                "the flow in REST",
                () -> platform.get("/api/v1/flows/" + pinned)
                                .body()
                                .path("bitsPerSecond")
                                .asLong()
                        > 0);
        // A few runs of placement with everything there.
        int enough = 10;
        List<Long> sampledBefore = List.of(agent.version());
        for (int i = 0; i < enough; i++) {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
        }
        assertThat(agent.kernel()).isEqualTo(kernel);
        assertThat(agent.version()).as("no command since").isEqualTo(sampledBefore.getFirst());
        assertThat(movesOf(pinned)).hasSize(1);
        assertThat(movesOf(id(overflowed))).isEmpty();
        JsonNode item = platform.get("/api/v1/flows/" + pinned).body();
        assertThat(item.path("pinned").asString()).isEqualTo("E_UTRAN");
        assertThat(item.path("access").path("accessTechnologyType").asString()).isEqualTo("E_UTRAN");
        assertThat(platform.post("/api/v1/flows/" + pinned + ":reset", "").status())
                .isEqualTo(200);
    }

    @Test
    void healthTellsWhatIsConnected() {
        JsonNode health = platform.get("/actuator/health/readiness").body();
        assertThat(health.path("status").asString()).isEqualTo("UP");
        JsonNode details = health.path("components").path("steering").path("details");
        assertThat(details.path("kafka").asString()).isEqualTo("connected");
        await(
                "the agent in the health detail",
                () -> platform.get("/actuator/health/readiness")
                        .body()
                        .path("components")
                        .path("steering")
                        .path("details")
                        .path("anchor " + Platform.ANCHOR)
                        .path("agentConnected")
                        .asBoolean());
        assertThat(platform.get("/actuator/health/liveness").status()).isEqualTo(200);
        var api = platform.get("/v3/api-docs").body();
        assertThat(api.path("servers").path(0).path("url").asString()).isEqualTo("/");
        assertThat(api.at("/paths/~1api~1v1~1flows~1{id}:move/post/responses").propertyNames())
                .containsExactlyInAnyOrder("200", "400", "404", "409", "502", "503", "504");
    }
}
