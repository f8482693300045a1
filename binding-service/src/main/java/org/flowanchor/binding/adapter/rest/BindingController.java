package org.flowanchor.binding.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.application.BindingQueries;
import org.flowanchor.binding.application.BindingQueries.BindingView;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Bindings of all anchors. */
@RestController
@RequestMapping("/api/v1/bindings")
class BindingController {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;
    private static final Set<String> PARAMETERS =
            Set.of("cursor", "limit", "mobileNode", "proxyCareOfAddress", "accessTechnologyType", "state");

    private final BindingQueries queries;

    BindingController(BindingQueries queries) {
        this.queries = queries;
    }

    @GetMapping
    @Operation(
            summary = "Lists bindings",
            parameters = {
                @Parameter(name = "cursor", description = "`next` of the previous page"),
                @Parameter(name = "limit", description = "1..1000, default 100"),
                @Parameter(name = "mobileNode"),
                @Parameter(name = "proxyCareOfAddress"),
                @Parameter(name = "accessTechnologyType", description = "IEEE_802_11, E_UTRAN, ..."),
                @Parameter(name = "state", description = "ACTIVE or RELEASING")
            })
    ItemPage<BindingItem> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query) {
        Parameters parameters = new Parameters(query, PARAMETERS);
        Filter filter = new Filter(
                parameters.value("mobileNode", MobileNodeIdentifier::new),
                parameters.value("proxyCareOfAddress", ProxyCareOfAddress::parse),
                parameters.value("accessTechnologyType", AccessTechnologyType::parse),
                parameters.value("state", BindingController::state));
        Optional<Position> after = parameters.value("cursor", BindingController::cursor);
        int limit = parameters.value("limit", BindingController::limit).orElse(LIMIT_DEFAULT);
        parameters.refuseFaults();
        return page(queries.list(filter, after, limit + 1), limit);
    }

    @GetMapping("/{mobileNode}")
    @Operation(summary = "All bindings of one mobile node")
    ItemPage<BindingItem> ofMobileNode(@PathVariable String mobileNode) {
        MobileNodeIdentifier identifier;
        try {
            identifier = new MobileNodeIdentifier(mobileNode);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    List.of(new InvalidRequestException.Fault("mobileNode", String.valueOf(e.getMessage()))));
        }
        Filter filter = new Filter(Optional.of(identifier), Optional.empty(), Optional.empty(), Optional.empty());
        List<BindingView> views = queries.list(filter, Optional.empty(), LIMIT_MAX);
        if (views.isEmpty()) {
            throw new UnknownMobileNodeException(identifier);
        }
        return page(views, LIMIT_MAX);
    }

    private static ItemPage<BindingItem> page(List<BindingView> views, int limit) {
        List<BindingView> shown = views.subList(0, Math.min(limit, views.size()));
        return new ItemPage<>(
                shown.stream().map(BindingItem::of).toList(),
                views.size() > limit ? Cursor.of(shown.getLast().position()) : null);
    }

    private static int limit(String text) {
        int limit = Integer.parseInt(text);
        if (limit < 1) {
            throw new IllegalArgumentException("must be 1.." + LIMIT_MAX);
        }
        return Math.min(limit, LIMIT_MAX);
    }

    private static Position cursor(String text) {
        try {
            return Cursor.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a cursor of this list", e);
        }
    }

    private static BindingState state(String text) {
        return Arrays.stream(BindingState.values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "not a state: " + text + " (one of " + Arrays.toString(BindingState.values()) + ")"));
    }
}
