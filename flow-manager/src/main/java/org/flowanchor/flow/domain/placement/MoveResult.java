package org.flowanchor.flow.domain.placement;

import java.util.List;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** What an operator's move or reset of a flow comes to. All but the last three change nothing. */
public sealed interface MoveResult {
    record UnknownFlow() implements MoveResult {}

    /** It is not where the operator thinks. */
    record StaleFlow(Optional<Access> current) implements MoveResult {}

    /** The mobile node is not attached there. */
    record NoSuchBinding(Optional<MobileNodeIdentifier> mobileNode, List<Access> attached, AccessTechnologyType wanted)
            implements MoveResult {}

    /** The profile of the mobile node is against it. */
    record NotAllowed(String why) implements MoveResult {}

    /** Another move of the flow awaits its acknowledgement. */
    record Busy() implements MoveResult {}

    /** Recorded; the flow stays where it is. */
    record Unmoved(Optional<Access> current) implements MoveResult {}

    /** Waits until the gateway carries the flow's prefix (RFC 7864 section 3.2.2). */
    record Preparing(Move move) implements MoveResult {}

    /** On its way to the agent. */
    record Started(Move move) implements MoveResult {}
}
