package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.flow.domain.MoveCause;

/**
 * Why a flow is where it is.
 *
 * @param figures what was looked at, by name
 */
public record Explanation(
        Instant at, Outcome outcome, Optional<MoveCause> cause, String reason, Map<String, String> figures) {
    /** What came of it. */
    public enum Outcome {
        /** Moved by a command to the anchor's agent. */
        MOVED,
        /** The gateway it is to go to is asked to carry its prefix first. */
        PREPARING,
        /** Told or untold to the agent without a change of access. */
        KEPT,
        /** Not moved though load asked for it. */
        SUPPRESSED,
        /** The anchor's agent moved it by itself. */
        OBSERVED,
        /** Found enforced in the kernel after a restart. */
        ADOPTED,
        /** The agent did not acknowledge, or the gateway did not take its prefix: it stays where it was. */
        UNDONE
    }

    public Explanation {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
