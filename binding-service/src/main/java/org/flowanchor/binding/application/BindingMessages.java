package org.flowanchor.binding.application;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.FlowMobilePrefix.State;
import org.flowanchor.api.v1.PrefixModel;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.FlowMobilePrefix;
import org.flowanchor.binding.domain.FlowMobility;
import org.flowanchor.binding.domain.MobileNodeFacts;
import org.flowanchor.binding.domain.Revocation;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/** Entries as the contracts name them. */
public final class BindingMessages {
    private BindingMessages() {}

    /** @param version of the change that made the entry as it is */
    public static org.flowanchor.api.v1.BindingCacheEntry of(LmaAddress anchor, BindingCacheEntry entry, long version) {
        var message = org.flowanchor.api.v1.BindingCacheEntry.newBuilder()
                .setVersion(version)
                .setLmaAddress(ProtoMapping.toProto(anchor))
                .setMobileNodeIdentifier(entry.mobileNodeIdentifier().value())
                .setBindingIdentifier(entry.bindingIdentifier().value())
                .setBindingPriority(entry.bindingPriority())
                .setProxyCareOfAddress(ProtoMapping.toProto(entry.proxyCareOfAddress()))
                .setAccessTechnologyType(entry.accessTechnologyType().value())
                .setState(
                        switch (entry.state()) {
                            case ACTIVE -> BindingState.BINDING_STATE_ACTIVE;
                            case RELEASING -> BindingState.BINDING_STATE_RELEASING;
                        })
                .setExpiresAtMs(entry.expiresAt().toEpochMilli())
                .setPolicyGroup(entry.policyGroup());
        write(entry.facts(), message);
        entry.homeNetworkPrefixes().forEach(prefix -> message.addHomeNetworkPrefixes(ProtoMapping.toProto(prefix)));
        entry.linkLayerIdentifier()
                .ifPresent(identifier -> message.setLinkLayerIdentifier(ByteString.copyFrom(identifier.octets())));
        entry.flowMobility().prefixes().forEach(prefix -> message.addFlowMobilePrefixes(of(prefix)));
        entry.revocation().ifPresent(revocation -> message.setRevocation(of(revocation)));
        entry.serviceSelection().ifPresent(service -> message.setServiceSelection(service.value()));
        entry.linkLocalAddress().ifPresent(address -> message.setLinkLocalAddress(ProtoMapping.toProto(address)));
        message.setPrefixKind(
                switch (entry.prefixKind()) {
                    case PERMANENT -> org.flowanchor.api.v1.PrefixKind.PREFIX_KIND_PERMANENT;
                    case TEMPORAL -> org.flowanchor.api.v1.PrefixKind.PREFIX_KIND_TEMPORAL;
                });
        return message.build();
    }

    /** What gateways were asked about the entry, alone; empty in the usual case. */
    public static Optional<org.flowanchor.api.v1.BindingCacheEntry> signalling(BindingCacheEntry entry) {
        if (entry.flowMobility().isEmpty() && entry.revocation().isEmpty()) {
            return Optional.empty();
        }
        var message = org.flowanchor.api.v1.BindingCacheEntry.newBuilder();
        entry.flowMobility().prefixes().forEach(prefix -> message.addFlowMobilePrefixes(of(prefix)));
        entry.revocation().ifPresent(revocation -> message.setRevocation(of(revocation)));
        return Optional.of(message.build());
    }

    /** What the profile says beside the group, alone; empty in the usual case. */
    public static Optional<org.flowanchor.api.v1.BindingCacheEntry> facts(BindingCacheEntry entry) {
        if (entry.facts().areUsual()) {
            return Optional.empty();
        }
        var message = org.flowanchor.api.v1.BindingCacheEntry.newBuilder();
        write(entry.facts(), message);
        return Optional.of(message.build());
    }

    /** What is not said is what the contract says of a field that is not there. */
    private static void write(MobileNodeFacts facts, org.flowanchor.api.v1.BindingCacheEntry.Builder message) {
        facts.allowedAccessTechnologyTypes().stream()
                .map(AccessTechnologyType::value)
                .sorted()
                .forEach(message::addAllowedAccessTechnologyTypes);
        if (facts.hostModel() != HostModel.LIF) {
            message.setHostModel(ProtoMapping.toProto(facts.hostModel()));
        }
        if (facts.decisionAuthority() != DecisionAuthority.NETWORK) {
            message.setDecisionAuthority(ProtoMapping.toProto(facts.decisionAuthority()));
        }
        facts.prefixModel().ifPresent(model -> message.setPrefixModel(ProtoMapping.toProto(model)));
    }

    /** Inverse of {@link #facts(BindingCacheEntry)}. */
    public static MobileNodeFacts facts(String policyGroup, org.flowanchor.api.v1.BindingCacheEntry message) {
        return new MobileNodeFacts(
                policyGroup,
                message.getAllowedAccessTechnologyTypesList().stream()
                        .map(AccessTechnologyType::new)
                        .collect(Collectors.toSet()),
                ProtoMapping.hostModel(message.getHostModel()),
                ProtoMapping.decisionAuthority(message.getDecisionAuthority()),
                message.getPrefixModel() == PrefixModel.PREFIX_MODEL_UNSPECIFIED
                        ? Optional.empty()
                        : Optional.of(ProtoMapping.prefixModel(message.getPrefixModel())));
    }

    public static org.flowanchor.api.v1.FlowMobilePrefix of(FlowMobilePrefix prefix) {
        var message = org.flowanchor.api.v1.FlowMobilePrefix.newBuilder()
                .setPrefix(ProtoMapping.toProto(prefix.prefix()))
                .setState(
                        switch (prefix.state()) {
                            case PREPARING -> State.STATE_PREPARING;
                            case PREPARED -> State.STATE_PREPARED;
                            case IDLE -> State.STATE_IDLE;
                            case WITHDRAWING -> State.STATE_WITHDRAWING;
                            case FAILED -> State.STATE_FAILED;
                        })
                .setSinceMs(prefix.since().toEpochMilli())
                .setAsked(prefix.asked());
        prefix.until().ifPresent(until -> message.setUntilMs(until.toEpochMilli()));
        prefix.reason().ifPresent(message::setReason);
        return message.build();
    }

    public static org.flowanchor.api.v1.Revocation of(Revocation revocation) {
        return org.flowanchor.api.v1.Revocation.newBuilder()
                .setRevocationTrigger(revocation.trigger().value())
                .setState(
                        switch (revocation.state()) {
                            case IN_PROGRESS -> org.flowanchor.api.v1.Revocation.State.STATE_IN_PROGRESS;
                            case REFUSED -> org.flowanchor.api.v1.Revocation.State.STATE_REFUSED;
                            case UNANSWERED -> org.flowanchor.api.v1.Revocation.State.STATE_UNANSWERED;
                        })
                .setSinceMs(revocation.since().toEpochMilli())
                .build();
    }

    /** Inverse of {@link #signalling}. */
    public static FlowMobility flowMobility(org.flowanchor.api.v1.BindingCacheEntry message) {
        return message.getFlowMobilePrefixesCount() == 0
                ? FlowMobility.NONE
                : new FlowMobility(message.getFlowMobilePrefixesList().stream()
                        .map(BindingMessages::flowMobilePrefix)
                        .toList());
    }

    private static FlowMobilePrefix flowMobilePrefix(org.flowanchor.api.v1.FlowMobilePrefix message) {
        FlowMobilePrefix.State state = switch (message.getState()) {
            case STATE_PREPARING -> FlowMobilePrefix.State.PREPARING;
            case STATE_PREPARED -> FlowMobilePrefix.State.PREPARED;
            case STATE_IDLE -> FlowMobilePrefix.State.IDLE;
            case STATE_WITHDRAWING -> FlowMobilePrefix.State.WITHDRAWING;
            case STATE_FAILED -> FlowMobilePrefix.State.FAILED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a flow-mobile prefix in state " + message.getState());
        };
        return new FlowMobilePrefix(
                ProtoMapping.homeNetworkPrefix(message.getPrefix()),
                state,
                Instant.ofEpochMilli(message.getSinceMs()),
                message.getUntilMs() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(message.getUntilMs())),
                message.getReason().isEmpty() ? Optional.empty() : Optional.of(message.getReason()),
                message.getAsked());
    }

    /** Inverse of {@link #signalling}. */
    public static Optional<Revocation> revocation(org.flowanchor.api.v1.BindingCacheEntry message) {
        if (!message.hasRevocation()) {
            return Optional.empty();
        }
        org.flowanchor.api.v1.Revocation revocation = message.getRevocation();
        Revocation.State state = switch (revocation.getState()) {
            case STATE_IN_PROGRESS -> Revocation.State.IN_PROGRESS;
            case STATE_REFUSED -> Revocation.State.REFUSED;
            case STATE_UNANSWERED -> Revocation.State.UNANSWERED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a revocation in state " + revocation.getState());
        };
        return Optional.of(new Revocation(
                new RevocationTrigger(revocation.getRevocationTrigger()),
                state,
                Instant.ofEpochMilli(revocation.getSinceMs())));
    }

    /** Key of the topic {@code bindings}. */
    public static String key(LmaAddress anchor, EntryKey key) {
        return anchor + "/" + key.mobileNodeIdentifier() + "/" + key.bindingIdentifier();
    }
}
