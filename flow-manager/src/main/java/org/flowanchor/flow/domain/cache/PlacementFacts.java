package org.flowanchor.flow.domain.cache;

import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HostModel;

/**
 * What the network may do with the flows of a mobile node, from its subscriber profile.
 *
 * @param allowedAccessTechnologyTypes that may carry them; none: all
 * @param hostModel a STRONG host drops packets whose address is another interface's (RFC 7864 section 6)
 * @param decisionAuthority with MOBILE_NODE the network decides nothing (RFC 7864 section 3.2)
 */
public record PlacementFacts(
        Set<AccessTechnologyType> allowedAccessTechnologyTypes,
        HostModel hostModel,
        DecisionAuthority decisionAuthority) {
    public static final PlacementFacts UNRESTRICTED =
            new PlacementFacts(Set.of(), HostModel.LIF, DecisionAuthority.NETWORK);

    public PlacementFacts {
        allowedAccessTechnologyTypes = Set.copyOf(allowedAccessTechnologyTypes);
    }

    public boolean allows(AccessTechnologyType type) {
        return allowedAccessTechnologyTypes.isEmpty() || allowedAccessTechnologyTypes.contains(type);
    }

    /** Whether flows may leave the binding route at all. */
    public boolean steerable() {
        return decisionAuthority == DecisionAuthority.NETWORK && hostModel != HostModel.STRONG;
    }
}
