package org.flowanchor.binding.boot;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.PrefixModel;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What operators configure under {@code flowanchor}.
 *
 * @param anchors local mobility anchors this service decides for
 * @param gateways mobile access gateways that may register mobile nodes
 * @param anyGatewayAuthorized admits every gateway; for laboratories
 * @param mobileNodes mobile nodes that are known beside the subscribers of the topic
 * @param mobileNodesDefaultGroup when set, every other mobile node is admitted with this policy group; for laboratories
 * @param timestampValidityWindow TimestampValidityWindow (RFC 5213 section 9.1)
 * @param minDelayBeforeBceDelete MinDelayBeforeBCEDelete (RFC 5213 section 9.1)
 * @param maxDelayBeforeNewBceAssign MaxDelayBeforeNewBCEAssign (RFC 5213 section 9.1); 0: never waits
 * @param timestampBasedApproachInUse TimestampBasedApproachInUse (RFC 5213 section 9.3)
 * @param mobileNodeGeneratedTimestampInUse MobileNodeGeneratedTimestampInUse (RFC 5213 section 9.3)
 * @param fixedMagLinkLocalAddressOnAllAccessLinks FixedMAGLinkLocalAddressOnAllAccessLinks (RFC 5213 section 9.3)
 * @param maxLifetime longest lifetime granted to a binding
 * @param prefixRest how long a released prefix stays unused
 * @param bindingPriorities BID-PRI by access technology type, 1..127, lower is preferred
 * @param defaultBindingPriority BID-PRI of every other access technology type
 * @param maxBindingsPerMobileNode entries of one mobile node at one anchor
 * @param expiryPeriod how often timers look for what is due
 * @param services where the prefixes of a service come from; every other service gets permanent ones
 * @param signalling what the anchor sends by itself
 * @param outboxRetention how long published changes are kept for the streams
 */
@Validated
@ConfigurationProperties("flowanchor")
record FlowAnchorProperties(
        @NotEmpty List<@Valid AnchorProperties> anchors,
        @DefaultValue List<@Valid GatewayProperties> gateways,
        @DefaultValue("false") boolean anyGatewayAuthorized,
        @DefaultValue List<@Valid MobileNodeProperties> mobileNodes,
        @Nullable String mobileNodesDefaultGroup,
        @DefaultValue("300ms") Duration timestampValidityWindow,
        @DefaultValue("10s") Duration minDelayBeforeBceDelete,
        @DefaultValue("1500ms") Duration maxDelayBeforeNewBceAssign,
        @DefaultValue("true") boolean timestampBasedApproachInUse,
        @DefaultValue("false") boolean mobileNodeGeneratedTimestampInUse,
        @Nullable String fixedMagLinkLocalAddressOnAllAccessLinks,
        @DefaultValue("1h") Duration maxLifetime,
        @DefaultValue("60s") @DurationMin Duration prefixRest,
        @DefaultValue Map<String, @Min(1) @Max(127) Integer> bindingPriorities,
        @DefaultValue("64") @Min(1) @Max(127) int defaultBindingPriority,
        @DefaultValue("16") @Min(1) @Max(65535) int maxBindingsPerMobileNode,
        @DefaultValue Map<String, PrefixKind> services,
        @DefaultValue @Valid TimerProperties signalling,
        @DefaultValue("200ms") @DurationMin(millis = 1) Duration expiryPeriod,
        @DefaultValue("10m") @DurationMin Duration outboxRetention,
        @DefaultValue @Valid SubscribersProperties subscribers,
        @DefaultValue @Valid GrpcProperties grpc,
        @DefaultValue @Valid KafkaProperties kafka) {
    /** @param partition of the topic {@code bindings}; fixed once stored */
    record AnchorProperties(
            @NotBlank String lmaAddress,
            @Min(0) int partition,
            @NotEmpty List<@Valid PoolProperties> pools) {}

    /**
     * @param prefixLength of the prefixes assigned to mobile nodes
     * @param gateway whose block of temporal prefixes it is; none: permanent prefixes
     */
    record PoolProperties(
            @NotBlank String prefix,
            @DefaultValue("64") @Min(1) @Max(128) int prefixLength,
            @Nullable String gateway) {}

    /**
     * @param flowMobility whether it knows RFC 7864, and so what an off-link prefix is; when not said: not on the wire
     * @param revocation false: it does not know RFC 5846
     * @param heartbeat false: it does not know RFC 5847
     * @param mayProposePrefixes it assigns home network prefixes itself: one that it names for a new session is granted when it is free
     * @param globalRevocationIdentity what it calls itself when it revokes all its bindings with one message (RFC 5846 section 9.2); none:
     *     it may not
     * @param signalling present: the gateway speaks RFC 5213 on the wire
     */
    record GatewayProperties(
            @NotBlank String proxyCareOfAddress,
            @Nullable Boolean flowMobility,
            @DefaultValue("true") boolean revocation,
            @DefaultValue("true") boolean heartbeat,
            @DefaultValue("false") boolean mayProposePrefixes,
            @Nullable String globalRevocationIdentity,
            @Nullable @Valid SignallingProperties signalling) {
        boolean knowsFlowMobility() {
            return flowMobility == null ? signalling == null : flowMobility;
        }
    }

    /**
     * A gateway on the wire.
     *
     * @param profile strict, lenient, oai, opmip, mad, ns3, or auto: recognised update by update
     * @param addresses it signals from, IPv6 or IPv4; the Proxy-CoA when there are none
     * @param alternateCareOfAddresses it may name in an Alternate Care-of Address option
     */
    record SignallingProperties(
            @DefaultValue("strict") @NotBlank String profile,
            @DefaultValue List<String> addresses,
            @DefaultValue List<String> alternateCareOfAddresses) {}

    /**
     * @param maxUpdateNotificationRetransmitCount MAX_UPDATE_NOTIFICATION_RETRANSMIT_COUNT (RFC 7077 section 7)
     * @param minDelayBetweenUpdateNotificationReplay MIN_DELAY_BETWEEN_UPDATE_NOTIFICATION_REPLAY (RFC 7077 section 7)
     * @param initMinDelayBris InitMINDelayBRIs (RFC 5846 section 11)
     * @param maxBrackTimeout MAX_BRACK_TIMEOUT (RFC 5846 section 11)
     * @param briMaxRetriesNumber BRIMaxRetriesNumber (RFC 5846 section 11)
     * @param heartbeatInterval HEARTBEAT_INTERVAL (RFC 5847 section 5)
     * @param missingHeartbeatsAllowed MISSING_HEARTBEATS_ALLOWED (RFC 5847 section 5)
     * @param prefixHold how long a gateway keeps a prefix that no flow needs any more
     */
    record TimerProperties(
            @DefaultValue("1") int maxUpdateNotificationRetransmitCount,
            @DefaultValue("1s") Duration minDelayBetweenUpdateNotificationReplay,
            @DefaultValue("1s") Duration initMinDelayBris,
            @DefaultValue("2s") Duration maxBrackTimeout,
            @DefaultValue("1") int briMaxRetriesNumber,
            @DefaultValue("60s") Duration heartbeatInterval,
            @DefaultValue("3") int missingHeartbeatsAllowed,
            @DefaultValue("5m") Duration prefixHold) {}

    /**
     * @param proxyRegistrationEnabled false: known, but refused with status 152
     * @param prefixModel how its sessions come to prefixes; none: as the gateway's handoff indicator says
     * @param linkLayerIdentifiers of its interfaces
     */
    record MobileNodeProperties(
            @NotBlank String identifier,
            @NotBlank String policyGroup,
            @DefaultValue("true") boolean proxyRegistrationEnabled,
            @Nullable PrefixModel prefixModel,
            @DefaultValue("LIF") HostModel hostModel,
            @DefaultValue("NETWORK") DecisionAuthority decisionAuthority,
            @DefaultValue List<String> linkLayerIdentifiers) {}

    /**
     * @param enabled false: only configured mobile nodes are known
     * @param rereadAfter a topic not looked at for this long is read anew: its tombstones may be gone; well below delete.retention.ms
     * @param mappingValidity for how long a gateway may use the answer whose a link-layer identifier is
     */
    record SubscribersProperties(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("12h") Duration rereadAfter,
            @DefaultValue("60s") Duration mappingValidity) {}

    /** @param port 0: any */
    record GrpcProperties(
            @DefaultValue("::1") @NotBlank String address,
            @DefaultValue("9091") @Min(0) @Max(65535) int port) {}

    /**
     * @param bindingsPartitions of the topic when it is created
     * @param replicationFactor of the topic when it is created; -1: the broker's default
     */
    record KafkaProperties(
            @DefaultValue("127.0.0.1:9092") @NotNull String bootstrapServers,
            @DefaultValue("12") @Min(1) int bindingsPartitions,
            @DefaultValue("-1") short replicationFactor) {}
}
