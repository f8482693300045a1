package org.flowanchor.flow.domain;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.mobility.TraceContext;

/**
 * A flow's change of access.
 *
 * @param reason with the figures that decided
 * @param enforcedAt the kernel's acknowledgement at the anchor; empty while it is awaited
 * @param trace of what caused it; empty: the agent moved the flow by itself
 */
public record Move(
        Access from,
        Access to,
        MoveCause cause,
        String reason,
        Instant requestedAt,
        Optional<Instant> enforcedAt,
        Optional<TraceContext> trace) {
    /** Not traced yet. */
    public Move(
            Access from, Access to, MoveCause cause, String reason, Instant requestedAt, Optional<Instant> enforcedAt) {
        this(from, to, cause, reason, requestedAt, enforcedAt, Optional.empty());
    }

    public Move enforced(Instant at) {
        return new Move(from, to, cause, reason, requestedAt, Optional.of(at), trace);
    }

    /** Keeps the trace that it has. */
    public Move traced(TraceContext begun) {
        return trace.isPresent()
                ? this
                : new Move(from, to, cause, reason, requestedAt, enforcedAt, Optional.of(begun));
    }
}
