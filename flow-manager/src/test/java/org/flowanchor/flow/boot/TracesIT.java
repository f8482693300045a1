package org.flowanchor.flow.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.boot.Platform.address;
import static org.flowanchor.flow.boot.Platform.await;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Whoever made the agent be told something is found by the command's traceparent. */
class TracesIT extends FlowManagerScene {
    private static final Random RANDOM = new Random();

    @AfterEach
    void nobodyCauses() {
        platform.cause = "";
    }

    private String caused() {
        platform.cause = TraceContext.begin(RANDOM).traceparent();
        return platform.cause;
    }

    private List<String> traceparents() {
        return agent.commands.stream().map(SteeringCommand::getTraceparent).toList();
    }

    private List<String> tracesOfMoves(String id) {
        return platform.read(Topics.FLOW_MOVES).stream()
                .filter(row -> new String(row.key(), StandardCharsets.UTF_8).equals(id))
                .map(row -> {
                    Header header = row.headers().lastHeader(Topics.TRACEPARENT_HEADER);
                    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
                })
                .toList();
    }

    @Test
    void anOperatorsRequestsAreTheTracesOfTheirCommands() {
        assertThat(traceparents()).as("a full state begins one").allMatch(TraceContext::isValid);
        String id = startFlow();
        String move = caused();
        JsonNode answer =
                platform.post("/api/v1/flows/" + id + ":move", to("E_UTRAN")).body();
        assertThat(answer.path("traceparent").asString()).isEqualTo(move);
        assertThat(agent.commands.getLast().getTraceparent()).isEqualTo(move);
        assertThat(platform.get("/api/v1/flows/" + id)
                        .body()
                        .path("lastMove")
                        .path("traceparent")
                        .asString())
                .isEqualTo(move);
        await("the record of the move", () -> tracesOfMoves(id).equals(List.of(move)));

        platform.cause = "anything";
        JsonNode back = platform.post("/api/v1/flows/" + id + ":reset", "").body();
        assertThat(back.path("moved").asBoolean()).isTrue();
        String begun = back.path("traceparent").asString();
        assertThat(TraceContext.isValid(begun)).as("begun here: " + begun).isTrue();
        assertThat(begun).isNotEqualTo(move);
        assertThat(agent.commands.getLast().getTraceparent()).isEqualTo(begun);

        platform.post("/api/v1/flows/" + id + ":move", to("E_UTRAN"));
        String all = caused();
        assertThat(platform.post("/api/v1/flows:reset?mobileNode=" + NODE, "").status())
                .isEqualTo(200);
        assertThat(agent.commands.getLast().getTraceparent()).isEqualTo(all);
    }

    @Test
    void aBindingsRecordIsTheTraceOfWhatItMakesTheAgentBeTold() {
        FiveTuple flow = newFlow();
        flows = List.of(flow);
        await("the flow", () -> platform.get("/api/v1/flows/" + id(flow)).status() == 200);
        assertThat(platform.post("/api/v1/flows/" + id(flow) + ":move", to("E_UTRAN"))
                        .status())
                .isEqualTo(200);
        // The pin names an access technology: handed over, its exception follows.
        String handedOver = caused();
        platform.bind(NODE, 2, "2001:db8:b::13", LTE, true);
        await(
                "the exception names the new gateway",
                () -> address("2001:db8:b::13").equals(agent.kernel().get(flow)));
        assertThat(agent.commands.getLast().getTraceparent()).isEqualTo(handedOver);
        await("the record of the move", () -> tracesOfMoves(id(flow)).contains(handedOver));
        platform.cause = "";
        platform.bind(NODE, 2, "2001:db8:b::12", LTE, true);
        await(
                "the exception names the former one",
                () -> LTE_GATEWAY.equals(agent.kernel().get(flow)));
        platform.post("/api/v1/flows/" + id(flow) + ":reset", "");
    }

    @Test
    void aPolicysRecordIsTheTraceOfItsClasses() {
        OffloadPolicyEvent other =
                policy(1).toBuilder().setName("other").setPrecedence(20).build();
        String published = caused();
        platform.policy(other);
        await("the classes of both", () -> agent.classes().size() == 4);
        assertThat(agent.commands.getLast().getTraceparent()).isEqualTo(published);
        platform.cause = "";
        platform.policy(other.toBuilder().setRevision(2).setEnabled(false).build());
        await("the classes of one", () -> agent.classes().size() == 2);
        assertThat(agent.commands.getLast().getTraceparent())
                .as("of a policy-service that tells none")
                .matches(TraceContext::isValid)
                .isNotEqualTo(published);
    }

    @Test
    void whatCongestionBringsAboutBeginsATrace() {
        FiveTuple elephant = newFlow();
        flows = List.of(elephant, newFlow());
        // Of a binding that nothing follows from: nobody's cause later.
        String unrelated = caused();
        platform.bind(NODE, 1, "2001:db8:b::11", WLAN, true);
        platform.cause = "";
        elephantBytes = 100_000;
        wlanDrops = 30;
        await("the exception", () -> agent.kernel().containsKey(elephant));
        wlanDrops = 0;
        String begun = agent.commands.stream()
                .filter(command -> command.getFlowExceptionsList().stream()
                        .anyMatch(exception -> exception.getFlow().equals(elephant)))
                .findFirst()
                .orElseThrow()
                .getTraceparent();
        assertThat(TraceContext.isValid(begun)).isTrue();
        assertThat(begun).isNotEqualTo(unrelated);
        await("the record of the move", () -> tracesOfMoves(id(elephant)).equals(List.of(begun)));
    }
}
