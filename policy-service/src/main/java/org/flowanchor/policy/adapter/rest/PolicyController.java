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
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.policy.application.CreateOutcome;
import org.flowanchor.policy.application.IdempotencyKey;
import org.flowanchor.policy.application.OffloadPolicies;
import org.flowanchor.policy.domain.OffloadPolicy;
import org.flowanchor.policy.domain.PolicyDecision;
import org.flowanchor.policy.domain.PolicyDocument;
import org.flowanchor.policy.domain.PolicyName;
import org.flowanchor.policy.domain.PolicyReading;
import org.flowanchor.policy.domain.Precondition;
import org.flowanchor.policy.domain.StoredPolicy;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
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
@RequestMapping(path = "/api/v1/policies", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "policies", description = "Offload policies: which access carries which traffic of which mobile nodes.")
class PolicyController {
    private static final String PATH = "/api/v1/policies/";
    private static final String ORDER = "precedence";
    private static final String TRACEPARENT = "traceparent";

    private final OffloadPolicies policies;
    private final WriteMeter meter;

    PolicyController(OffloadPolicies policies, WriteMeter meter) {
        this.policies = policies;
        this.meter = meter;
    }

    @GetMapping
    @Operation(operationId = "listPolicies", summary = "Lists policies in evaluation order")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = PolicyRepresentation.Page.class)))
    Map<String, Object> list(
            @RequestParam(required = false) @Parameter(description = "1 to 1000, default 100") @Nullable String limit,
            @RequestParam(required = false) @Parameter(description = "'next' of the page before") @Nullable
                    String cursor) {
        int size = PageCursor.limit(limit);
        OptionalInt after = PageCursor.read(ORDER, cursor, Integer::parseInt).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
        List<StoredPolicy> found = policies.list(after, size + 1);
        List<StoredPolicy> page = found.subList(0, Math.min(size, found.size()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("items", page.stream().map(PolicyRepresentation::of).toList());
        answer.put(
                "next",
                found.size() > size
                        ? PageCursor.after(ORDER, page.getLast().policy().precedence())
                        : null);
        return answer;
    }

    @GetMapping("/{name}")
    @Operation(operationId = "getPolicy", summary = "One policy")
    @ApiResponse(
            responseCode = "200",
            headers = @Header(name = "ETag", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = PolicyRepresentation.class)))
    ResponseEntity<Map<String, Object>> get(@PathVariable String name) {
        StoredPolicy stored = known(name).flatMap(policies::find).orElseThrow(() -> Problem.policyNotFound(name));
        return represented(ResponseEntity.ok(), stored);
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createPolicy",
            summary = "Creates a policy",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = PolicyRepresentation.class))))
    @ApiResponse(
            responseCode = "201",
            headers = {
                @Header(name = "ETag", schema = @Schema(type = "string")),
                @Header(name = "Location", schema = @Schema(type = "string"))
            },
            content = @Content(schema = @Schema(implementation = PolicyRepresentation.class)))
    @ApiResponse(responseCode = "409", description = "The name or the precedence is taken")
    @ApiResponse(responseCode = "400", description = "Malformed JSON, or an invalid policy with every error")
    @ApiResponse(responseCode = "422", description = "The key was used for another policy")
    ResponseEntity<Map<String, Object>> create(
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Parameter(
                            description =
                                    "The same policy under the same key within 24 hours gets the same answer and is created once")
                    @Nullable
                    String idempotencyKey,
            @RequestHeader(name = TRACEPARENT, required = false)
                    @Parameter(description = "W3C trace context of the request, carried on to the anchor's agent")
                    @Nullable
                    String traceparent,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        return meter.metered(WriteMeter.Resource.POLICY, WriteMeter.Operation.CREATE, () -> {
            Optional<IdempotencyKey> key = IdempotencyKeyHeader.read(idempotencyKey);
            CreateOutcome<PolicyDecision, StoredPolicy> outcome =
                    policies.create(read(request, Optional.empty()), key, trace(traceparent));
            return switch (outcome) {
                case CreateOutcome.Decided<PolicyDecision, StoredPolicy>(PolicyDecision decision) -> answer(decision);
                case CreateOutcome.Repeated<PolicyDecision, StoredPolicy>(StoredPolicy policy) -> created(policy);
                case CreateOutcome.KeyReused<PolicyDecision, StoredPolicy>(IdempotencyKey reused) ->
                    throw Problem.keyReused("policy", reused);
            };
        });
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "replacePolicy",
            summary = "Replaces a policy, or creates it with If-None-Match: *",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = PolicyRepresentation.class))))
    @ApiResponse(
            responseCode = "200",
            description = "Replaced; a policy that already was like this keeps its revision",
            headers = @Header(name = "ETag", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = PolicyRepresentation.class)))
    @ApiResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = PolicyRepresentation.class)))
    @ApiResponse(responseCode = "409", description = "The precedence is taken")
    @ApiResponse(responseCode = "412", description = "The policy does not stand at this ETag")
    @ApiResponse(responseCode = "400", description = "Malformed JSON, or an invalid policy with every error")
    @ApiResponse(responseCode = "428", description = "Neither If-Match nor If-None-Match")
    ResponseEntity<Map<String, Object>> replace(
            @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            @RequestHeader(name = TRACEPARENT, required = false)
                    @Parameter(description = "W3C trace context of the request, carried on to the anchor's agent")
                    @Nullable
                    String traceparent,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        return meter.metered(WriteMeter.Resource.POLICY, WriteMeter.Operation.REPLACE, () -> {
            Precondition precondition = EntityTag.ofReplacement(ifMatch, ifNoneMatch);
            return answer(policies.replace(read(request, Optional.of(name)), precondition, trace(traceparent)));
        });
    }

    @DeleteMapping("/{name}")
    @Operation(operationId = "deletePolicy", summary = "Deletes a policy")
    @ApiResponse(responseCode = "204", description = "Deleted")
    @ApiResponse(responseCode = "404", description = "There is none")
    @ApiResponse(responseCode = "412", description = "The policy does not stand at this ETag")
    @ApiResponse(responseCode = "428", description = "No If-Match")
    ResponseEntity<Map<String, Object>> retire(
            @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = TRACEPARENT, required = false)
                    @Parameter(description = "W3C trace context of the request, carried on to the anchor's agent")
                    @Nullable
                    String traceparent)
            throws IOException {
        return meter.metered(WriteMeter.Resource.POLICY, WriteMeter.Operation.RETIRE, () -> {
            PolicyName known = known(name).orElseThrow(() -> Problem.policyNotFound(name));
            return answer(policies.retire(known, EntityTag.ofChange(ifMatch), trace(traceparent)));
        });
    }

    private static TraceContext trace(@Nullable String traceparent) {
        return TraceContext.continued(traceparent, ThreadLocalRandom.current());
    }

    private static OffloadPolicy read(HttpServletRequest request, Optional<String> addressed) throws IOException {
        return switch (PolicyDocument.read(JsonDocument.read(request.getInputStream()), addressed)) {
            case PolicyReading.Accepted(OffloadPolicy policy) -> policy;
            case PolicyReading.Rejected(var errors) -> throw Problem.invalidPolicy(errors);
        };
    }

    private static ResponseEntity<Map<String, Object>> answer(PolicyDecision decision) {
        return switch (decision) {
            case PolicyDecision.Publish(StoredPolicy policy, boolean created) ->
                created ? created(policy) : represented(ResponseEntity.ok(), policy);
            case PolicyDecision.Unchanged(StoredPolicy policy) -> represented(ResponseEntity.ok(), policy);
            case PolicyDecision.Retire _ -> ResponseEntity.noContent().build();
            case PolicyDecision.NameTaken(PolicyName name) ->
                throw Problem.of(HttpStatus.CONFLICT, "name-taken", "Name taken", "there already is a policy " + name);
            case PolicyDecision.PrecedenceTaken(int precedence, PolicyName holder) ->
                throw Problem.of(
                        HttpStatus.CONFLICT,
                        "precedence-taken",
                        "Precedence taken",
                        "precedence " + precedence + " is that of policy " + holder);
            case PolicyDecision.Unknown(PolicyName name) -> throw Problem.policyNotFound(name.text());
            case PolicyDecision.Stale(PolicyName name, Optional<Long> revision) ->
                throw Problem.preconditionFailed("policy " + name, revision);
        };
    }

    private static ResponseEntity<Map<String, Object>> created(StoredPolicy policy) {
        return represented(ResponseEntity.created(URI.create(PATH + policy.name())), policy);
    }

    private static ResponseEntity<Map<String, Object>> represented(
            ResponseEntity.BodyBuilder response, StoredPolicy policy) {
        return response.eTag(EntityTag.of(policy.revision())).body(PolicyRepresentation.of(policy));
    }

    private static Optional<PolicyName> known(String name) {
        try {
            return Optional.of(new PolicyName(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
