package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.flowanchor.flow.domain.FlowId;

/** The last hint about each flow, until it is over or the flow moved. Owned by one thread. */
final class MoveHints {
    private final Map<FlowId, MoveHint> hints = new HashMap<>();

    void put(FlowId flow, MoveHint hint) {
        hints.put(flow, hint);
    }

    /** The flow moved, or is gone. */
    void forget(FlowId flow) {
        hints.remove(flow);
    }

    /** Those that still count. */
    Map<FlowId, MoveHint> view(Instant now) {
        if (hints.isEmpty()) {
            return Map.of();
        }
        hints.values().removeIf(hint -> !hint.until().isAfter(now));
        return Map.copyOf(hints);
    }
}
