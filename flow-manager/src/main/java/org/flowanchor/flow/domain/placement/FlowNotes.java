package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.flow.domain.FlowId;

/** The last few explanations of each flow, and which suppressed moves were told already. Owned by one thread. */
final class FlowNotes {
    private static final int PER_FLOW = 8;

    private final Map<FlowId, ArrayDeque<Explanation>> explanations = new HashMap<>();
    private final Map<FlowId, Suppression> suppressions = new HashMap<>();

    private record Suppression(SuppressionReason reason, Instant at) {}

    void explain(FlowId flow, Explanation explanation) {
        ArrayDeque<Explanation> kept = explanations.computeIfAbsent(flow, id -> new ArrayDeque<>());
        kept.add(explanation);
        if (kept.size() > PER_FLOW) {
            kept.remove();
        }
    }

    /** Most recent last. */
    List<Explanation> explanations(FlowId flow) {
        return List.copyOf(explanations.getOrDefault(flow, new ArrayDeque<>()));
    }

    /** Whether a suppressed move is worth telling: for another reason than last time, or {@code quiet} later. */
    boolean isNews(FlowId flow, SuppressionReason reason, Instant now, Duration quiet) {
        Suppression last = suppressions.get(flow);
        if (last != null && last.reason() == reason && last.at().plus(quiet).isAfter(now)) {
            return false;
        }
        suppressions.put(flow, new Suppression(reason, now));
        return true;
    }

    void forget(FlowId flow) {
        explanations.remove(flow);
        suppressions.remove(flow);
    }
}
