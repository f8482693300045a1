package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.boot.Platform.address;
import static org.flowanchor.flow.boot.Platform.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.DecisionAuthority;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.FlowMoved;
import org.flowanchor.api.v1.HostModel;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.Range;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.SteeringMode;
import org.flowanchor.api.v1.SteeringRule;
import org.flowanchor.api.v1.TrafficClass;
import org.flowanchor.api.v1.TrafficSelector;
import org.flowanchor.flow.boot.ScriptedAgent.Mood;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.mobility.LmaAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** The service as a whole, with a scripted agent over a real socket. Each test brings a port of its own, so that flows do not mix. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowManagerIT {
    private static final ByteString WLAN_GATEWAY = address("2001:db8:b::11");
    private static final ByteString LTE_GATEWAY = address("2001:db8:b::12");
    private static final int WLAN = 4;
    private static final int LTE = 8;
    private static final String NODE = "mn1@example.org";
    private static final int INTERVAL_MILLIS = 200;

    private Platform platform;
    private ScriptedAgent agent;
    private ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    private volatile List<FiveTuple> flows = List.of();
    private volatile long wlanDrops;
    private volatile long elephantBytes = 50_000;
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

    private void startSampling() {
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

    private static OffloadPolicyEvent policy(long revision) {
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

    private FiveTuple newFlow() {
        return FiveTuple.newBuilder()
                .setSourceAddress(address("2001:db8:c::2"))
                .setDestinationAddress(address("2001:db8:100:1::2"))
                .setProtocol(6)
                .setSourcePort(443)
                .setDestinationPort(++lastPort)
                .build();
    }

    private static String id(FiveTuple flow) {
        return FlowId.of(LmaAddress.parse(Platform.ANCHOR), org.flowanchor.api.ProtoMapping.fiveTuple(flow))
                .toString();
    }

    private String startFlow() {
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

    private List<FlowMoved> movesOf(String id) {
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

    private double movesForQuality() {
        Matcher counter = Pattern.compile("flowanchor_flow_moves_total\\{cause=\"qos\"\\} ([0-9.]+)")
                .matcher(platform.text("/actuator/prometheus"));
        assertThat(counter.find()).isTrue();
        return Double.parseDouble(counter.group(1));
    }

    private static String to(String type) {
        return "{\"to\": {\"accessTechnologyType\": \"" + type + "\"}}";
    }

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
    void whatWasDoneUnderAKeyIsNotDoneAgainAndAnsweredAlikeAlsoAfterARestart() {
        String id = startFlow();
        String path = "/api/v1/flows/" + id + ":move";
        var refused = platform.postOnce("key 1", path, to("E_UTRAN"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.type()).isEqualTo("urn:flowanchor:problem:invalid-request");
        assertThat(platform.postOnce("key-1-" + id, path, to("FIXED")).status()).isGreaterThanOrEqualTo(400);

        var done = platform.postOnce("key-1-" + id, path, to("E_UTRAN"));
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.body().path("moved").asBoolean()).isTrue();
        assertThat(platform.post("/api/v1/flows/" + id + ":reset", "").status()).isEqualTo(200);

        var again = platform.postOnce("key-1-" + id, path, to("E_UTRAN"));
        assertThat(again).isEqualTo(done);
        assertThat(agent.kernel()).doesNotContainKey(flows.getFirst());

        var reused = platform.postOnce("key-1-" + id, path, to("IEEE_802_11"));
        assertThat(reused.status()).isEqualTo(422);
        assertThat(reused.type()).isEqualTo("urn:flowanchor:problem:idempotency-key-reused");

        sampler.shutdownNow();
        agent.close();
        platform.restartService();
        assertThat(platform.postOnce("key-1-" + id, path, to("E_UTRAN"))).isEqualTo(done);
    }

    @Test
    void t45_moveThroughRestAnswersAfterTheAcknowledgementAndPins() {
        String id = startFlow();
        var answer = platform.post(
                "/api/v1/flows/" + id + ":move",
                "{\"to\": {\"accessTechnologyType\": \"E_UTRAN\"}, \"from\": {\"accessTechnologyType\": \"IEEE_802_11\"}}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(agent.kernel()).containsEntry(flows.getFirst(), LTE_GATEWAY);
        assertThat(answer.body().path("moved").asBoolean()).isTrue();
        assertThat(answer.body().path("flow").asString()).isEqualTo(id);
        assertThat(answer.body().path("cause").asString()).isEqualTo("MANUAL");
        assertThat(answer.body().path("from").path("proxyCareOfAddress").asString())
                .isEqualTo("2001:db8:b::11");
        assertThat(answer.body().path("to").path("accessTechnologyType").asString())
                .isEqualTo("E_UTRAN");
        assertThat(answer.body().path("enforcedAt").asString()).matches("\\d{4}-.*Z");

        var again = platform.post("/api/v1/flows/" + id + ":move", to("E_UTRAN"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("moved").asBoolean()).isFalse();

        var stale = platform.post(
                "/api/v1/flows/" + id + ":move",
                "{\"to\": {\"accessTechnologyType\": \"E_UTRAN\"}, \"from\": {\"accessTechnologyType\": \"IEEE_802_11\"}}");
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.type()).isEqualTo("urn:flowanchor:problem:stale-flow");

        var listed = platform.get("/api/v1/flows?mobileNode=" + NODE + "&accessTechnologyType=E_UTRAN&policy=offload");
        assertThat(listed.body()
                        .path("items")
                        .valueStream()
                        .map(item -> item.path("id").asString()))
                .contains(id);
        assertThat(listed.body().path("next").isNull()).isTrue();

        var reset = platform.post("/api/v1/flows/" + id + ":reset", "");
        assertThat(reset.status()).isEqualTo(200);
        assertThat(reset.body().path("to").path("accessTechnologyType").asString())
                .isEqualTo("IEEE_802_11");
        assertThat(agent.kernel()).doesNotContainKey(flows.getFirst());
        assertThat(platform.get("/api/v1/flows/" + id).body().path("pinned").isNull())
                .isTrue();
        await("both records", () -> movesOf(id).size() == 2);
    }

    /** Two pinned flows and the pin of one that is not known any more; another node's would stay. */
    @Test
    void t54_allFlowsOfAMobileNodeAreResetAtOnceAndTheirPinsForgotten() {
        String first = startFlow();
        FiveTuple second = newFlow();
        flows = List.of(flows.getFirst(), second);
        await(
                "the second flow",
                () -> platform.get("/api/v1/flows/" + id(second)).status() == 200);
        for (String id : List.of(first, id(second))) {
            assertThat(platform.post("/api/v1/flows/" + id + ":move", to("E_UTRAN"))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(agent.kernel()).containsKeys(flows.getFirst(), second);
        assertError(platform.post("/api/v1/flows:reset", ""), "mobileNode");
        var nobody = platform.post("/api/v1/flows:reset?mobileNode=nobody@example.org", "");
        assertThat(nobody.status()).isEqualTo(200);
        assertThat(nobody.body().path("items").size()).isZero();
        assertThat(agent.kernel()).containsKeys(flows.getFirst(), second);

        var reset = platform.post("/api/v1/flows:reset?mobileNode=" + NODE, "");
        assertThat(reset.status()).isEqualTo(200);
        assertThat(reset.body()
                        .path("items")
                        .valueStream()
                        .map(item -> item.path("flow").asString()))
                .contains(first, id(second));
        assertThat(reset.body().path("items").valueStream())
                .allMatch(item -> item.path("done").asBoolean());
        assertThat(agent.kernel()).doesNotContainKeys(flows.getFirst(), second);
        for (String id : List.of(first, id(second))) {
            assertThat(platform.get("/api/v1/flows/" + id).body().path("pinned").isNull())
                    .isTrue();
        }
        assertThat(platform.post("/api/v1/flows:reset?mobileNode=" + NODE, "")
                        .body()
                        .path("items")
                        .size())
                .as("automation resumes, nothing is left")
                .isZero();

        // The pin of a flow that is not known any more, as after a restart.
        assertThat(platform.post("/api/v1/flows/" + first + ":move", to("E_UTRAN"))
                        .status())
                .isEqualTo(200);
        FiveTuple pinned = flows.getFirst();
        flows = List.of();
        sampler.shutdownNow();
        agent.close();
        platform.restartService();
        agent = new ScriptedAgent(platform.grpcPort(), address(Platform.ANCHOR), Map.of(), 0, 0);
        await("the first command", () -> !agent.commands.isEmpty());
        assertThat(platform.get("/api/v1/flows/" + first).status()).isEqualTo(404);
        assertThat(platform.post("/api/v1/flows:reset?mobileNode=" + NODE, "").status())
                .isEqualTo(200);
        flows = List.of(pinned);
        startSampling();
        await("it is back", () -> platform.get("/api/v1/flows/" + first).status() == 200);
        assertThat(platform.get("/api/v1/flows/" + first).body().path("pinned").isNull())
                .isTrue();
    }

    /** T-28: a hint is an event; the flow-manager decides, as it would about congestion. */
    @Test
    void t83_aHintThroughRestIsDecidedLikeCongestionAndPublished() {
        String id = startFlow();
        String path = "/api/v1/flows/" + id + ":hint";
        String toLte = "{\"to\": {\"accessTechnologyType\": \"E_UTRAN\"}, \"reporter\": \"mag1\"";
        assertThat(platform.post("/api/v1/flows/0000000000000000:hint", toLte + "}")
                        .status())
                .isEqualTo(404);
        var other = platform.post(path, toLte + ", \"mobileNode\": \"somebody@example.org\"}");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.type()).isEqualTo("urn:flowanchor:problem:another-nodes-flow");
        assertThat(other.body().path("detail").asString()).contains(NODE, "2001:db8:100:1::/64");
        assertError(platform.post(path, "{}"), "$.to");
        assertError(platform.post(path, toLte + ", \"prefix\": \"2001:db8::zz/64\"}"), "$.prefix");
        assertError(
                platform.post(path, "{\"to\": {\"accessTechnologyType\": \"E_UTRAN\"}, \"reporter\": \"\"}"),
                "$.reporter");
        assertThat(agent.kernel()).doesNotContainKey(flows.getFirst());

        var taken =
                platform.post(path, toLte + ", \"mobileNode\": \"" + NODE + "\", \"prefix\": \"2001:db8:100:1::/64\"}");
        assertThat(taken.status()).isEqualTo(202);
        assertThat(taken.body().path("to").asString()).isEqualTo("E_UTRAN");
        assertThat(taken.body().path("until").asString()).matches("\\d{4}-.*Z");
        await("the move", () -> LTE_GATEWAY.equals(agent.kernel().get(flows.getFirst())));
        await("the event", () -> !movesOf(id).isEmpty());
        assertThat(movesOf(id).getFirst().getCause()).isEqualTo(FlowMoved.Cause.CAUSE_QOS);
        assertThat(movesOf(id).getFirst().getReason()).contains("hinted to E_UTRAN by mag1");
        assertThat(platform.get("/api/v1/flows/" + id + "/explanation").body().toString())
                .contains("hinted to E_UTRAN by mag1");
        assertThat(platform.get("/api/v1/flows/" + id).body().path("pinned").isNull())
                .as("nobody pinned it")
                .isTrue();
    }

    @Test
    void t47_wrongRequestsGetAPreciseAnswerAndChangeNothing() {
        String id = startFlow();
        String move = "/api/v1/flows/" + id + ":move";
        int commands = agent.commands.size();
        assertThat(platform.post("/api/v1/flows/0000000000000000:move", to("E_UTRAN"))
                        .type())
                .isEqualTo("urn:flowanchor:problem:unknown-flow");
        assertThat(platform.post("/api/v1/flows/0000000000000000:reset", "").status())
                .isEqualTo(404);
        assertThat(platform.get("/api/v1/flows/nonsense").status()).isEqualTo(404);
        var notAttached = platform.post(move, to("IEEE_802_3"));
        assertThat(notAttached.status()).isEqualTo(409);
        assertThat(notAttached.type()).isEqualTo("urn:flowanchor:problem:no-such-binding");
        assertThat(notAttached.body().path("detail").asString())
                .contains(NODE)
                .contains("IEEE_802_11")
                .contains("E_UTRAN");
        assertError(platform.post(move, to("LTE")), "$.to.accessTechnologyType");
        assertError(platform.post(move, "{}"), "$.to");
        var misspelt = platform.post(move, "{\"to\": {\"accessTechnologyTyp\": \"E_UTRAN\"}}");
        assertError(misspelt, "$.to.accessTechnologyTyp");
        assertThat(misspelt.body().path("detail").asString())
                .endsWith("is not a known field; known are accessTechnologyType");
        var mistyped = platform.post(move, "{\"to\": [1]}");
        assertError(mistyped, "$.to");
        assertThat(mistyped.body().path("detail").asString()).doesNotContain("org.flowanchor");
        assertError(platform.post(move, "{\"to\": "), "$");
        assertError(platform.post(move, ""), "$");
        assertError(platform.get("/api/v1/flows?limit=0"), "limit");
        assertError(platform.get("/api/v1/flows?limit=many"), "limit");
        assertError(platform.get("/api/v1/flows?cursor=!"), "cursor");
        assertError(platform.get("/api/v1/flows?accessTechnologyType=WIFI"), "accessTechnologyType");
        assertError(platform.get("/api/v1/flows?mobileNode="), "mobileNode");
        assertError(platform.get("/api/v1/flows?nonsense=1"), "nonsense");
        assertError(platform.get("/api/v1/flows?limit=1&limit=2"), "limit");
        assertError(platform.get("/api/v1/links?mobileNode=" + NODE), "mobileNode");
        assertError(platform.post("/api/v1/flows/" + id + ":reset?dryRun=true", ""), "dryRun");
        assertError(platform.get("/api/v1/flows?policy=%FF"), "query");
        assertThat(platform.get("/api/v1/flows/%C3%28").type()).isEqualTo("urn:flowanchor:problem:bad-request");
        assertThat(platform.get("/api/v1/nothing").type()).isEqualTo("urn:flowanchor:problem:not-found");
        assertThat(agent.commands).hasSize(commands);
    }

    @Test
    void aBodyOrAValueWithoutEndIsRefusedBeforeItCostsAnything() {
        String move = "/api/v1/flows/" + startFlow() + ":move";
        for (var tooLarge : List.of(
                platform.post(move, to("x".repeat(300_000))),
                platform.post(
                        move,
                        BodyPublishers.ofInputStream(() ->
                                new ByteArrayInputStream(to("x".repeat(300_000)).getBytes(StandardCharsets.UTF_8)))))) {
            assertThat(tooLarge.status()).isEqualTo(413);
            assertThat(tooLarge.type()).isEqualTo("urn:flowanchor:problem:content-too-large");
        }
        var longValue = platform.post(move, to("x".repeat(60_000)));
        assertError(longValue, "$.to.accessTechnologyType");
        assertThat(longValue.body().toString()).contains("60000 characters").hasSizeLessThan(2_000);
        var longName = platform.post(move, "{\"" + "x".repeat(60_000) + "\": 1}");
        assertThat(longName.status()).isEqualTo(400);
        assertThat(longName.body().toString()).hasSizeLessThan(2_000);
        assertError(platform.post(move, to("\\ud800")), "$.to.accessTechnologyType");
    }

    /** What the profile says arrives with the binding, and holds for operators, too. */
    @Test
    void f01_t93_theSubscriberProfileInTheBindingForbidsMoves() {
        String id = startFlow();
        String move = "/api/v1/flows/" + id + ":move";
        try {
            bindBoth(entry -> entry.setDecisionAuthority(DecisionAuthority.DECISION_AUTHORITY_MOBILE_NODE));
            awaitRefusal(move, NODE + " decides itself");
            bindBoth(entry -> entry.setHostModel(HostModel.HOST_MODEL_STRONG));
            awaitRefusal(move, NODE + " is a strong host");
            bindBoth(entry -> entry.addAllowedAccessTechnologyTypes(WLAN));
            awaitRefusal(move, "the profile of mobile node " + NODE + " does not allow E_UTRAN");
            assertThat(movesOf(id)).isEmpty();
            assertThat(platform.get("/api/v1/flows/" + id).body().path("pinned").isNull())
                    .isTrue();
        } finally {
            bindBoth(_ -> {});
        }
        await(
                "the move that nothing forbids any more",
                () -> platform.post(move, to("E_UTRAN")).status() == 200);
    }

    private void bindBoth(Consumer<BindingCacheEntry.Builder> profile) {
        platform.bind(NODE, 1, "2001:db8:b::11", WLAN, true, profile);
        platform.bind(NODE, 2, "2001:db8:b::12", LTE, true, profile);
    }

    private void awaitRefusal(String move, String why) {
        await("the refusal: " + why, () -> {
            // Where the flow is not, so that a move that is not refused yet is refused for that.
            Platform.Answer answer = platform.post(
                    move,
                    "{\"to\": {\"accessTechnologyType\": \"E_UTRAN\"}, \"from\": {\"accessTechnologyType\": \"IEEE_802_3\"}}");
            return answer.type().equals("urn:flowanchor:problem:move-not-allowed")
                    && answer.body().path("detail").asString().contains(why);
        });
    }

    private static void assertError(Platform.Answer answer, String path) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.type()).isEqualTo("urn:flowanchor:problem:invalid-request");
        assertThat(answer.body().path("errors").get(0).path("path").asString()).isEqualTo(path);
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
    void linksAreListedWithTheirLoad() {
        await("links", () -> platform.get("/api/v1/links").body().path("items").size() == 2);
        var page = platform.get("/api/v1/links?limit=1").body();
        JsonNode wlan = page.path("items").get(0);
        assertThat(wlan.path("proxyCareOfAddress").asString()).isEqualTo("2001:db8:b::11");
        assertThat(wlan.path("kind").asString()).isEqualTo("ACCESS_LINK");
        assertThat(wlan.path("capacityBitsPerSecond").asLong()).isEqualTo(5_000_000);
        assertThat(wlan.path("bitsPerSecond").asLong()).isEqualTo(4_000_000);
        var next = platform.get("/api/v1/links?cursor=" + page.path("next").asString())
                .body();
        assertThat(next.path("items").get(0).path("accessTechnologyType").asString())
                .isEqualTo("E_UTRAN");
        assertThat(platform.read(Topics.LINK_SAMPLES)).isNotEmpty();
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
