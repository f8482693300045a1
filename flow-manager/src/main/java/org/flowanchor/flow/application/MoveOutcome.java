package org.flowanchor.flow.application;

import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.placement.MoveResult;
import org.flowanchor.flow.domain.placement.PreparationFailure;

/** How an operator's request ended. */
public sealed interface MoveOutcome {
    /** In the kernel. */
    record Enforced(FlowId flow, Move move) implements MoveOutcome {}

    /** Recorded; the flow was there already. */
    record AlreadyThere(FlowId flow, Optional<Access> access) implements MoveOutcome {}

    /** Nothing was changed. */
    record Refused(MoveResult why) implements MoveOutcome {}

    /** The anchor's agent is not connected, or this service is not ready to steer it; nothing was changed. */
    record AgentAbsent(String why) implements MoveOutcome {}

    /** Sent, not acknowledged in time, and taken back. */
    record NotAcknowledged() implements MoveOutcome {}

    /** The gateway it was to go to does not carry its prefix (RFC 7864 section 3.2.2); the flow stays. */
    record NotPrepared(PreparationFailure failure, String why) implements MoveOutcome {}

    /** The agent could not apply it; taken back. */
    record RejectedByAgent(String error) implements MoveOutcome {}
}
