package org.flowanchor.flow.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Optional;
import org.flowanchor.flow.application.Anchors;
import org.flowanchor.flow.domain.load.LinkKey;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Links towards terminals and how loaded they are. */
@RestController
class LinkController {
    private final Anchors anchors;

    LinkController(Anchors anchors) {
        this.anchors = anchors;
    }

    @GetMapping("/api/v1/links")
    @Operation(
            operationId = "listLinks",
            summary = "Lists tunnels and access links with their load",
            description = "limit: " + Page.DEFAULT_LIMIT + " if absent, at most " + Page.MAX_LIMIT
                    + "; next is the cursor of" + " the page after this one.")
    @ApiResponse(responseCode = "200")
    @ApiResponse(responseCode = "400", description = "invalid-request: a parameter is not valid, or is none of these")
    Page<LinkBody> links(
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable Integer limit) {
        int size = Page.limit(limit);
        Optional<LinkKey> after = Optional.ofNullable(cursor).map(text -> Page.position(text, LinkController::key));
        return Page.of(
                anchors.links(after, size + 1),
                size,
                LinkBody::of,
                view -> view.load().sample().key().toString());
    }

    private static LinkKey key(String text) {
        String[] parts = text.split("/", 3);
        return new LinkKey(ProxyCareOfAddress.parse(parts[0]), LinkKey.Kind.valueOf(parts[1]), parts[2]);
    }
}
