package org.flowanchor.flow.domain.placement;

import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.FlowException;

/** Outcome of placement for one flow; flows without one stay as they are. */
public sealed interface Decision {
    FlowId flow();

    Explanation explanation();

    /** Becomes, or changes, an exception. No move when it is there already. */
    record Divert(
            FlowId flow, Access from, Access to, FlowException.Origin origin, MoveCause cause, Explanation explanation)
            implements Decision {
        boolean moves() {
            return !from.equals(to);
        }
    }

    /** Is to be moved once the gateway carries its prefix (RFC 7864 section 3.2.2); until then it stays where it is. */
    record Prepare(
            FlowId flow, Access from, Access to, FlowException.Origin origin, MoveCause cause, Explanation explanation)
            implements Decision {}

    /** The gateway does not carry its prefix, or there is no reason any more: it stays where it is. */
    record Unprepared(
            FlowId flow, Preparation preparation, PreparationFailure failure, String why, Explanation explanation)
            implements Decision {}

    /**
     * Its exception ends.
     *
     * @param to where its class takes it; empty when nothing is attached
     */
    record Follow(FlowId flow, Access from, Optional<Access> to, MoveCause cause, Explanation explanation)
            implements Decision {
        /** On an outage the agent has left the access by itself. */
        boolean moves() {
            return cause != MoveCause.OUTAGE && to.isPresent() && !to.get().equals(from);
        }
    }

    /** Load asked for a move, and it was not made. */
    record Suppressed(FlowId flow, SuppressionReason reason, Explanation explanation) implements Decision {}
}
