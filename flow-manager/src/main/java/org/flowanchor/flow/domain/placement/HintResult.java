package org.flowanchor.flow.domain.placement;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** What becomes of a hint when it comes. What becomes of it later is in the flow's explanation. */
public sealed interface HintResult {
    /** Placement looks at it until then. */
    record Taken(MoveHint hint) implements HintResult {}

    record UnknownFlow() implements HintResult {}

    /** The flow is not of the mobile node, or within the prefix, that the hint names. */
    record AnotherNodesFlow(Optional<MobileNodeIdentifier> mobileNode, Optional<HomeNetworkPrefix> prefix)
            implements HintResult {}
}
