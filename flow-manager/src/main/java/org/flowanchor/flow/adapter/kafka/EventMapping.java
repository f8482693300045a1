package org.flowanchor.flow.adapter.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingEvent;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.FlowMoved.Cause;
import org.flowanchor.api.v1.FlowMoved.Refusal;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.flow.application.FlowMoveRefused;
import org.flowanchor.flow.application.FlowMoved;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.Binding;
import org.flowanchor.flow.domain.cache.BindingKey;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix;
import org.flowanchor.flow.domain.cache.PlacementFacts;
import org.flowanchor.flow.domain.placement.OffloadPolicy;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.flow.domain.placement.SteeringMode;
import org.flowanchor.flow.domain.placement.SteeringRule;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;

/** Records to the domain's values and back. Methods from a record throw {@link IllegalArgumentException}. */
final class EventMapping {
    private EventMapping() {}

    /** A record of the topic {@code bindings}; {@code binding} is empty with a tombstone. */
    record BindingRecord(
            LmaAddress anchor, BindingKey key, long version, Optional<Binding> binding, Optional<TraceContext> trace) {}

    static BindingRecord binding(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        String[] parts = text(key).split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a binding's key: " + text(key));
        }
        LmaAddress anchor = LmaAddress.parse(parts[0]);
        BindingKey bindingKey =
                new BindingKey(new MobileNodeIdentifier(parts[1]), new BindingIdentifier(Integer.parseInt(parts[2])));
        OptionalLong version = version(headers);
        if (value == null) {
            return new BindingRecord(
                    anchor,
                    bindingKey,
                    version.orElseThrow(() -> new IllegalArgumentException("no version")),
                    Optional.empty(),
                    trace(headers));
        }
        BindingCacheEntry entry = parse(() -> BindingEvent.parseFrom(value)).getEntry();
        Binding binding = new Binding(
                bindingKey.bindingIdentifier(),
                entry.getBindingPriority(),
                entry.getHomeNetworkPrefixesList().stream()
                        .map(ProtoMapping::homeNetworkPrefix)
                        .toList(),
                entry.getFlowMobilePrefixesList().stream()
                        .flatMap(prefix -> flowMobile(prefix).stream())
                        .toList(),
                new Access(
                        ProtoMapping.proxyCareOfAddress(entry.getProxyCareOfAddress()),
                        new AccessTechnologyType(entry.getAccessTechnologyType())),
                entry.getState() == BindingState.BINDING_STATE_ACTIVE,
                entry.getPolicyGroup(),
                new PlacementFacts(
                        entry.getAllowedAccessTechnologyTypesList().stream()
                                .map(AccessTechnologyType::new)
                                .collect(Collectors.toSet()),
                        ProtoMapping.hostModel(entry.getHostModel()),
                        ProtoMapping.decisionAuthority(entry.getDecisionAuthority())));
        return new BindingRecord(
                anchor, bindingKey, version.orElse(entry.getVersion()), Optional.of(binding), trace(headers));
    }

    /** A state of a later release is no reason to send anything there: as if the gateway had never been asked. */
    private static Optional<FlowMobilePrefix> flowMobile(org.flowanchor.api.v1.FlowMobilePrefix prefix) {
        Optional<FlowMobilePrefix.State> state = switch (prefix.getState()) {
            case STATE_PREPARING -> Optional.of(FlowMobilePrefix.State.PREPARING);
            case STATE_PREPARED -> Optional.of(FlowMobilePrefix.State.PREPARED);
            case STATE_IDLE -> Optional.of(FlowMobilePrefix.State.IDLE);
            case STATE_WITHDRAWING -> Optional.of(FlowMobilePrefix.State.WITHDRAWING);
            case STATE_FAILED -> Optional.of(FlowMobilePrefix.State.FAILED);
            case STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
        return state.map(known -> new FlowMobilePrefix(
                ProtoMapping.homeNetworkPrefix(prefix.getPrefix()),
                known,
                Instant.ofEpochMilli(prefix.getSinceMs()),
                prefix.getReason(),
                prefix.getAsked()));
    }

    /** A record of the topic {@code policies}; {@code policy} is empty with a tombstone. */
    record PolicyRecord(String name, OptionalLong version, Optional<OffloadPolicy> policy) {}

    static PolicyRecord policy(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new PolicyRecord(
                text(key), version(headers), value == null ? Optional.empty() : Optional.of(policy(value)));
    }

    private static OffloadPolicy policy(byte[] value) {
        OffloadPolicyEvent event = parse(() -> OffloadPolicyEvent.parseFrom(value));
        return new OffloadPolicy(
                event.getName(),
                event.getRevision(),
                event.getEnabled(),
                Integer.toUnsignedLong(event.getPrecedence()),
                event.getGroupsList(),
                event.getRulesList().stream().map(EventMapping::rule).toList());
    }

    private static SteeringRule rule(org.flowanchor.api.v1.SteeringRule rule) {
        return new SteeringRule(
                rule.getName(),
                rule.getSelectorsList().stream()
                        .map(ProtoMapping::trafficSelector)
                        .toList(),
                switch (rule.getMode()) {
                    case STEERING_MODE_ACTIVE_STANDBY -> SteeringMode.ACTIVE_STANDBY;
                    case STEERING_MODE_PRIORITY_BASED -> SteeringMode.PRIORITY_BASED;
                    case STEERING_MODE_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IllegalArgumentException("rule " + rule.getName() + " has no known steering mode");
                },
                rule.getAccessTechnologyTypesList().stream()
                        .map(AccessTechnologyType::new)
                        .toList(),
                rule.getPacketLossRatioThreshold() == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(rule.getPacketLossRatioThreshold()));
    }

    static org.flowanchor.api.v1.LinkSample linkSample(byte @Nullable [] value) {
        if (value == null) {
            throw new IllegalArgumentException("a link sample is not empty");
        }
        return parse(() -> org.flowanchor.api.v1.LinkSample.parseFrom(value));
    }

    static org.flowanchor.api.v1.FlowMoved toProto(FlowMoved moved) {
        Move move = moved.move().move();
        return org.flowanchor.api.v1.FlowMoved.newBuilder()
                .setFlowId(moved.move().flow().id().toString())
                .setFlow(ProtoMapping.toProto(moved.move().flow().selector()))
                .setLmaAddress(ProtoMapping.toProto(moved.anchor()))
                .setMobileNodeIdentifier(moved.move()
                        .mobileNode()
                        .map(MobileNodeIdentifier::value)
                        .orElse(""))
                .setFromProxyCareOfAddress(ProtoMapping.toProto(move.from().proxyCareOfAddress()))
                .setToProxyCareOfAddress(ProtoMapping.toProto(move.to().proxyCareOfAddress()))
                .setFromAccessTechnologyType(move.from().accessTechnologyType().value())
                .setToAccessTechnologyType(move.to().accessTechnologyType().value())
                .setCause(cause(move.cause()))
                .setReason(move.reason())
                .setRequestedAtMs(move.requestedAt().toEpochMilli())
                .setEnforcedAtMs(move.enforcedAt().orElseThrow().toEpochMilli())
                .setEpoch(moved.epoch())
                .setVersion(moved.version())
                .build();
    }

    static org.flowanchor.api.v1.FlowMoved toProto(FlowMoveRefused refused) {
        Move move = refused.preparation().move();
        org.flowanchor.api.v1.FlowMoved.Builder message = org.flowanchor.api.v1.FlowMoved.newBuilder()
                .setFlowId(refused.preparation().flow().toString())
                .setLmaAddress(ProtoMapping.toProto(refused.anchor()))
                .setMobileNodeIdentifier(
                        refused.preparation().what().mobileNode().value())
                .setFromProxyCareOfAddress(ProtoMapping.toProto(move.from().proxyCareOfAddress()))
                .setToProxyCareOfAddress(ProtoMapping.toProto(move.to().proxyCareOfAddress()))
                .setFromAccessTechnologyType(move.from().accessTechnologyType().value())
                .setToAccessTechnologyType(move.to().accessTechnologyType().value())
                .setCause(cause(move.cause()))
                .setReason(refused.reason())
                .setRequestedAtMs(move.requestedAt().toEpochMilli())
                .setEpoch(refused.epoch())
                .setVersion(refused.version())
                .setRefusal(refusal(refused.failure()))
                .setRefusedAtMs(refused.at().toEpochMilli());
        refused.flow().ifPresent(flow -> message.setFlow(ProtoMapping.toProto(flow.selector())));
        return message.build();
    }

    private static Refusal refusal(PreparationFailure failure) {
        return switch (failure) {
            case NO_BINDING -> Refusal.REFUSAL_NO_BINDING;
            case NO_PREFIX -> Refusal.REFUSAL_NO_PREFIX;
            case HOST_MODEL -> Refusal.REFUSAL_HOST_MODEL;
            case DECISION_AUTHORITY -> Refusal.REFUSAL_DECISION_AUTHORITY;
            case GATEWAY_CANNOT -> Refusal.REFUSAL_GATEWAY_CANNOT;
            case GATEWAY_REFUSED -> Refusal.REFUSAL_GATEWAY_REFUSED;
            case NOT_IN_TIME -> Refusal.REFUSAL_NOT_IN_TIME;
            case ANCHOR_UNAVAILABLE -> Refusal.REFUSAL_ANCHOR_UNAVAILABLE;
            case OVERTAKEN -> Refusal.REFUSAL_OVERTAKEN;
        };
    }

    private static Cause cause(MoveCause cause) {
        return switch (cause) {
            case QOS -> Cause.CAUSE_QOS;
            case OUTAGE -> Cause.CAUSE_OUTAGE;
            case MANUAL -> Cause.CAUSE_MANUAL;
            case POLICY -> Cause.CAUSE_POLICY;
        };
    }

    static String text(byte @Nullable [] key) {
        return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }

    private static OptionalLong version(Headers headers) {
        Header header = headers.lastHeader(Topics.VERSION_HEADER);
        return header == null
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseUnsignedLong(new String(header.value(), StandardCharsets.US_ASCII)));
    }

    /** Empty as well when it is no legal one: a record counts without. */
    static Optional<TraceContext> trace(Headers headers) {
        return Optional.ofNullable(headers.lastHeader(Topics.TRACEPARENT_HEADER))
                .flatMap(header -> TraceContext.parse(text(header.value())));
    }

    private interface Parsing<T> {
        T parse() throws InvalidProtocolBufferException;
    }

    private static <T> T parse(Parsing<T> parsing) {
        try {
            return parsing.parse();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not the topic's message: " + e.getMessage(), e);
        }
    }
}
