package org.flowanchor.flow.adapter.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.flowanchor.flow.domain.placement.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * Why a flow is where it is.
 *
 * @param decisions most recent first
 */
record ExplanationBody(
        String flow,
        @Nullable AccessBody access,
        @Nullable String policy,
        @Nullable String rule,
        @Nullable String pinned,
        @Nullable Instant heldUntil,
        List<DecisionBody> decisions) {
    record DecisionBody(
            Instant at, String outcome, @Nullable String cause, String reason, Map<String, String> figures) {
        static DecisionBody of(Explanation explanation) {
            return new DecisionBody(
                    explanation.at(),
                    explanation.outcome().name(),
                    explanation.cause().map(Enum::name).orElse(null),
                    explanation.reason(),
                    explanation.figures());
        }
    }
}
