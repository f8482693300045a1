package org.flowanchor.binding.adapter.grpc;

import com.google.protobuf.ByteString;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingChange;
import org.flowanchor.api.v1.PrefixKind;
import org.flowanchor.api.v1.PrefixPool;
import org.flowanchor.binding.application.BindingMessages;
import org.flowanchor.binding.application.BindingQueries.BindingView;
import org.flowanchor.binding.application.OperatorQueries.Change;
import org.flowanchor.binding.application.OperatorQueries.GatewayView;
import org.flowanchor.binding.application.OperatorQueries.PoolUsage;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.Realm;

/** What operators see as messages of the contract. */
final class OperatorMessages {
    private OperatorMessages() {}

    static org.flowanchor.api.v1.BindingView binding(BindingView view) {
        var message = org.flowanchor.api.v1.BindingView.newBuilder()
                .setMobileNodeIdentifier(view.position().mobileNode().value())
                .setBindingIdentifier(view.position().bindingIdentifier().value())
                .setBindingPriority(view.bindingPriority())
                .setLmaAddress(ProtoMapping.toProto(view.lmaAddress()))
                .setProxyCareOfAddress(ProtoMapping.toProto(view.proxyCareOfAddress()))
                .setAccessTechnologyType(view.accessTechnologyType().value())
                .setState(
                        switch (view.state()) {
                            case ACTIVE -> org.flowanchor.api.v1.BindingState.BINDING_STATE_ACTIVE;
                            case RELEASING -> org.flowanchor.api.v1.BindingState.BINDING_STATE_RELEASING;
                        })
                .setPolicyGroup(view.policyGroup())
                .setExpiresAtMs(view.expiresAt().toEpochMilli())
                .setVersion(view.version());
        view.linkLayerIdentifier()
                .ifPresent(identifier -> message.setLinkLayerIdentifier(ByteString.copyFrom(identifier.octets())));
        view.homeNetworkPrefixes().stream().map(ProtoMapping::toProto).forEach(message::addHomeNetworkPrefixes);
        message.setAcceptedAtMs(view.acceptedAt().toEpochMilli())
                .setPrefixKind(
                        switch (view.prefixKind()) {
                            case PERMANENT -> PrefixKind.PREFIX_KIND_PERMANENT;
                            case TEMPORAL -> PrefixKind.PREFIX_KIND_TEMPORAL;
                        });
        view.serviceSelection().ifPresent(message::setServiceSelection);
        view.flowMobility().prefixes().stream().map(BindingMessages::of).forEach(message::addFlowMobilePrefixes);
        view.revocation().map(BindingMessages::of).ifPresent(message::setRevocation);
        return message.build();
    }

    static BindingChange change(Change change) {
        BindingChange.Builder message = BindingChange.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(change.lmaAddress()))
                .setVersion(change.logged().version())
                .setCommittedAtMs(change.at().toEpochMilli())
                .setBindingIdentifier(change.logged().key().bindingIdentifier().value());
        change.logged().entry().ifPresent(message::setEntry);
        change.logged().traceparent().ifPresent(message::setTraceparent);
        return message.build();
    }

    static PrefixPool pool(PoolUsage pool) {
        PrefixPool.Builder message = PrefixPool.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(pool.lmaAddress()))
                .setPrefix(ProtoMapping.toProto(pool.prefix()))
                .setPrefixLength(pool.prefixLength())
                .setKind(
                        pool.proxyCareOfAddress().isPresent()
                                ? PrefixKind.PREFIX_KIND_TEMPORAL
                                : PrefixKind.PREFIX_KIND_PERMANENT)
                .setCapacity(pool.capacity())
                .setAssigned(pool.assigned())
                .setResting(pool.resting())
                .setFree(pool.free())
                .setCountedAtMs(pool.countedAt().toEpochMilli());
        pool.proxyCareOfAddress().ifPresent(gateway -> message.setProxyCareOfAddress(ProtoMapping.toProto(gateway)));
        return message.build();
    }

    static org.flowanchor.api.v1.GatewayView gateway(GatewayView view) {
        GatewayPeer peer = view.peer();
        var message = org.flowanchor.api.v1.GatewayView.newBuilder()
                .setLmaAddress(ProtoMapping.toProto(view.lmaAddress()))
                .setProxyCareOfAddress(ProtoMapping.toProto(peer.proxyCareOfAddress()))
                .setOnTheWire(peer.onTheWire())
                .setReachable(peer.heartbeats().reachable())
                .setMissingHeartbeats(peer.heartbeats().missing())
                .setActiveBindings(view.activeBindings());
        peer.restartCounter().value().ifPresent(counter -> message.setRestartCounter((int) counter));
        peer.unknown().stream().map(Enum::name).sorted().forEach(message::addUnknownMessages);
        peer.loss()
                .ifPresent(loss -> message.setLoss(org.flowanchor.api.v1.GatewayView.Loss.newBuilder()
                        .setRevoked(loss.how() == GatewayPeer.Loss.How.REMOVE)
                        .setRealm(loss.realm().map(Realm::name).orElse(""))
                        .setFromMs(loss.from().toEpochMilli())));
        return message.build();
    }
}
