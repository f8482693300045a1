package org.flowanchor.policy.adapter.rest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.application.Subscribers;
import org.flowanchor.policy.domain.DocumentError;
import org.flowanchor.policy.domain.SubscriberDecision;
import org.flowanchor.policy.domain.SubscriberDocument;
import org.flowanchor.policy.domain.SubscriberProfile;
import org.flowanchor.policy.domain.SubscriberReading;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Many profiles at once: a document per line. Portions of {@value #PORTION} lines are one transaction each, so an import that broke off
 * has changed whole portions, and sending it again finishes it.
 */
@RestController
@Tag(name = "subscribers")
class SubscriberImportController {
    static final int PORTION = 1000;
    static final int MAX_LINE_OCTETS = 64 * 1024;
    private static final int REFUSALS_TOLD = 100;

    private enum Outcome {
        CREATED,
        REPLACED,
        UNCHANGED,
        REFUSED
    }

    private final Subscribers subscribers;
    private final WriteMeter meter;
    private final Map<Outcome, Counter> counters = new LinkedHashMap<>();

    SubscriberImportController(Subscribers subscribers, WriteMeter meter, MeterRegistry registry) {
        this.subscribers = subscribers;
        this.meter = meter;
        for (Outcome outcome : Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("flowanchor.policy.subscriber.imported")
                            .description("Lines of imports")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    @PostMapping(
            path = SubscriberAnswers.PATH + ":import",
            consumes = MediaType.APPLICATION_NDJSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "importSubscribers",
            summary = "Creates or replaces many profiles: one JSON document per line",
            description =
                    "A line that is refused changes nothing and does not hold up the others. What one line gives up a later line"
                            + " may take. Lines are committed in portions of 1000; an import that broke off can be sent again.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_NDJSON_VALUE,
                                            schema = @Schema(implementation = SubscriberRepresentation.class))))
    @ApiResponse(
            responseCode = "200",
            description = "What became of the lines, also when some were refused",
            content = @Content(schema = @Schema(implementation = SubscriberRepresentation.Import.class)))
    Map<String, Object> load(@Parameter(hidden = true) HttpServletRequest request) throws IOException {
        return meter.metered(WriteMeter.Resource.SUBSCRIBER, WriteMeter.Operation.IMPORT, () -> {
            Run run = new Run();
            LineReader lines = new LineReader(request.getInputStream(), MAX_LINE_OCTETS);
            for (Optional<LineReader.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().isBlank()) {
                    run.take(line.get());
                }
            }
            return run.finish();
        });
    }

    /** One import. */
    private final class Run {
        private final Map<Outcome, Long> counts = new LinkedHashMap<>();
        private final List<Map<String, Object>> refusals = new ArrayList<>();
        private final List<SubscriberProfile> portion = new ArrayList<>();
        private final List<Long> numbers = new ArrayList<>();
        private long lines;

        void take(LineReader.Line line) {
            lines++;
            if (line.tooLong()) {
                refuse(
                        line.number(),
                        Optional.empty(),
                        List.of(new DocumentError("$", "a line has at most " + MAX_LINE_OCTETS + " octets")));
                return;
            }
            SubscriberReading reading;
            try {
                reading = SubscriberDocument.read(JsonDocument.read(line.octets()), Optional.empty());
            } catch (Problem malformed) {
                refuse(
                        line.number(),
                        Optional.empty(),
                        List.of(new DocumentError("$", String.valueOf(malformed.getMessage()))));
                return;
            }
            switch (reading) {
                case SubscriberReading.Rejected(var errors) -> refuse(line.number(), Optional.empty(), errors);
                case SubscriberReading.Accepted(SubscriberProfile profile) -> {
                    portion.add(profile);
                    numbers.add(line.number());
                    if (portion.size() == PORTION) {
                        commit();
                    }
                }
            }
        }

        private void commit() {
            List<SubscriberDecision> decisions = subscribers.provision(List.copyOf(portion));
            for (int i = 0; i < decisions.size(); i++) {
                MobileNodeIdentifier mobileNode = portion.get(i).mobileNodeIdentifier();
                switch (decisions.get(i)) {
                    case SubscriberDecision.Publish(var _, boolean created) ->
                        count(created ? Outcome.CREATED : Outcome.REPLACED);
                    case SubscriberDecision.Unchanged _ -> count(Outcome.UNCHANGED);
                    case SubscriberDecision.LinkLayerIdentifierTaken _, SubscriberDecision.PrefixTaken _ ->
                        refuse(
                                numbers.get(i),
                                Optional.of(mobileNode),
                                SubscriberAnswers.conflict(decisions.get(i)).stream()
                                        .toList());
                    case SubscriberDecision.Present _,
                            SubscriberDecision.Retire _,
                            SubscriberDecision.Unknown _,
                            SubscriberDecision.Stale _ ->
                        throw new IllegalStateException("no decision of an import: " + decisions.get(i));
                }
            }
            portion.clear();
            numbers.clear();
        }

        private void refuse(long line, Optional<MobileNodeIdentifier> mobileNode, List<DocumentError> errors) {
            count(Outcome.REFUSED);
            if (refusals.size() < REFUSALS_TOLD) {
                Map<String, Object> refusal = new LinkedHashMap<>();
                refusal.put("line", line);
                refusal.put(
                        "mobileNodeIdentifier",
                        mobileNode.map(MobileNodeIdentifier::value).orElse(null));
                refusal.put("errors", Problem.errors(errors));
                refusals.add(refusal);
            }
        }

        private void count(Outcome outcome) {
            counts.merge(outcome, 1L, Long::sum);
            Objects.requireNonNull(counters.get(outcome)).increment();
        }

        Map<String, Object> finish() {
            if (!portion.isEmpty()) {
                commit();
            }
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("lines", lines);
            for (Outcome outcome : Outcome.values()) {
                answer.put(outcome.name().toLowerCase(Locale.ROOT), counts.getOrDefault(outcome, 0L));
            }
            answer.put("refusals", refusals);
            return answer;
        }
    }
}
