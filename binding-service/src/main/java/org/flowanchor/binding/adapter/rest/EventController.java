package org.flowanchor.binding.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.adapter.rest.InvalidRequestException.Fault;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Changes of bindings as server-sent events. */
@RestController
@RequestMapping("/api/v1/events")
class EventController {
    private final EventStreams streams;

    EventController(EventStreams streams) {
        this.streams = streams;
    }

    @GetMapping
    @Operation(
            summary = "Changes of bindings as they are committed, by any replica",
            description =
                    "Events `binding` carry a change; `gap` says that changes are missing, so read the list again. The id of an event,"
                            + " sent back in Last-Event-ID, continues after it.",
            parameters = @Parameter(name = "mobileNode", description = "only its changes"))
    ResponseEntity<SseEmitter> events(
            @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query,
            @RequestHeader(name = "Last-Event-ID", required = false) Optional<String> lastEventId) {
        Parameters parameters = new Parameters(query, java.util.Set.of("mobileNode"));
        Optional<MobileNodeIdentifier> mobileNode = parameters.value("mobileNode", MobileNodeIdentifier::new);
        parameters.refuseFaults();
        Optional<EventStreams.Point> after = lastEventId.map(EventController::point);
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .header("Cache-Control", "no-store")
                .body(streams.open(mobileNode, after));
    }

    private static EventStreams.Point point(String text) {
        try {
            return EventStreams.Point.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    List.of(new Fault("Last-Event-ID", "not an id of an event here: " + text)));
        }
    }
}
