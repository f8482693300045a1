package org.flowanchor.binding.domain;

import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.PrefixModel;

/**
 * What travels with every binding of a mobile node, from its profile, for those who place its flows.
 *
 * @param allowedAccessTechnologyTypes that may carry its flows; none: all
 */
public record MobileNodeFacts(
        String policyGroup,
        Set<AccessTechnologyType> allowedAccessTechnologyTypes,
        HostModel hostModel,
        DecisionAuthority decisionAuthority,
        Optional<PrefixModel> prefixModel) {
    public MobileNodeFacts {
        allowedAccessTechnologyTypes = Set.copyOf(allowedAccessTechnologyTypes);
    }

    /** Of a node with a logical interface that is moved by the network, over all accesses, prefixes as the gateway says. */
    public static MobileNodeFacts of(String policyGroup) {
        return new MobileNodeFacts(policyGroup, Set.of(), HostModel.LIF, DecisionAuthority.NETWORK, Optional.empty());
    }

    /** Nothing but the group is said. */
    public boolean areUsual() {
        return equals(of(policyGroup));
    }
}
