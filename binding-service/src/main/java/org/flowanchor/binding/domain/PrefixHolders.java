package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Whose a prefix is. */
@FunctionalInterface
public interface PrefixHolders {
    /** Empty: nobody's, or none of this anchor's. */
    Optional<PrefixHolder> holder(HomeNetworkPrefix prefix);

    /**
     * The one mobile node a prefix is assigned to.
     *
     * @param resting released: in no entry, and not yet free for another node
     */
    record PrefixHolder(MobileNodeIdentifier mobileNodeIdentifier, boolean resting) {}
}
