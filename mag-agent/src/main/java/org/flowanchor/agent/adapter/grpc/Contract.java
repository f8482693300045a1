package org.flowanchor.agent.adapter.grpc;

import com.google.protobuf.ByteString;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.flowanchor.agent.application.BindingChange;
import org.flowanchor.agent.application.FlowReport;
import org.flowanchor.agent.application.LinkReport;
import org.flowanchor.agent.application.SteeringChange;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.agent.domain.BindingUse;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.ClassSteering;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.agent.domain.SteeringVersion;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingKey;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.FlowMobilePrefix;
import org.flowanchor.api.v1.FlowSample;
import org.flowanchor.api.v1.FlowSamples;
import org.flowanchor.api.v1.LinkSample;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.TrafficClass;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TrafficSelector;
import org.jspecify.annotations.Nullable;

/** Contract messages to the agent's values and back. From a message: {@link IllegalArgumentException} naming the fault. */
final class Contract {
    private static final int LIFETIME_UNIT_SECONDS = 4;

    private Contract() {}

    static BindingChange bindingChange(BindingStreamResponse response, LmaAddress lmaAddress) {
        return new BindingChange(
                response.getVersion(),
                response.getFullState(),
                response.getEntriesList().stream()
                        .map(entry -> binding(entry, lmaAddress))
                        .toList(),
                response.getRemovedList().stream().map(Contract::bindingName).toList());
    }

    private static BindingName bindingName(BindingKey key) {
        return new BindingName(
                new MobileNodeIdentifier(key.getMobileNodeIdentifier()),
                new BindingIdentifier(key.getBindingIdentifier()));
    }

    private static Binding binding(BindingCacheEntry entry, LmaAddress lmaAddress) {
        BindingName name = new BindingName(
                new MobileNodeIdentifier(entry.getMobileNodeIdentifier()),
                new BindingIdentifier(entry.getBindingIdentifier()));
        LmaAddress of = ProtoMapping.lmaAddress(entry.getLmaAddress());
        if (!of.equals(lmaAddress)) {
            throw new IllegalArgumentException("binding " + name + " is of " + of + ", not of " + lmaAddress);
        }
        return new Binding(
                name,
                entry.getBindingPriority(),
                prefixes(entry.getHomeNetworkPrefixesList(), false),
                flowMobilePrefixes(entry),
                ProtoMapping.proxyCareOfAddress(entry.getProxyCareOfAddress()),
                new AccessTechnologyType(entry.getAccessTechnologyType()),
                active(entry.getState(), name),
                entry.getPolicyGroup(),
                use(entry),
                entry.getVersion());
    }

    /** Those the gateway forwards already; until it does, and when it is told to stop, nothing is sent there. */
    private static Set<HomeNetworkPrefix> flowMobilePrefixes(BindingCacheEntry entry) {
        return entry.getFlowMobilePrefixesList().stream()
                .filter(prefix -> prefix.getState() == FlowMobilePrefix.State.STATE_PREPARED
                        || prefix.getState() == FlowMobilePrefix.State.STATE_IDLE)
                .map(prefix -> ProtoMapping.homeNetworkPrefix(prefix.getPrefix()))
                .collect(Collectors.toSet());
    }

    private static BindingUse use(BindingCacheEntry entry) {
        List<Integer> allowed = entry.getAllowedAccessTechnologyTypesList();
        if (!allowed.isEmpty() && !allowed.contains(entry.getAccessTechnologyType())) {
            return BindingUse.LAST_RESORT;
        }
        return ProtoMapping.decisionAuthority(entry.getDecisionAuthority()) == DecisionAuthority.MOBILE_NODE
                        || ProtoMapping.hostModel(entry.getHostModel()) == HostModel.STRONG
                ? BindingUse.ROUTE_ONLY
                : BindingUse.ANY;
    }

    private static boolean active(BindingState state, BindingName name) {
        return switch (state) {
            case BINDING_STATE_ACTIVE -> true;
            case BINDING_STATE_RELEASING -> false;
            case BINDING_STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("binding " + name + " is in state " + state);
        };
    }

    static SteeringChange steeringChange(SteeringCommand command) {
        boolean withClasses = command.getFullState() || command.getReplaceClasses();
        if (!withClasses && command.getClassesCount() > 0) {
            throw new IllegalArgumentException("classes come with full_state or replace_classes");
        }
        return new SteeringChange(
                new SteeringVersion(command.getEpoch(), command.getVersion()),
                command.getFullState(),
                withClasses
                        ? command.getClassesList().stream()
                                .map(Contract::classSteering)
                                .toList()
                        : null,
                command.getFlowExceptionsList().stream()
                        .map(Contract::flowException)
                        .toList(),
                command.getRemovedFlowExceptionsList().stream()
                        .map(ProtoMapping::fiveTuple)
                        .toList());
    }

    private static ClassSteering classSteering(TrafficClass trafficClass) {
        ClassName name = new ClassName(trafficClass.getGroup(), trafficClass.getPolicy(), trafficClass.getRule());
        List<TrafficSelector> selectors = trafficClass.getSelectorsCount() == 0
                ? List.of(TrafficSelector.ALL)
                : trafficClass.getSelectorsList().stream()
                        .map(ProtoMapping::trafficSelector)
                        .toList();
        return new ClassSteering(
                new ClassRule(name, selectors),
                trafficClass.getAccessTechnologyTypesList().stream()
                        .map(AccessTechnologyType::new)
                        .toList());
    }

    static FlowException flowException(org.flowanchor.api.v1.FlowException exception) {
        return new FlowException(
                exception.getFlowId(),
                ProtoMapping.fiveTuple(exception.getFlow()),
                ProtoMapping.proxyCareOfAddress(exception.getProxyCareOfAddress()));
    }

    static org.flowanchor.api.v1.FlowException toProto(FlowException exception) {
        return org.flowanchor.api.v1.FlowException.newBuilder()
                .setFlowId(exception.flowId())
                .setFlow(ProtoMapping.toProto(exception.flow()))
                .setProxyCareOfAddress(ProtoMapping.toProto(exception.gateway()))
                .build();
    }

    static FlowSamples toProto(FlowReport report, LmaAddress lmaAddress) {
        FlowSamples.Builder samples = FlowSamples.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                .setSampledAtMs(report.sampledAtMs())
                .setIntervalMs(report.intervalMs())
                .setTrackedFlows(report.trackedFlows());
        for (FlowReport.CarriedFlow carried : report.flows()) {
            samples.addSamples(toProto(carried));
        }
        return samples.build();
    }

    private static FlowSample toProto(FlowReport.CarriedFlow carried) {
        var tracked = carried.rate().flow();
        FlowSample.Builder sample = FlowSample.newBuilder()
                .setFlow(ProtoMapping.toProto(tracked.flow()))
                .setPackets(carried.rate().packets())
                .setBytes(carried.rate().bytes())
                .setTotalPackets(tracked.downlinkPackets())
                .setTotalBytes(tracked.downlinkBytes());
        var gateway = carried.gateway();
        if (gateway != null) {
            sample.setProxyCareOfAddress(ProtoMapping.toProto(gateway));
        }
        ClassName className = tracked.className();
        if (className != null) {
            sample.setPolicy(className.policy()).setRule(className.rule());
        }
        return sample.build();
    }

    static LinkSample toProto(LinkReport report) {
        var rate = report.rate();
        return LinkSample.newBuilder()
                .setProxyCareOfAddress(ProtoMapping.toProto(report.proxyCareOfAddress()))
                .setLmaAddress(ProtoMapping.toProto(report.lmaAddress()))
                .setKind(
                        switch (report.kind()) {
                            case ACCESS_LINK -> LinkSample.Kind.KIND_ACCESS_LINK;
                            case TUNNEL -> LinkSample.Kind.KIND_TUNNEL;
                        })
                .setLink(rate.link())
                .setAccessTechnologyType(report.accessTechnologyType().value())
                .setUp(rate.up())
                .setSampledAtMs(report.sampledAtMs())
                .setIntervalMs(report.intervalMs())
                .setPackets(rate.packets())
                .setBytes(rate.bytes())
                .setDrops(rate.drops())
                .setBacklogBytes(rate.backlogBytes())
                .setCapacityBitsPerSecond(report.capacityBitsPerSecond())
                .build();
    }

    static org.flowanchor.api.v1.ProxyBindingUpdate toProto(ProxyBindingUpdate update) {
        var message = org.flowanchor.api.v1.ProxyBindingUpdate.newBuilder()
                .setSequenceNumber(update.sequenceNumber())
                .setLmaAddress(ProtoMapping.toProto(update.lmaAddress()))
                .setProxyCareOfAddress(ProtoMapping.toProto(update.proxyCareOfAddress()))
                .setMobileNodeIdentifier(update.mobileNodeIdentifier().value())
                .setHandoffIndicator(update.handoffIndicator().value())
                .setAccessTechnologyType(update.accessTechnologyType().value())
                .setLinkLayerIdentifier(
                        ByteString.copyFrom(update.linkLayerIdentifier().octets()))
                .setLifetime(update.lifetimeSeconds() / LIFETIME_UNIT_SECONDS)
                .setTimestamp(update.timestamp());
        update.serviceSelection().ifPresent(service -> message.setServiceSelection(service.value()));
        update.prefixes().stream()
                .sorted()
                .forEach(prefix -> message.addHomeNetworkPrefixes(ProtoMapping.toProto(prefix)));
        return message.build();
    }

    static ProxyBindingAcknowledgement acknowledgement(org.flowanchor.api.v1.ProxyBindingAcknowledgement message) {
        long lifetimeSeconds = (long) LIFETIME_UNIT_SECONDS * Integer.toUnsignedLong(message.getLifetime());
        if (lifetimeSeconds > LIFETIME_UNIT_SECONDS * 0xffffL) {
            throw new IllegalArgumentException(
                    "lifetime " + Integer.toUnsignedString(message.getLifetime()) + " is not in 0..65535");
        }
        return new ProxyBindingAcknowledgement(
                message.getSequenceNumber(),
                new BindingStatus(message.getStatus()),
                mobileNodeIdentifier(message.getMobileNodeIdentifier()),
                prefixes(message.getHomeNetworkPrefixesList(), false),
                new HandoffIndicator(message.getHandoffIndicator()),
                new AccessTechnologyType(message.getAccessTechnologyType()),
                linkLayerIdentifier(message.getLinkLayerIdentifier()),
                (int) lifetimeSeconds,
                prefixes(message.getHomeNetworkPrefixesList(), true));
    }

    private static @Nullable MobileNodeIdentifier mobileNodeIdentifier(String text) {
        return text.isEmpty() ? null : new MobileNodeIdentifier(text);
    }

    private static @Nullable LinkLayerIdentifier linkLayerIdentifier(ByteString octets) {
        return octets.isEmpty() ? null : LinkLayerIdentifier.of(octets.toByteArray());
    }

    /** With L, or without: anchored at another gateway, or at this one (RFC 7864 section 4.1). */
    static Set<HomeNetworkPrefix> prefixes(List<org.flowanchor.api.v1.HomeNetworkPrefix> messages, boolean offLink) {
        Set<HomeNetworkPrefix> prefixes = new LinkedHashSet<>();
        for (org.flowanchor.api.v1.HomeNetworkPrefix message : messages) {
            if (message.getOffLink() == offLink) {
                prefixes.add(ProtoMapping.homeNetworkPrefix(message));
            }
        }
        return prefixes;
    }
}
