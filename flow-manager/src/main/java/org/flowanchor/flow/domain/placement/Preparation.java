package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix;
import org.flowanchor.mobility.TraceContext;

/**
 * A move that waits until the gateway it goes to carries the flow's prefix. Nothing of the flow has changed yet.
 *
 * @param move as it was decided
 * @param before what was known of the prefix at the gateway then: the same failure again says nothing
 * @param asked the anchor took the request; what becomes of it arrives with the bindings
 */
public record Preparation(
        FlowId flow,
        CarriedPrefix what,
        Move move,
        FlowException.Origin origin,
        Optional<FlowMobilePrefix> before,
        boolean asked) {
    Preparation taken() {
        return new Preparation(flow, what, move, origin, before, true);
    }

    Preparation traced(TraceContext trace) {
        return new Preparation(flow, what, move.traced(trace), origin, before, asked);
    }

    Instant requestedAt() {
        return move.requestedAt();
    }
}
