package org.flowanchor.binding.adapter.rest;

import java.time.Instant;
import java.util.List;
import org.flowanchor.binding.application.OperatorQueries.GatewayView;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.Realm;
import org.jspecify.annotations.Nullable;

/**
 * A gateway as an anchor knows it.
 *
 * @param onTheWire whether it signals in RFC 5213 packets
 * @param reachable by heartbeats (RFC 5847)
 * @param restartCounter null: it has not said
 * @param unknownMessages what it answered with a Binding Error, and is not sent any more
 * @param loss null: its bindings are good
 */
record GatewayItem(
        String lmaAddress,
        String proxyCareOfAddress,
        boolean onTheWire,
        boolean reachable,
        int missingHeartbeats,
        @Nullable Long restartCounter,
        List<String> unknownMessages,
        long activeBindings,
        @Nullable Loss loss) {
    /**
     * Bindings that are to go.
     *
     * @param how REMOVE: they are revoked; INVALIDATE: the gateway lost them
     * @param realm null: whatever the realm of the mobile node
     * @param from when they begin to go: a revocation waits for its answer
     */
    record Loss(String how, @Nullable String realm, Instant from) {}

    static GatewayItem of(GatewayView view) {
        GatewayPeer peer = view.peer();
        return new GatewayItem(
                view.lmaAddress().toString(),
                peer.proxyCareOfAddress().toString(),
                peer.onTheWire(),
                peer.heartbeats().reachable(),
                peer.heartbeats().missing(),
                peer.restartCounter().value().isPresent()
                        ? peer.restartCounter().value().getAsLong()
                        : null,
                peer.unknown().stream().map(Enum::name).sorted().toList(),
                view.activeBindings(),
                peer.loss()
                        .map(loss -> new Loss(
                                loss.how().name(), loss.realm().map(Realm::name).orElse(null), loss.from()))
                        .orElse(null));
    }
}
