package org.flowanchor.binding.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import org.flowanchor.binding.application.StreamRegistry;
import org.flowanchor.binding.application.StreamRegistry.StreamStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The binding streams of this replica: how far each agent is, and what it refused. */
@RestController
@RequestMapping("/api/v1/binding-streams")
class BindingStreamController {
    private final StreamRegistry registry;

    BindingStreamController(StreamRegistry registry) {
        this.registry = registry;
    }

    /** @param rejection null: the last answer was an acknowledgement */
    record StreamItem(
            String lmaAddress,
            String peer,
            Instant connectedAt,
            long sentVersion,
            long acknowledgedVersion,
            @Nullable RejectionItem rejection) {}

    record RejectionItem(long version, String error, Instant at) {}

    @GetMapping
    @Operation(summary = "Lists the binding streams this replica serves")
    ItemPage<StreamItem> list() {
        return new ItemPage<>(
                registry.streams().stream().map(BindingStreamController::item).toList(), null);
    }

    private static StreamItem item(StreamStatus stream) {
        return new StreamItem(
                stream.lmaAddress().toString(),
                stream.peer(),
                stream.connectedAt(),
                stream.sentVersion(),
                stream.acknowledgedVersion(),
                stream.rejection()
                        .map(rejection -> new RejectionItem(rejection.version(), rejection.error(), rejection.at()))
                        .orElse(null));
    }
}
