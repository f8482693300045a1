package org.flowanchor.policy.adapter.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.policy.domain.PolicyDocument;
import org.flowanchor.policy.domain.StoredPolicy;

/** A policy as callers see it; the record is for the OpenAPI document, the content is the domain's canonical document. */
@Schema(name = "OffloadPolicy", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record PolicyRepresentation(
        @Schema(
                description = "DNS label. In a PUT it may be left out; it cannot differ from the path.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                maxLength = 63,
                example = "default-offload")
        String name,

        @Schema(description = "A policy that is not enabled is kept but never matches.", defaultValue = "true")
        boolean enabled,

        @Schema(
                description = "Unique over all policies, lower first.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                minimum = "0",
                example = "100")
        int precedence,

        @Schema(
                description = "Policy groups of mobile nodes that it applies to, each once, 1 to 64.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                example = "[\"default\"]")
        List<String> groups,

        @Schema(
                description =
                        "In order, the first match wins; 1 to 64. A rule that can never match because earlier ones take all its packets is refused.",
                requiredMode = Schema.RequiredMode.REQUIRED)
        List<Rule> rules,

        @Schema(
                description = "One more with each write of this name; also the ETag. Ignored in requests.",
                accessMode = Schema.AccessMode.READ_ONLY)
        long revision,

        @Schema(accessMode = Schema.AccessMode.READ_ONLY) Instant createdAt,
        @Schema(accessMode = Schema.AccessMode.READ_ONLY) Instant updatedAt) {

    @Schema(name = "SteeringRule", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Rule(
            @Schema(
                    description = "DNS label, unique within the policy.",
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    example = "voip")
            String name,

            @Schema(description = "Any of them matches; none: every packet. At most 32.")
            List<Selector> selectors,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            Steering steering) {}

    @Schema(
            name = "TrafficSelector",
            additionalProperties = Schema.AdditionalPropertiesValue.FALSE,
            description =
                    "Describes downlink packets (RFC 6088): 'remote' is the correspondent, the source of downlink packets; the mobile node is their destination. HTTPS of a mobile node is remotePorts 443. Every field that is given must match; uplink packets of the same flow follow it.")
    record Selector(
            @Schema(
                    description = "IPv6 prefix of the correspondent: source addresses of downlink packets.",
                    example = "2001:db8:c::/64")
            String remotePrefix,

            @Schema(
                    description = "tcp, udp, icmpv6, esp, sctp, dccp, or a next header number from 0 to 255.",
                    oneOf = {String.class, Integer.class},
                    example = "udp")
            Object protocol,

            @Schema(
                    description =
                            "Port of the correspondent, or an inclusive range: source ports of downlink packets. Only with protocol tcp, udp, sctp or dccp.",
                    example = "5004-5005")
            String remotePorts,

            @Schema(
                    description =
                            "Of downlink packets: EF, AF11 to AF43, CS0 to CS7, or a number or inclusive range from 0 to 63.",
                    example = "EF")
            String dscp,

            @Schema(
                    description =
                            "IPv6 flow label of downlink packets (RFC 6437), or an inclusive range, from 0x0 to 0xfffff.",
                    example = "0x12345")
            String flowLabel,

            @Schema(
                    description =
                            "Security Parameters Index of downlink packets (RFC 4303), or an inclusive range, from 0x0 to 0xffffffff. Only with protocol esp: the index of AH (RFC 4302) cannot be selected by.",
                    example = "0xc0ffee01")
            String spi) {}

    @Schema(name = "Steering", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Steering(
            @Schema(
                    description =
                            "ACTIVE_STANDBY: the first usable access of the list, congested or not. PRIORITY_BASED: the first usable one, overflowing to the next when it is congested.",
                    allowableValues = {"ACTIVE_STANDBY", "PRIORITY_BASED"},
                    requiredMode = Schema.RequiredMode.REQUIRED)
            String mode,

            @Schema(
                    description =
                            "Access technology types, most preferred first, each once. IEEE_802_11 is WLAN, E_UTRAN is LTE, IEEE_802_3 is fixed; ATT_n for numbers without a name. An access that is not listed is not used while a listed one is usable.",
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    example = "[\"IEEE_802_11\", \"E_UTRAN\"]")
            List<String> accessTechnologyTypes,

            @Schema(
                    description =
                            "Above it an access is congested: above 0 and below 1. Only with PRIORITY_BASED; without it the flow-manager's default.",
                    example = "0.1")
            Double packetLossRatioThreshold) {}

    @Schema(name = "OffloadPolicyPage")
    record Page(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<PolicyRepresentation> items,

            @Schema(
                    description = "Value of 'cursor' for the next page; null on the last one.",
                    nullable = true,
                    requiredMode = Schema.RequiredMode.REQUIRED)
            String next) {}

    static Map<String, Object> of(StoredPolicy stored) {
        Map<String, Object> document = new LinkedHashMap<>(PolicyDocument.write(stored.policy()));
        document.put("revision", stored.revision());
        document.put("createdAt", stored.createdAt().toString());
        document.put("updatedAt", stored.updatedAt().toString());
        return document;
    }
}
