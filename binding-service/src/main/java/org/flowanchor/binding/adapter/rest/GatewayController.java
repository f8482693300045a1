package org.flowanchor.binding.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.flowanchor.binding.application.AskingAgain;
import org.flowanchor.binding.application.BindingQueries;
import org.flowanchor.binding.application.BindingRelease;
import org.flowanchor.binding.application.Cursor;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.application.OperatorQueries.GatewayFilter;
import org.flowanchor.binding.application.OperatorQueries.GatewayPosition;
import org.flowanchor.binding.application.UnknownGatewayException;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
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

/** Gateways of all anchors. */
@RestController
@RequestMapping("/api/v1/gateways")
class GatewayController {
    private final OperatorQueries operators;
    private final BindingRelease release;
    private final AskingAgain askingAgain;

    GatewayController(OperatorQueries operators, BindingRelease release, AskingAgain askingAgain) {
        this.operators = operators;
        this.release = release;
        this.askingAgain = askingAgain;
    }

    /**
     * What became of a release at one anchor.
     *
     * @param taken false: an earlier loss of the gateway's bindings is not carried out there yet
     */
    record Release(String lmaAddress, boolean taken) {}

    @GetMapping
    @Operation(
            summary = "Lists gateways as anchors know them",
            parameters = {
                @Parameter(name = "cursor", description = "`next` of the previous page"),
                @Parameter(name = "limit", description = "1..1000, default 100"),
                @Parameter(name = "lmaAddress"),
                @Parameter(name = "reachable", description = "true or false, by heartbeats (RFC 5847)")
            })
    ItemPage<GatewayItem> list(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query) {
        Parameters parameters = new Parameters(query, Set.of("cursor", "limit", "lmaAddress", "reachable"));
        GatewayFilter filter = new GatewayFilter(
                parameters.value("lmaAddress", GatewayController::lmaAddress),
                Optional.empty(),
                parameters.value("reachable", GatewayController::truth));
        Optional<GatewayPosition> after = parameters.value("cursor", GatewayController::cursor);
        int limit = parameters
                .value("limit", text -> Parameters.limit(text, BindingQueries.LIMIT_MAX))
                .orElse(BindingQueries.LIMIT_DEFAULT);
        parameters.refuseFaults();
        OperatorQueries.GatewayPage page = operators.gatewayPage(filter, after, limit);
        return new ItemPage<>(
                page.views().stream().map(GatewayItem::of).toList(),
                page.end().map(Cursor::of).orElse(null));
    }

    @GetMapping("/{proxyCareOfAddress}")
    @Operation(summary = "One gateway, as each anchor knows it")
    @ApiResponse(responseCode = "200", description = "Known")
    @ApiResponse(responseCode = "404", description = "No anchor ever heard of it")
    ItemPage<GatewayItem> gateway(@PathVariable String proxyCareOfAddress) {
        ProxyCareOfAddress gateway = address(proxyCareOfAddress);
        List<GatewayItem> items = operators
                .gateways(
                        new GatewayFilter(Optional.empty(), Optional.of(gateway), Optional.empty()),
                        Optional.empty(),
                        BindingQueries.LIMIT_MAX)
                .stream()
                .map(GatewayItem::of)
                .toList();
        if (items.isEmpty()) {
            throw new UnknownGatewayException(gateway);
        }
        return new ItemPage<>(items, null);
    }

    @PostMapping("/{proxyCareOfAddress}:release")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary =
                    "Revokes all bindings with a gateway, or those of a realm's mobile nodes (RFC 5846, triggers 128 and 129)",
            description =
                    "One message asks the gateway. The bindings go with its answer, or without one when it had the time to give it.",
            parameters = {
                @Parameter(
                        name = "lmaAddress",
                        description = "one anchor; absent: every anchor that knows the gateway"),
                @Parameter(
                        name = "realm",
                        description = "what follows the @ of the mobile nodes' identifiers; sub-realms are not meant")
            })
    @ApiResponse(responseCode = "202", description = "Taken, at each anchor that says so")
    @ApiResponse(responseCode = "404", description = "No anchor here ever heard of the gateway")
    @ApiResponse(
            responseCode = "409",
            description = "An earlier loss of its bindings is not carried out yet: ask again")
    @ApiResponse(responseCode = "422", description = "The key was used for another request")
    ItemPage<Release> release(
            @PathVariable String proxyCareOfAddress,
            @RequestHeader(name = IdempotencyKeyHeader.NAME, required = false)
                    @Parameter(description = IdempotencyKeyHeader.DESCRIPTION)
                    @Nullable
                    String idempotencyKey,
            @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query) {
        ProxyCareOfAddress gateway = address(proxyCareOfAddress);
        Parameters parameters = new Parameters(query, Set.of("lmaAddress", "realm"));
        Optional<LmaAddress> anchor = parameters.value("lmaAddress", GatewayController::lmaAddress);
        Optional<Realm> realm = parameters.value("realm", Realm::new);
        parameters.refuseFaults();
        SortedMap<LmaAddress, Boolean> taken =
                release.releaseGateway(anchor, gateway, realm, IdempotencyKeyHeader.read(idempotencyKey));
        if (!taken.containsValue(true)) {
            throw new EarlierLossPendingException(gateway);
        }
        return new ItemPage<>(
                taken.entrySet().stream()
                        .map(one -> new Release(one.getKey().toString(), one.getValue()))
                        .toList(),
                null);
    }

    @PostMapping("/{proxyCareOfAddress}:askAgain")
    @Operation(
            summary = "Has a gateway sent again what it answered with a Binding Error (`unknownMessages`)",
            description =
                    "For a gateway that learnt a message since, or whose error was taken for another message's. It is"
                            + " asked with its next occasion; what it does not know it says again. Repeated, it changes nothing more.",
            parameters =
                    @Parameter(
                            name = "lmaAddress",
                            description = "one anchor; absent: every anchor that knows the gateway"))
    @ApiResponse(responseCode = "200", description = "As anchors know it from now on")
    @ApiResponse(responseCode = "404", description = "No anchor here ever heard of the gateway")
    ItemPage<GatewayItem> askAgain(
            @PathVariable String proxyCareOfAddress,
            @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> query) {
        ProxyCareOfAddress gateway = address(proxyCareOfAddress);
        Parameters parameters = new Parameters(query, Set.of("lmaAddress"));
        Optional<LmaAddress> anchor = parameters.value("lmaAddress", GatewayController::lmaAddress);
        parameters.refuseFaults();
        return new ItemPage<>(
                askingAgain.askAgain(anchor, gateway).stream()
                        .map(GatewayItem::of)
                        .toList(),
                null);
    }

    private static ProxyCareOfAddress address(String text) {
        try {
            return ProxyCareOfAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    List.of(new InvalidRequestException.Fault("proxyCareOfAddress", String.valueOf(e.getMessage()))));
        }
    }

    private static LmaAddress lmaAddress(String text) {
        return new LmaAddress(Ipv6Address.parse(text));
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false, not " + text);
        };
    }

    private static GatewayPosition cursor(String text) {
        try {
            return Cursor.parseGateway(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a cursor of this list", e);
        }
    }
}
