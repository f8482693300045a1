package org.flowanchor.policy.adapter.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.policy.domain.StoredSubscriber;
import org.flowanchor.policy.domain.SubscriberDocument;

/** A profile as callers see it; the record is for the OpenAPI document, the content is the domain's canonical document. */
@Schema(
        name = "SubscriberProfile",
        additionalProperties = Schema.AdditionalPropertiesValue.FALSE,
        description = "A list that is empty or left out restricts nothing.")
record SubscriberRepresentation(
        @Schema(
                description =
                        "Network access identifier (RFC 7542), 1 to 253 octets without '/'. In a PUT it may be left out; it cannot"
                                + " differ from the path.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                example = "mn1@operator.example")
        String mobileNodeIdentifier,

        @Schema(
                description = "Policy group that offload policies apply to: a DNS label.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                example = "default")
        String policyGroup,

        @Schema(description = "false: network-based mobility is refused (status 152).", defaultValue = "true")
        boolean proxyRegistrationEnabled,

        @Schema(
                description = "Access technology types it may attach over; another one is refused (status 129).",
                example = "[\"IEEE_802_11\", \"E_UTRAN\"]")
        List<String> allowedAccessTechnologyTypes,

        @Schema(
                description =
                        "How prefixes belong to its sessions (RFC 7864 section 3.2). Left out: SHARED, and UNIQUE for a STRONG host.",
                allowableValues = {"SHARED", "UNIQUE", "HYBRID"})
        String prefixModel,

        @Schema(
                description =
                        "Prefixes assigned to it whatever it asks for; they must be prefixes of a pool of its anchor, and none may"
                                + " overlap one of another mobile node. At most 16.",
                example = "[\"2001:db8:100:7::/64\"]")
        List<String> staticPrefixes,

        @Schema(
                description =
                        "How it takes packets whose address is another interface's: LIF has a logical interface over all accesses,"
                                + " WEAK takes them, STRONG drops them (only with UNIQUE prefixes; its flows are never moved).",
                allowableValues = {"LIF", "WEAK", "STRONG"},
                defaultValue = "LIF")
        String hostModel,

        @Schema(
                description = "Who decides which access carries its flows. With MOBILE_NODE the network moves none.",
                allowableValues = {"NETWORK", "MOBILE_NODE"},
                defaultValue = "NETWORK")
        String decisionAuthority,

        @Schema(
                description = "Services it may ask for (RFC 5149); another one is refused (status 151). At most 64.",
                example = "[\"internet\", \"ims\"]")
        List<String> serviceSelections,

        @Schema(
                description = "Link-layer identifiers of its interfaces, each one mobile node's. At most 32.",
                example = "[\"02:00:00:00:00:01\"]")
        List<String> linkLayerIdentifiers,

        @Schema(
                description =
                        "Proxy-CoAs of the gateways that may register it; another one is refused (status 154). Left out: every"
                                + " configured gateway. At most 256.",
                example = "[\"2001:db8:a::1\"]")
        List<String> authorizedGateways,

        @Schema(
                description = "Grows with each write; also the ETag. Ignored in requests.",
                accessMode = Schema.AccessMode.READ_ONLY)
        long revision,

        @Schema(accessMode = Schema.AccessMode.READ_ONLY) Instant createdAt,
        @Schema(accessMode = Schema.AccessMode.READ_ONLY) Instant updatedAt) {

    @Schema(name = "SubscriberPage")
    record Page(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<SubscriberRepresentation> items,

            @Schema(
                    description = "Value of 'cursor' for the next page; null on the last one.",
                    nullable = true,
                    requiredMode = Schema.RequiredMode.REQUIRED)
            String next) {}

    @Schema(name = "SubscriberImport")
    record Import(
            @Schema(description = "Lines that were read, empty ones aside.")
            long lines,

            long created,
            long replaced,
            @Schema(description = "Stood like this before.") long unchanged,
            @Schema(description = "Changed nothing.") long refused,

            @Schema(description = "The first 100 refused lines.")
            List<RefusedLine> refusals) {}

    @Schema(name = "RefusedLine")
    record RefusedLine(
            @Schema(description = "From 1.") long line,
            @Schema(nullable = true) String mobileNodeIdentifier,

            @Schema(example = "[{\"path\": \"$.policyGroup\", \"message\": \"is missing\"}]")
            List<Map<String, String>> errors) {}

    static Map<String, Object> of(StoredSubscriber stored) {
        Map<String, Object> document = new LinkedHashMap<>(SubscriberDocument.write(stored.profile()));
        document.put("revision", stored.revision());
        document.put("createdAt", stored.createdAt().toString());
        document.put("updatedAt", stored.updatedAt().toString());
        return document;
    }
}
