package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.cache.BindingCache;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.load.LinkLoads;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * All that placement looks at.
 *
 * @param flows lowest id first
 * @param lastOverflow when a flow was last moved off a congested access, by gateway
 * @param automaticMoves within the last hold time
 * @param preparations moves that wait for a gateway to carry a prefix
 * @param hints that are not over, by flow
 */
public record PlacementView(
        Collection<Flow> flows,
        BindingCache bindings,
        OffloadPolicies policies,
        LinkLoads loads,
        Map<ProxyCareOfAddress, Instant> lastOverflow,
        int automaticMoves,
        Preparations preparations,
        Map<FlowId, MoveHint> hints,
        PlacementLimits limits) {}
