package org.flowanchor.agent.domain;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Desired state of the anchor's kernel: already resolved against live bindings, so everything in it is to be installed.
 *
 * @param pools answered unreachable where no route below is more specific
 * @param gateways a tunnel to each; contains every gateway named below
 * @param routes the binding's route: prefix to the tunnel of its preferred usable binding
 * @param groups prefix to policy group; prefixes are /64 or shorter than or equal to 64 bits
 * @param classes ordered; the first match of a group wins
 * @param accesses class and prefix to the gateway that carries it; absent: the binding's route
 * @param flows flow exceptions; they precede the classes
 */
public record AnchorState(
        LmaAddress lmaAddress,
        Set<HomeNetworkPrefix> pools,
        Set<ProxyCareOfAddress> gateways,
        Map<HomeNetworkPrefix, ProxyCareOfAddress> routes,
        Map<HomeNetworkPrefix, String> groups,
        List<ClassRule> classes,
        Map<ClassAccess, ProxyCareOfAddress> accesses,
        Map<FiveTuple, ProxyCareOfAddress> flows) {
    public AnchorState {
        pools = Set.copyOf(pools);
        gateways = Set.copyOf(gateways);
        routes = Map.copyOf(routes);
        groups = Map.copyOf(groups);
        classes = List.copyOf(classes);
        accesses = Map.copyOf(accesses);
        flows = Map.copyOf(flows);
    }
}
