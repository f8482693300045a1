package org.flowanchor.agent.adapter.grpc;

import com.google.protobuf.ByteString;
import java.util.List;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.ClassSteering;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.Samples;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.ProxyBindingAcknowledgement;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.TrafficClass;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;

/** What services say, from the values of the tests. */
public final class Messages {
    public static final String HISTORY = "a/1";

    private Messages() {}

    public static BindingStreamResponse bindings(long version, long nonce, boolean full, Binding... bindings) {
        BindingStreamResponse.Builder response = BindingStreamResponse.newBuilder()
                .setTraceparent("00-trace-" + nonce)
                .setVersion(version)
                .setNonce(nonce)
                .setHistory(HISTORY)
                .setFullState(full);
        for (Binding binding : bindings) {
            response.addEntries(entry(binding));
        }
        return response.build();
    }

    public static BindingCacheEntry.Builder entry(Binding binding) {
        BindingCacheEntry.Builder entry = BindingCacheEntry.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(Samples.LMA))
                .setMobileNodeIdentifier(binding.name().mobileNodeIdentifier().value())
                .setBindingIdentifier(binding.name().bindingIdentifier().value())
                .setBindingPriority(binding.priority())
                .setProxyCareOfAddress(ProtoMapping.toProto(binding.proxyCareOfAddress()))
                .setAccessTechnologyType(binding.accessTechnologyType().value())
                .setLinkLayerIdentifier(ByteString.copyFrom(Samples.LL_ID.octets()))
                .setState(binding.active() ? BindingState.BINDING_STATE_ACTIVE : BindingState.BINDING_STATE_RELEASING)
                .setPolicyGroup(binding.policyGroup())
                .setVersion(binding.version());
        binding.prefixes().forEach(prefix -> entry.addHomeNetworkPrefixes(ProtoMapping.toProto(prefix)));
        return entry;
    }

    public static SteeringCommand.Builder steering(long epoch, long version, long nonce) {
        return SteeringCommand.newBuilder().setEpoch(epoch).setVersion(version).setNonce(nonce);
    }

    public static TrafficClass trafficClass(ClassSteering steering) {
        return TrafficClass.newBuilder()
                .setGroup(steering.rule().name().group())
                .setPolicy(steering.rule().name().policy())
                .setRule(steering.rule().name().rule())
                .addAllAccessTechnologyTypes(steering.accessTechnologyTypes().stream()
                        .map(AccessTechnologyType::value)
                        .toList())
                .build();
    }

    public static org.flowanchor.api.v1.FlowException exception(FlowException exception) {
        return Contract.toProto(exception);
    }

    public static AnchorSignal answer(ProxyBindingUpdate update, int status, HomeNetworkPrefix... prefixes) {
        return AnchorSignal.newBuilder()
                .setProxyBindingAcknowledgement(ProxyBindingAcknowledgement.newBuilder()
                        .setSequenceNumber(update.getSequenceNumber())
                        .setStatus(status)
                        .setMobileNodeIdentifier(update.getMobileNodeIdentifier())
                        .addAllHomeNetworkPrefixes(List.of(prefixes).stream()
                                .map(ProtoMapping::toProto)
                                .toList())
                        .setHandoffIndicator(update.getHandoffIndicator())
                        .setAccessTechnologyType(update.getAccessTechnologyType())
                        .setLinkLayerIdentifier(update.getLinkLayerIdentifier())
                        .setLifetime(status < 128 ? update.getLifetime() : 0)
                        .setTimestamp(update.getTimestamp()))
                .build();
    }
}
