package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.boot.Platform.address;
import static org.flowanchor.flow.boot.Platform.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.FlowMobilePrefix;
import org.flowanchor.api.v1.FlowMoved;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.PrepareMoveResponse.Refusal;
import org.flowanchor.api.v1.ReleasePrefixRequest;
import org.flowanchor.api.v1.SteeringMode;
import org.flowanchor.api.v1.SteeringRule;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Moves to a gateway that does not anchor the flow's prefix, with the service as a whole: real topics and sockets, a scripted anchor's
 * agent and a scripted binding-service. Each test has a flow and a mobile node of its own, so that what is remembered does not mix.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrefixPreparationIT {
    private static final String WLAN = "2001:db8:b::11";
    private static final String LTE = "2001:db8:b::12";
    private static final int INTERVAL_MILLIS = 200;

    private Platform platform;
    private ScriptedAgent agent;
    private ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    private int number;
    private String node = "";
    private HomeNetworkPrefix prefix = HomeNetworkPrefix.parse("2001:db8:100::/64");
    private FiveTuple flow = FiveTuple.getDefaultInstance();

    @BeforeAll
    void startPlatform() throws Exception {
        platform = new Platform();
        platform.policy(OffloadPolicyEvent.newBuilder()
                .setName("offload")
                .setRevision(1)
                .setEnabled(true)
                .setPrecedence(10)
                .addGroups("default")
                .addRules(SteeringRule.newBuilder()
                        .setName("best-effort")
                        .setMode(SteeringMode.STEERING_MODE_PRIORITY_BASED)
                        .addAccessTechnologyTypes(4)
                        .addAccessTechnologyTypes(8))
                .build());
    }

    @AfterAll
    void stopPlatform() throws Exception {
        platform.close();
    }

    @BeforeEach
    void aNodeWithAPrefixPerAccess() {
        number++;
        node = "mn" + number + "@example.org";
        prefix = HomeNetworkPrefix.parse("2001:db8:100:" + number + "::/64");
        platform.binding.answer = ScriptedBindingService.requested();
        platform.bind(
                node,
                1,
                WLAN,
                4,
                true,
                entry -> entry.clearHomeNetworkPrefixes().addHomeNetworkPrefixes(ProtoMapping.toProto(prefix)));
        lteTells(List.of());
        flow = FiveTuple.newBuilder()
                .setSourceAddress(address("2001:db8:c::2"))
                .setDestinationAddress(address("2001:db8:100:" + number + "::2"))
                .setProtocol(6)
                .setSourcePort(443)
                .setDestinationPort(40_000 + number)
                .build();
        agent = new ScriptedAgent(platform.grpcPort(), address(Platform.ANCHOR), Map.of(), 0, 0);
        await("the first command", () -> !agent.commands.isEmpty());
        sampler = Executors.newSingleThreadScheduledExecutor();
        ByteString wlan = address(WLAN);
        var _ = sampler.scheduleAtFixedRate(
                () -> agent.sampled(
                        List.of(agent.sample(flow, 50_000, wlan, "offload", "best-effort")), INTERVAL_MILLIS),
                0,
                INTERVAL_MILLIS,
                TimeUnit.MILLISECONDS);
        await(
                "the flow",
                () -> platform.get("/api/v1/flows/" + id())
                        .body()
                        .path("mobileNodeIdentifier")
                        .asString()
                        .equals(node));
    }

    @AfterEach
    void stopAgent() {
        sampler.shutdownNow();
        agent.close();
    }

    private String id() {
        return FlowId.of(LmaAddress.parse(Platform.ANCHOR), ProtoMapping.fiveTuple(flow))
                .toString();
    }

    private void lteTells(FlowMobilePrefix.State state, String reason) {
        lteTells(List.of(FlowMobilePrefix.newBuilder()
                .setPrefix(ProtoMapping.toProto(prefix))
                .setState(state)
                .setSinceMs(System.currentTimeMillis())
                .setReason(reason)
                .build()));
    }

    /** The LTE gateway anchors a prefix of its own, and carries what it is given. */
    private void lteTells(List<FlowMobilePrefix> carried) {
        platform.bind(node, 2, LTE, 8, true, entry -> {
            entry.clearHomeNetworkPrefixes()
                    .addHomeNetworkPrefixes(
                            ProtoMapping.toProto(HomeNetworkPrefix.parse("2001:db8:200:" + number + "::/64")));
            entry.addAllFlowMobilePrefixes(carried);
        });
    }

    private CompletableFuture<Platform.Answer> moveToLte() {
        return CompletableFuture.supplyAsync(() ->
                platform.post("/api/v1/flows/" + id() + ":move", "{\"to\": {\"accessTechnologyType\": \"E_UTRAN\"}}"));
    }

    private boolean isAsked() {
        return platform.binding.prepared.stream()
                .anyMatch(request -> request.getMobileNodeIdentifier().equals(node));
    }

    private List<FlowMoved> moves() {
        return platform.read(Topics.FLOW_MOVES).stream()
                .map(row -> {
                    try {
                        return FlowMoved.parseFrom(row.value());
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .filter(move -> move.getFlowId().equals(id()))
                .toList();
    }

    private double failures(String reason) {
        String row = "flowanchor_flow_failed_preparations_total{reason=\"" + reason + "\"} ";
        return platform.text("/actuator/prometheus")
                .lines()
                .filter(line -> line.startsWith(row))
                .mapToDouble(line -> Double.parseDouble(line.substring(row.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + row));
    }

    @Test
    void f03_f07_t24_theTargetGatewayIsAskedThroughTheAnchorBeforeTheFlowMapChanges() {
        platform.cause = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        CompletableFuture<Platform.Answer> move = moveToLte();
        await("PrepareMove", this::isAsked);
        String trace = platform.cause;
        platform.cause = "";
        var asked = platform.binding.prepared.getLast();
        assertThat(asked.getTraceparent()).isEqualTo(trace);
        assertThat(asked.getLmaAddress()).isEqualTo(address(Platform.ANCHOR));
        assertThat(asked.getHomeNetworkPrefix()).isEqualTo(ProtoMapping.toProto(prefix));
        assertThat(asked.getProxyCareOfAddress()).isEqualTo(address(LTE));
        lteTells(FlowMobilePrefix.State.STATE_PREPARING, "");
        assertThat(agent.kernel()).doesNotContainKey(flow);
        assertThat(move).isNotDone();
        lteTells(FlowMobilePrefix.State.STATE_PREPARED, "");
        Platform.Answer answer = move.join();
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(agent.kernel()).containsEntry(flow, address(LTE));
        assertThat(answer.body().path("traceparent").asString())
                .as("not that of the binding that says prepared")
                .isEqualTo(trace);
        assertThat(agent.commands.getLast().getTraceparent()).isEqualTo(trace);
        await("the move on its topic", () -> !moves().isEmpty());
        assertThat(moves()).singleElement().satisfies(moved -> {
            assertThat(moved.getRefusal()).isEqualTo(FlowMoved.Refusal.REFUSAL_UNSPECIFIED);
            assertThat(moved.getReason()).contains("was prepared there");
            assertThat(moved.getEnforcedAtMs()).isGreaterThanOrEqualTo(moved.getRequestedAtMs());
        });
        // F-19: the way back, then the prefix is given up there.
        assertThat(platform.post("/api/v1/flows/" + id() + ":reset", "").status())
                .isEqualTo(200);
        assertThat(agent.kernel()).doesNotContainKey(flow);
        await(
                "ReleasePrefix",
                () -> platform.binding.released.stream()
                        .anyMatch(request -> request.getMobileNodeIdentifier().equals(node)
                                && request.getProxyCareOfAddress().equals(address(LTE))));
    }

    @Test
    void f07_whatTheAnchorRefusesIsNamedToTheCallerOnTheTopicAndInTheMetrics() {
        double before = failures("gateway_cannot");
        platform.binding.answer = ScriptedBindingService.refused(Refusal.REFUSAL_GATEWAY_CANNOT);
        Platform.Answer answer = moveToLte().join();
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.type()).isEqualTo("urn:flowanchor:problem:prefix-not-prepared");
        assertThat(answer.body().path("refusal").asString()).isEqualTo("GATEWAY_CANNOT");
        assertThat(answer.body().path("detail").asString()).contains("does not know Update Notifications");
        await("the refusal on its topic", () -> !moves().isEmpty());
        assertThat(moves()).singleElement().satisfies(refused -> {
            assertThat(refused.getRefusal()).isEqualTo(FlowMoved.Refusal.REFUSAL_GATEWAY_CANNOT);
            assertThat(refused.getEnforcedAtMs()).isZero();
            assertThat(refused.getToProxyCareOfAddress()).isEqualTo(address(LTE));
            assertThat(refused.getReason()).contains("does not know Update Notifications");
        });
        assertThat(failures("gateway_cannot")).isEqualTo(before + 1);
        assertThat(agent.kernel()).doesNotContainKey(flow);
        assertThat(platform.get("/api/v1/flows/" + id()).body().path("pinned").isNull())
                .isTrue();
    }

    @Test
    void t93_aStrongHostKnownToTheAnchorOnlyIsRefusedByName() {
        platform.binding.answer = ScriptedBindingService.refused(Refusal.REFUSAL_HOST_MODEL);
        Platform.Answer answer = moveToLte().join();
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body().path("refusal").asString()).isEqualTo("HOST_MODEL");
    }

    @Test
    void f07_aGatewayThatRefusesIsToldToTheCaller() {
        CompletableFuture<Platform.Answer> move = moveToLte();
        await("PrepareMove", this::isAsked);
        lteTells(FlowMobilePrefix.State.STATE_FAILED, "the gateway refuses (status 131)");
        Platform.Answer answer = move.join();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.type()).isEqualTo("urn:flowanchor:problem:prefix-refused");
        assertThat(answer.body().path("detail").asString()).contains("status 131");
        assertThat(agent.kernel()).doesNotContainKey(flow);
    }

    /** The flow-manager dies with a prefix prepared that no flow uses; what came with the attachment stays. */
    @Test
    void f19_whatAFlowManagerAskedForAndDidNotLiveToUseIsGivenUpByItsSuccessor() {
        HomeNetworkPrefix granted = HomeNetworkPrefix.parse("2001:db8:300:" + number + "::/64");
        lteTells(List.of(
                FlowMobilePrefix.newBuilder()
                        .setPrefix(ProtoMapping.toProto(prefix))
                        .setState(FlowMobilePrefix.State.STATE_PREPARED)
                        .setAsked(true)
                        .build(),
                FlowMobilePrefix.newBuilder()
                        .setPrefix(ProtoMapping.toProto(granted))
                        .setState(FlowMobilePrefix.State.STATE_PREPARED)
                        .build()));
        platform.restartService();
        agent.close();
        agent = new ScriptedAgent(platform.grpcPort(), address(Platform.ANCHOR), Map.of(), 0, 0);
        await("given up", () -> !releasedOfNode().isEmpty());
        await("the first command", () -> !agent.commands.isEmpty());
        assertThat(releasedOfNode()).singleElement().satisfies(request -> {
            assertThat(request.getHomeNetworkPrefix()).isEqualTo(ProtoMapping.toProto(prefix));
            assertThat(request.getProxyCareOfAddress()).isEqualTo(address(LTE));
        });
    }

    private List<ReleasePrefixRequest> releasedOfNode() {
        return platform.binding.released.stream()
                .filter(request -> request.getMobileNodeIdentifier().equals(node))
                .toList();
    }

    @Test
    void silenceIsATimeout() {
        Platform.Answer answer = moveToLte().join();
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.type()).isEqualTo("urn:flowanchor:problem:prefix-not-prepared-in-time");
    }

    @Test
    void withoutTheBindingServiceTheFlowStaysAndALaterMoveWorks() throws Exception {
        platform.binding.stop();
        Platform.Answer answer = moveToLte().join();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.type()).isEqualTo("urn:flowanchor:problem:binding-service-unavailable");
        platform.binding.startAgain();
        platform.binding.answer = ScriptedBindingService.requested();
        // The channel finds the service again by itself, ever more slowly: the operator tries again until it has.
        lteTells(FlowMobilePrefix.State.STATE_PREPARED, "");
        await("a move", () -> moveToLte().join().status() == 200);
        assertThat(agent.kernel()).containsEntry(flow, address(LTE));
    }
}
