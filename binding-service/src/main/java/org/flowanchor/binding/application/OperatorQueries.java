package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** What operators ask beside the list of bindings. */
public interface OperatorQueries {
    /** The last changes of a mobile node's bindings, newest first, as far as the outbox reaches back. */
    List<Change> changes(MobileNodeIdentifier mobileNode, int limit);

    /** Every pool that is stored, also one that is not configured any more. */
    List<PoolUsage> pools();

    /**
     * Gateways that anchors have heard of, in the order of anchors and addresses.
     *
     * @param after where the previous page ended; the page has {@code limit} items at most
     */
    List<GatewayView> gateways(GatewayFilter filter, Optional<GatewayPosition> after, int limit);

    /** One page, and where it ended. */
    default GatewayPage gatewayPage(GatewayFilter filter, Optional<GatewayPosition> after, int limit) {
        List<GatewayView> views = gateways(filter, after, limit + 1);
        boolean more = views.size() > limit;
        return new GatewayPage(
                more ? views.subList(0, limit) : views,
                more ? Optional.of(views.get(limit - 1).position()) : Optional.empty());
    }

    /** @param end where the next page begins after; empty: this is the last one */
    record GatewayPage(List<GatewayView> views, Optional<GatewayPosition> end) {}

    /** A condition that is absent holds for every gateway. */
    record GatewayFilter(
            Optional<LmaAddress> lmaAddress,
            Optional<ProxyCareOfAddress> proxyCareOfAddress,
            Optional<Boolean> reachable) {}

    /** Of a gateway in the order of the list. */
    record GatewayPosition(int anchor, ProxyCareOfAddress gateway) {}

    /**
     * A gateway as an anchor knows it.
     *
     * @param activeBindings how many it has there
     */
    record GatewayView(GatewayPosition position, LmaAddress lmaAddress, GatewayPeer peer, long activeBindings) {}

    /** @param at when it was committed, about */
    record Change(LmaAddress lmaAddress, LoggedChange logged, Instant at) {}

    /**
     * How full a pool is.
     *
     * @param proxyCareOfAddress whose temporal prefixes they are; empty: permanent ones
     * @param resting released, and not yet for others
     * @param touched prefixes that some replica leased at some time; those beyond it were never given to anybody
     * @param countedAt some time ago, where counting takes long
     */
    record PoolUsage(
            LmaAddress lmaAddress,
            HomeNetworkPrefix prefix,
            int prefixLength,
            Optional<ProxyCareOfAddress> proxyCareOfAddress,
            long capacity,
            long assigned,
            long resting,
            long touched,
            Instant countedAt) {
        /** Neither assigned nor resting. */
        public long free() {
            return capacity - assigned - resting;
        }
    }
}
