package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.boot.Platform.address;
import static org.flowanchor.flow.boot.Platform.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.FlowMoved;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.Range;
import org.flowanchor.api.v1.SteeringMode;
import org.flowanchor.api.v1.SteeringRule;
import org.flowanchor.api.v1.TrafficSelector;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.mobility.LmaAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** The service as a whole, with a scripted agent over a real socket. Each test brings a port of its own, so that flows do not mix. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FlowManagerScene {
    static final ByteString WLAN_GATEWAY = address("2001:db8:b::11");
    static final ByteString LTE_GATEWAY = address("2001:db8:b::12");
    static final int WLAN = 4;
    static final int LTE = 8;
    static final String NODE = "mn1@example.org";
    static final int INTERVAL_MILLIS = 200;

    Platform platform;
    ScriptedAgent agent;
    ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    volatile List<FiveTuple> flows = List.of();
    volatile long wlanDrops;
    volatile long elephantBytes = 50_000;
    private int lastPort = 40_000;

    @BeforeAll
    void startPlatform() throws Exception {
        platform = new Platform();
        platform.bind(NODE, 1, "2001:db8:b::11", WLAN, true);
        platform.bind(NODE, 2, "2001:db8:b::12", LTE, true);
        platform.policy(policy(1));
    }

    @BeforeEach
    void startAgent() {
        agent = new ScriptedAgent(platform.grpcPort(), address(Platform.ANCHOR), Map.of(), 0, 0);
        await("the first command", () -> !agent.commands.isEmpty());
        startSampling();
    }

    void startSampling() {
        sampler = Executors.newSingleThreadScheduledExecutor();
        var _ = sampler.scheduleAtFixedRate(this::sample, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sample() {
        // The first flow is the elephant.
        List<org.flowanchor.api.v1.FlowSample> samples = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            samples.add(agent.sample(
                    flows.get(i), i == 0 ? elephantBytes : 10_000, WLAN_GATEWAY, "offload", "best-effort"));
        }
        agent.sampled(samples, INTERVAL_MILLIS);
        agent.linkSampled(WLAN_GATEWAY, WLAN, 100, wlanDrops, 5_000_000, INTERVAL_MILLIS);
        agent.linkSampled(LTE_GATEWAY, LTE, 10, 0, 20_000_000, INTERVAL_MILLIS);
    }

    @AfterEach
    void stopAgent() {
        sampler.shutdownNow();
        agent.close();
        flows = List.of();
        wlanDrops = 0;
        elephantBytes = 50_000;
    }

    @AfterAll
    void stopPlatform() throws Exception {
        platform.close();
    }

    static OffloadPolicyEvent policy(long revision) {
        return OffloadPolicyEvent.newBuilder()
                .setName("offload")
                .setRevision(revision)
                .setEnabled(true)
                .setPrecedence(10)
                .addGroups("default")
                .addRules(SteeringRule.newBuilder()
                        .setName("voip")
                        .addSelectors(TrafficSelector.newBuilder()
                                .setDscp(Range.newBuilder().setStart(46).setEnd(46)))
                        .setMode(SteeringMode.STEERING_MODE_ACTIVE_STANDBY)
                        .addAccessTechnologyTypes(LTE)
                        .addAccessTechnologyTypes(WLAN))
                .addRules(SteeringRule.newBuilder()
                        .setName("best-effort")
                        .setMode(SteeringMode.STEERING_MODE_PRIORITY_BASED)
                        .addAccessTechnologyTypes(WLAN)
                        .addAccessTechnologyTypes(LTE))
                .build();
    }

    FiveTuple newFlow() {
        return FiveTuple.newBuilder()
                .setSourceAddress(address("2001:db8:c::2"))
                .setDestinationAddress(address("2001:db8:100:1::2"))
                .setProtocol(6)
                .setSourcePort(443)
                .setDestinationPort(++lastPort)
                .build();
    }

    static String id(FiveTuple flow) {
        return FlowId.of(LmaAddress.parse(Platform.ANCHOR), org.flowanchor.api.ProtoMapping.fiveTuple(flow))
                .toString();
    }

    String startFlow() {
        FiveTuple flow = newFlow();
        flows = List.of(flow);
        String id = id(flow);
        await(
                "the flow in REST",
                () -> platform.get("/api/v1/flows/" + id).status() == 200
                        && platform.get("/api/v1/flows/" + id)
                                        .body()
                                        .path("bitsPerSecond")
                                        .asLong()
                                > 0);
        return id;
    }

    List<FlowMoved> movesOf(String id) {
        List<FlowMoved> moves = new ArrayList<>();
        for (var row : platform.read(Topics.FLOW_MOVES)) {
            try {
                FlowMoved moved = FlowMoved.parseFrom(row.value());
                if (moved.getFlowId().equals(id)) {
                    moves.add(moved);
                }
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        return moves;
    }

    double movesForQuality() {
        Matcher counter = Pattern.compile("flowanchor_flow_moves_total\\{cause=\"qos\"\\} ([0-9.]+)")
                .matcher(platform.text("/actuator/prometheus"));
        assertThat(counter.find()).isTrue();
        return Double.parseDouble(counter.group(1));
    }

    static String to(String type) {
        return "{\"to\": {\"accessTechnologyType\": \"" + type + "\"}}";
    }
}
