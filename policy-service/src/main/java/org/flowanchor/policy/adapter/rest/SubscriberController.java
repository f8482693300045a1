package org.flowanchor.policy.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.application.CreateOutcome;
import org.flowanchor.policy.application.IdempotencyKey;
import org.flowanchor.policy.application.Subscribers;
import org.flowanchor.policy.domain.Precondition;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberDecision;
import org.flowanchor.policy.domain.SubscriberDocument;
import org.flowanchor.policy.domain.SubscriberProfile;
import org.flowanchor.policy.domain.SubscriberReading;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = SubscriberAnswers.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "subscribers", description = "Profiles of mobile nodes: who may attach where, and with what.")
class SubscriberController {
    private static final String ORDER = "mobile-node";

    private final Subscribers subscribers;
    private final WriteMeter meter;

    SubscriberController(Subscribers subscribers, WriteMeter meter) {
        this.subscribers = subscribers;
        this.meter = meter;
    }

    @GetMapping
    @Operation(operationId = "listSubscribers", summary = "Lists profiles by mobile node identifier")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.Page.class)))
    Map<String, Object> list(
            @RequestParam(required = false) @Parameter(description = "1 to 1000, default 100") @Nullable String limit,
            @RequestParam(required = false) @Parameter(description = "'next' of the page before") @Nullable
                    String cursor,
            @RequestParam(required = false)
                    @Parameter(description = "Only the mobile node with this interface, such as 02:00:00:00:00:01")
                    @Nullable
                    String linkLayerIdentifier) {
        int size = PageCursor.limit(limit);
        Optional<MobileNodeIdentifier> after = PageCursor.read(ORDER, cursor, MobileNodeIdentifier::new);
        List<StoredSubscriber> found = linkLayerIdentifier == null
                ? subscribers.list(after, size + 1)
                : subscribers.findByInterface(parsed(linkLayerIdentifier)).stream()
                        .toList();
        List<StoredSubscriber> page = found.subList(0, Math.min(size, found.size()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("items", page.stream().map(SubscriberRepresentation::of).toList());
        answer.put(
                "next",
                found.size() > size ? PageCursor.after(ORDER, page.getLast().mobileNodeIdentifier()) : null);
        return answer;
    }

    private static LinkLayerIdentifier parsed(String linkLayerIdentifier) {
        try {
            return LinkLayerIdentifier.parse(linkLayerIdentifier);
        } catch (IllegalArgumentException e) {
            throw Problem.invalidRequest("linkLayerIdentifier: " + e.getMessage());
        }
    }

    @GetMapping("/{mobileNode}")
    @Operation(operationId = "getSubscriber", summary = "One profile")
    @ApiResponse(
            responseCode = "200",
            headers = @Header(name = "ETag", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.class)))
    ResponseEntity<Map<String, Object>> get(@PathVariable String mobileNode) {
        StoredSubscriber stored =
                known(mobileNode).flatMap(subscribers::find).orElseThrow(() -> Problem.subscriberNotFound(mobileNode));
        return SubscriberAnswers.represented(ResponseEntity.ok(), stored);
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createSubscriber",
            summary = "Creates a profile",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.class))))
    @ApiResponse(
            responseCode = "201",
            headers = {
                @Header(name = "ETag", schema = @Schema(type = "string")),
                @Header(name = "Location", schema = @Schema(type = "string"))
            },
            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.class)))
    @ApiResponse(
            responseCode = "409",
            description = "The mobile node has a profile, or another one has the interface or the prefix")
    @ApiResponse(responseCode = "400", description = "Malformed JSON, or an invalid profile with every error")
    @ApiResponse(responseCode = "422", description = "The key was used for another profile")
    ResponseEntity<Map<String, Object>> create(
            @RequestHeader(name = IdempotencyKeyHeader.NAME, required = false)
                    @Parameter(
                            description =
                                    "The same profile under the same key within 24 hours gets the same answer and is created once")
                    @Nullable
                    String idempotencyKey,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        return meter.metered(WriteMeter.Resource.SUBSCRIBER, WriteMeter.Operation.CREATE, () -> {
            Optional<IdempotencyKey> key = IdempotencyKeyHeader.read(idempotencyKey);
            CreateOutcome<SubscriberDecision, StoredSubscriber> outcome =
                    subscribers.create(read(request, Optional.empty()), key);
            return switch (outcome) {
                case CreateOutcome.Decided<SubscriberDecision, StoredSubscriber>(SubscriberDecision decision) ->
                    SubscriberAnswers.of(decision);
                case CreateOutcome.Repeated<SubscriberDecision, StoredSubscriber>(StoredSubscriber subscriber) ->
                    SubscriberAnswers.created(subscriber);
                case CreateOutcome.KeyReused<SubscriberDecision, StoredSubscriber>(IdempotencyKey reused) ->
                    throw Problem.keyReused("profile", reused);
            };
        });
    }

    @PutMapping(path = "/{mobileNode}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "replaceSubscriber",
            summary = "Replaces a profile, or creates it with If-None-Match: *",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.class))))
    @ApiResponse(
            responseCode = "200",
            description = "Replaced; a profile that already was like this keeps its revision",
            headers = @Header(name = "ETag", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.class)))
    @ApiResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.class)))
    @ApiResponse(responseCode = "409", description = "Another mobile node has the interface or the prefix")
    @ApiResponse(responseCode = "412", description = "The profile does not stand at this ETag")
    @ApiResponse(responseCode = "400", description = "Malformed JSON, or an invalid profile with every error")
    @ApiResponse(responseCode = "428", description = "Neither If-Match nor If-None-Match")
    ResponseEntity<Map<String, Object>> replace(
            @PathVariable String mobileNode,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        return meter.metered(WriteMeter.Resource.SUBSCRIBER, WriteMeter.Operation.REPLACE, () -> {
            Precondition precondition = EntityTag.ofReplacement(ifMatch, ifNoneMatch);
            return SubscriberAnswers.of(subscribers.replace(read(request, Optional.of(mobileNode)), precondition));
        });
    }

    @DeleteMapping("/{mobileNode}")
    @Operation(operationId = "deleteSubscriber", summary = "Deletes a profile")
    @ApiResponse(responseCode = "204", description = "Deleted")
    @ApiResponse(responseCode = "404", description = "There is none")
    @ApiResponse(responseCode = "412", description = "The profile does not stand at this ETag")
    @ApiResponse(responseCode = "428", description = "No If-Match")
    ResponseEntity<Map<String, Object>> retire(
            @PathVariable String mobileNode,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch)
            throws IOException {
        return meter.metered(WriteMeter.Resource.SUBSCRIBER, WriteMeter.Operation.RETIRE, () -> {
            MobileNodeIdentifier known = known(mobileNode).orElseThrow(() -> Problem.subscriberNotFound(mobileNode));
            return SubscriberAnswers.of(subscribers.retire(known, EntityTag.ofChange(ifMatch)));
        });
    }

    private static SubscriberProfile read(HttpServletRequest request, Optional<String> addressed) throws IOException {
        return switch (SubscriberDocument.read(JsonDocument.read(request.getInputStream()), addressed)) {
            case SubscriberReading.Accepted(SubscriberProfile profile) -> profile;
            case SubscriberReading.Rejected(var errors) -> throw Problem.invalidSubscriber(errors);
        };
    }

    private static Optional<MobileNodeIdentifier> known(String name) {
        try {
            return Optional.of(new MobileNodeIdentifier(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
