package org.flowanchor.binding.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.application.BindingQueries;
import org.flowanchor.binding.application.BindingQueries.BindingView;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;
import org.flowanchor.binding.application.BindingRelease;
import org.flowanchor.binding.application.Cursor;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Bindings of all anchors. */
@RestController
@RequestMapping("/api/v1/bindings")
class BindingController {
    private static final Set<String> PARAMETERS =
            Set.of("cursor", "limit", "mobileNode", "proxyCareOfAddress", "accessTechnologyType", "prefix", "state");

    private static final int CHANGES_OF_A_MOBILE_NODE = 10;
    private static final int CHANGES_MAX = 100;

    private final BindingQueries queries;
    private final OperatorQueries operators;
    private final BindingRelease release;

    BindingController(BindingQueries queries, OperatorQueries operators, BindingRelease release) {
        this.queries = queries;
        this.operators = operators;
        this.release = release;
    }

    /** @param released bindings under revocation now, or gone because their gateway cannot be asked */
    record Release(int released) {}

    @GetMapping
    @Operation(
            summary = "Lists bindings",
            description =
                    "By accessTechnologyType a page ends after 10,000 entries that were looked at: it may have few items, or none, and"
                            + " yet a `next`.",
            parameters = {
                @Parameter(name = "cursor", description = "`next` of the previous page"),
                @Parameter(name = "limit", description = "1..1000, default 100"),
                @Parameter(name = "mobileNode"),
                @Parameter(name = "proxyCareOfAddress"),
                @Parameter(name = "accessTechnologyType", description = "IEEE_802_11, E_UTRAN, ..."),
                @Parameter(name = "prefix", description = "a home network prefix, or an address in one"),
                @Parameter(name = "state", description = "ACTIVE or RELEASING")
            })
    ItemPage<BindingItem> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query) {
        Parameters parameters = new Parameters(query, PARAMETERS);
        Filter filter = new Filter(
                parameters.value("mobileNode", MobileNodeIdentifier::new),
                parameters.value("proxyCareOfAddress", ProxyCareOfAddress::parse),
                parameters.value("accessTechnologyType", AccessTechnologyType::parse),
                parameters.value("prefix", BindingController::prefix),
                parameters.value("state", BindingController::state));
        Optional<Position> after = parameters.value("cursor", BindingController::cursor);
        int limit = parameters
                .value("limit", text -> Parameters.limit(text, BindingQueries.LIMIT_MAX))
                .orElse(BindingQueries.LIMIT_DEFAULT);
        parameters.refuseFaults();
        BindingQueries.Page page = queries.page(filter, after, limit);
        return new ItemPage<>(
                page.views().stream().map(BindingItem::of).toList(),
                page.end().map(Cursor::of).orElse(null));
    }

    @GetMapping("/{mobileNode}")
    @Operation(summary = "All bindings of one mobile node, and their last changes")
    MobileNodeItem ofMobileNode(@PathVariable String mobileNode) {
        MobileNodeIdentifier identifier = identifier(mobileNode);
        List<BindingView> views = queries.ofMobileNode(identifier);
        return new MobileNodeItem(
                views.stream().map(BindingItem::of).toList(),
                null,
                changes(identifier, CHANGES_OF_A_MOBILE_NODE).items());
    }

    @GetMapping("/{mobileNode}/changes")
    @Operation(
            summary = "The last changes of a mobile node's bindings, newest first, also when it has none any more",
            description = "As far as changes are kept: flowanchor.outbox-retention.",
            parameters = @Parameter(name = "limit", description = "1..100, default 10"))
    ItemPage<ChangeItem> changesOfMobileNode(
            @PathVariable String mobileNode,
            @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query) {
        Parameters parameters = new Parameters(query, Set.of("limit"));
        int limit = parameters
                .value("limit", text -> Parameters.limit(text, CHANGES_MAX))
                .orElse(CHANGES_OF_A_MOBILE_NODE);
        parameters.refuseFaults();
        return changes(identifier(mobileNode), limit);
    }

    @PostMapping("/{mobileNode}:release")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Revokes bindings for an administrative reason (RFC 5846)",
            description =
                    "A gateway that knows revocation is asked, and the binding goes with its answer; any other binding goes at once.",
            parameters =
                    @Parameter(name = "bindingIdentifier", description = "1..65535; absent: all of the mobile node"))
    @ApiResponse(responseCode = "202", description = "Under revocation, or gone")
    @ApiResponse(responseCode = "404", description = "There is no such binding")
    @ApiResponse(responseCode = "422", description = "The key was used for another request")
    Release release(
            @PathVariable String mobileNode,
            @RequestHeader(name = IdempotencyKeyHeader.NAME, required = false)
                    @Parameter(description = IdempotencyKeyHeader.DESCRIPTION)
                    @Nullable
                    String idempotencyKey,
            @RequestHeader(name = TraceparentHeader.NAME, required = false)
                    @Parameter(description = TraceparentHeader.DESCRIPTION)
                    @Nullable
                    String traceparent,
            @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query) {
        Parameters parameters = new Parameters(query, Set.of("bindingIdentifier"));
        Optional<BindingIdentifier> only =
                parameters.value("bindingIdentifier", text -> new BindingIdentifier(Integer.parseInt(text)));
        parameters.refuseFaults();
        return new Release(release.release(
                identifier(mobileNode),
                only,
                IdempotencyKeyHeader.read(idempotencyKey),
                TraceparentHeader.read(traceparent)));
    }

    private ItemPage<ChangeItem> changes(MobileNodeIdentifier mobileNode, int limit) {
        return new ItemPage<>(
                operators.changes(mobileNode, limit).stream()
                        .map(change -> ChangeItem.of(change.lmaAddress(), change.logged(), Optional.of(change.at())))
                        .toList(),
                null);
    }

    private static MobileNodeIdentifier identifier(String mobileNode) {
        try {
            return new MobileNodeIdentifier(mobileNode);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    List.of(new InvalidRequestException.Fault("mobileNode", String.valueOf(e.getMessage()))));
        }
    }

    /** An address is a prefix of all its bits. */
    private static HomeNetworkPrefix prefix(String text) {
        return HomeNetworkPrefix.parse(text.indexOf('/') < 0 ? text + "/128" : text);
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
