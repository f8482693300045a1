package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.boot.Platform.address;
import static org.flowanchor.flow.boot.Platform.await;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.DecisionAuthority;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.FlowMoved;
import org.flowanchor.api.v1.HostModel;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What operators and terminals ask for by REST. */
class FlowRequestsIT extends FlowManagerScene {
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
}
