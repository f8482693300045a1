package org.flowanchor.flow.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.flowanchor.flow.application.Anchors;
import org.flowanchor.flow.application.FlowSettings;
import org.flowanchor.flow.application.FlowSteering;
import org.flowanchor.flow.application.FlowView;
import org.flowanchor.flow.application.MoveOutcome;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.placement.Explanation;
import org.flowanchor.flow.domain.placement.HintResult;
import org.flowanchor.flow.domain.placement.MoveResult;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Flows: what there is, why, and an operator's moves. */
@RestController
class FlowController {
    private static final String UNKNOWN_FLOW = "unknown-flow: there is none, or it has ended";

    /** W3C trace context of the request, carried on to the agent; where it is missing or not valid one begins. */
    private static final String TRACEPARENT = "traceparent";

    private final Anchors anchors;
    private final FlowSteering steering;
    private final Duration holdTime;

    FlowController(Anchors anchors, FlowSteering steering, FlowSettings settings) {
        this.anchors = anchors;
        this.steering = steering;
        this.holdTime = settings.placement().holdTime();
    }

    @GetMapping("/api/v1/flows")
    @Operation(
            operationId = "listFlows",
            summary = "Lists flows by identifier",
            description =
                    "limit: " + Page.DEFAULT_LIMIT + " if absent, at most " + Page.MAX_LIMIT + "; next is the cursor"
                            + " of the page after this one. policy: name of the offload policy whose rule a flow meets.")
    @ApiResponse(responseCode = "200")
    @ApiResponse(responseCode = "400", description = "invalid-request: a parameter is not valid, or is none of these")
    Page<FlowBody> flows(
            @RequestParam(required = false) @Nullable String mobileNode,
            @RequestParam(required = false) @Nullable String accessTechnologyType,
            @RequestParam(required = false) @Nullable String policy,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable Integer limit) {
        int size = Page.limit(limit);
        Optional<AccessTechnologyType> type =
                Optional.ofNullable(accessTechnologyType).map(FlowController::type);
        Optional<MobileNodeIdentifier> node = Optional.ofNullable(mobileNode).map(FlowController::node);
        Predicate<FlowView> filter = view -> (node.isEmpty()
                        || view.mobileNode().equals(node))
                && (type.isEmpty()
                        || view.access().map(Access::accessTechnologyType).equals(type))
                && (policy == null
                        || view.flow()
                                .rule()
                                .map(rule -> rule.policy().equals(policy))
                                .orElse(false));
        Optional<FlowId> after = Optional.ofNullable(cursor).map(text -> Page.position(text, FlowId::parse));
        return Page.of(
                anchors.flows(after, filter, size + 1),
                size,
                FlowBody::of,
                view -> view.flow().id().toString());
    }

    @GetMapping("/api/v1/flows/{id}")
    @Operation(operationId = "getFlow", summary = "One flow")
    @ApiResponse(responseCode = "200")
    @ApiResponse(responseCode = "404", description = UNKNOWN_FLOW)
    FlowBody flow(@PathVariable String id) {
        return FlowBody.of(find(id));
    }

    @GetMapping("/api/v1/flows/{id}/explanation")
    @Operation(operationId = "explainFlow", summary = "Why a flow is where it is: decisions on it, latest first")
    @ApiResponse(responseCode = "200")
    @ApiResponse(responseCode = "404", description = UNKNOWN_FLOW)
    ExplanationBody explanation(@PathVariable String id) {
        FlowView view = find(id);
        List<Explanation> decisions =
                anchors.explanations(view.anchor(), view.flow().id());
        FlowBody body = FlowBody.of(view);
        return new ExplanationBody(
                body.id(),
                body.access(),
                body.policy(),
                body.rule(),
                body.pinned(),
                view.flow().heldSince().map(since -> since.plus(holdTime)).orElse(null),
                decisions.reversed().stream()
                        .map(ExplanationBody.DecisionBody::of)
                        .toList());
    }

    @PostMapping("/api/v1/flows/{id}:move")
    @Operation(
            operationId = "moveFlow",
            summary = "Moves a flow to another access and pins it there",
            description =
                    "Answered when the anchor's agent has acknowledged that its kernel sends the flow there, or refused with"
                            + " nothing changed. from: where the caller believes the flow to be; refused if it is elsewhere.")
    @ApiResponse(responseCode = "200", description = "The flow is there")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "404", description = UNKNOWN_FLOW)
    @ApiResponse(
            responseCode = "409",
            description =
                    "stale-flow: it is not where from says; no-such-binding: the mobile node is not attached there;"
                            + " move-not-allowed: the subscriber profile is against it; move-under-way; prefix-not-prepared:"
                            + " the target gateway cannot carry the prefix (refusal says why)")
    @ApiResponse(
            responseCode = "502",
            description = "move-rejected: by the anchor's agent; prefix-refused: by the target gateway")
    @ApiResponse(
            responseCode = "503",
            description = "agent-unavailable, binding-service-unavailable or store-unavailable")
    @ApiResponse(responseCode = "504", description = "move-not-acknowledged or prefix-not-prepared-in-time")
    MoveAnswer move(
            @PathVariable String id,
            @RequestBody MoveRequest request,
            @RequestHeader(name = TRACEPARENT, required = false) @Nullable String traceparent) {
        AccessTechnologyType to = request.target();
        Optional<AccessTechnologyType> from = request.origin();
        return answer(id, steering.move(id(id), to, from, trace(traceparent)));
    }

    @PostMapping("/api/v1/flows/{id}:reset")
    @Operation(operationId = "resetFlow", summary = "Ends a flow's pin and exception: it follows its class again")
    @ApiResponse(responseCode = "200", description = "The flow is where its class says")
    @ApiResponse(responseCode = "404", description = UNKNOWN_FLOW)
    @ApiResponse(responseCode = "409", description = "move-under-way")
    @ApiResponse(responseCode = "502", description = "move-rejected: by the anchor's agent")
    @ApiResponse(responseCode = "503", description = "agent-unavailable or store-unavailable")
    @ApiResponse(responseCode = "504", description = "move-not-acknowledged")
    MoveAnswer reset(
            @PathVariable String id,
            @RequestHeader(name = TRACEPARENT, required = false) @Nullable String traceparent) {
        return answer(id, steering.reset(id(id), trace(traceparent)));
    }

    /** T-54: everything of a mobile node follows policy again. */
    @PostMapping("/api/v1/flows:reset")
    @Operation(operationId = "resetFlows", summary = "Resets every flow of a mobile node, and forgets its pins")
    @ApiResponse(responseCode = "200", description = "What became of each")
    @ApiResponse(responseCode = "400", description = "invalid-request: mobileNode is missing or is no identifier")
    @ApiResponse(responseCode = "503", description = "store-unavailable")
    ResetAnswer resetAll(
            @Parameter(required = true) @RequestParam(required = false) @Nullable String mobileNode,
            @RequestHeader(name = TRACEPARENT, required = false) @Nullable String traceparent) {
        if (mobileNode == null) {
            throw new InvalidRequestException("mobileNode", "is required");
        }
        return ResetAnswer.of(mobileNode, steering.reset(node(mobileNode), trace(traceparent)));
    }

    /** T-28, T-83: an event that placement looks at; it moves nothing by itself. */
    @PostMapping("/api/v1/flows/{id}:hint")
    @Operation(
            operationId = "hintFlow",
            summary = "Tells placement of an event, such as a better access",
            description = "Moves nothing by itself: for a hold time, placement takes it like congestion.")
    @ApiResponse(responseCode = "202", description = "Placement looks at it until the time that is told")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "404", description = UNKNOWN_FLOW)
    @ApiResponse(responseCode = "409", description = "another-nodes-flow: it is not of that mobile node or prefix")
    @ResponseStatus(HttpStatus.ACCEPTED)
    HintAnswer hint(@PathVariable String id, @RequestBody HintRequest request) {
        AccessTechnologyType to = request.target();
        return switch (steering.hint(id(id), to, request.named(), request.node(), request.homeNetworkPrefix())) {
            case HintResult.Taken taken ->
                new HintAnswer(id, taken.hint().to().toString(), taken.hint().until());
            case HintResult.UnknownFlow unknown -> throw unknown(id);
            case HintResult.AnotherNodesFlow other ->
                throw conflict(
                        "another-nodes-flow",
                        "The flow is not the one that is meant",
                        "Flow " + id + " is of "
                                + other.mobileNode()
                                        .map(node -> "mobile node " + node)
                                        .orElse("no known mobile node")
                                + other.prefix()
                                        .map(prefix -> ", prefix " + prefix)
                                        .orElse(""));
        };
    }

    private static TraceContext trace(@Nullable String traceparent) {
        return TraceContext.continued(traceparent, ThreadLocalRandom.current());
    }

    private static MobileNodeIdentifier node(String text) {
        try {
            return new MobileNodeIdentifier(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("mobileNode", String.valueOf(e.getMessage()));
        }
    }

    private static AccessTechnologyType type(String text) {
        try {
            return AccessTechnologyType.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("accessTechnologyType", String.valueOf(e.getMessage()));
        }
    }

    private static FlowId id(String text) {
        try {
            return FlowId.parse(text);
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }
    }

    private FlowView find(String id) {
        return anchors.flow(id(id)).orElseThrow(() -> unknown(id));
    }

    private static MoveAnswer answer(String id, MoveOutcome outcome) {
        return switch (outcome) {
            case MoveOutcome.Enforced enforced -> MoveAnswer.of(enforced);
            case MoveOutcome.AlreadyThere there -> MoveAnswer.of(there);
            case MoveOutcome.Refused refused -> throw refusal(id, refused.why());
            case MoveOutcome.AgentAbsent absent ->
                throw new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "agent-unavailable",
                        "The anchor's agent cannot be told",
                        absent.why() + "; nothing was changed");
            case MoveOutcome.NotAcknowledged late ->
                throw new ProblemException(
                        HttpStatus.GATEWAY_TIMEOUT,
                        "move-not-acknowledged",
                        "The anchor's agent did not acknowledge",
                        "Flow " + id + ": the anchor's agent did not acknowledge in time; the move was taken back");
            case MoveOutcome.NotPrepared unprepared -> throw notPrepared(id, unprepared);
            case MoveOutcome.RejectedByAgent rejected ->
                throw new ProblemException(
                        HttpStatus.BAD_GATEWAY,
                        "move-rejected",
                        "The anchor's agent refused",
                        "Flow " + id + ": the anchor's agent refused (" + rejected.error()
                                + "); the move was taken back");
        };
    }

    private static ProblemException refusal(String id, MoveResult why) {
        return switch (why) {
            case MoveResult.UnknownFlow unknown -> unknown(id);
            case MoveResult.StaleFlow stale ->
                conflict(
                        "stale-flow",
                        "The flow is elsewhere",
                        "Flow " + id + " is on "
                                + stale.current().map(Access::toString).orElse("no access"));
            case MoveResult.NoSuchBinding missing ->
                conflict(
                        "no-such-binding",
                        "The mobile node is not attached there",
                        missing.mobileNode()
                                .map(node -> "Mobile node " + node + " has no active binding over " + missing.wanted()
                                        + "; it is attached over "
                                        + list(missing.attached(), access -> access.toString()))
                                .orElse("No mobile node is known to hold the flow's destination address"));
            case MoveResult.NotAllowed refused ->
                conflict(
                        "move-not-allowed",
                        "The subscriber profile is against it",
                        "Flow " + id + ": " + refused.why());
            case MoveResult.Busy busy ->
                conflict("move-under-way", "Another move is under way", "Flow " + id + " is being moved; try again");
            case MoveResult.Unmoved done -> throw new IllegalStateException("not a refusal: " + done);
            case MoveResult.Preparing done -> throw new IllegalStateException("not a refusal: " + done);
            case MoveResult.Started done -> throw new IllegalStateException("not a refusal: " + done);
        };
    }

    /** The prefix of the flow is not the target gateway's, and did not become so (RFC 7864 section 3.2.2). */
    private static ProblemException notPrepared(String id, MoveOutcome.NotPrepared unprepared) {
        String stays = "Flow " + id + " stays where it is: " + unprepared.why();
        ProblemException problem = switch (unprepared.failure()) {
            case NO_BINDING, NO_PREFIX, HOST_MODEL, DECISION_AUTHORITY, GATEWAY_CANNOT, OVERTAKEN ->
                conflict("prefix-not-prepared", "The target gateway cannot carry the flow's prefix", stays);
            case GATEWAY_REFUSED ->
                new ProblemException(
                        HttpStatus.BAD_GATEWAY,
                        "prefix-refused",
                        "The target gateway did not take the flow's prefix",
                        stays);
            case NOT_IN_TIME ->
                new ProblemException(
                        HttpStatus.GATEWAY_TIMEOUT,
                        "prefix-not-prepared-in-time",
                        "The target gateway did not carry the flow's prefix in time",
                        stays);
            case ANCHOR_UNAVAILABLE ->
                new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "binding-service-unavailable",
                        "The anchor could not be asked to prepare the move",
                        stays);
        };
        problem.problem().setProperty("refusal", unprepared.failure().name());
        return problem;
    }

    private static ProblemException conflict(String name, String title, String detail) {
        return new ProblemException(HttpStatus.CONFLICT, name, title, detail);
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                HttpStatus.NOT_FOUND,
                "unknown-flow",
                "There is no such flow",
                "Flow " + id + " is not known; it may have ended");
    }

    private static <T> String list(List<T> items, Function<T, String> text) {
        return items.isEmpty() ? "nothing" : items.stream().map(text).collect(Collectors.joining(", "));
    }
}
