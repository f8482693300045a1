package org.flowanchor.binding.application;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * What one transaction touches.
 *
 * @param named prefixes some update names by value
 * @param prefixesWanted what the updates could take at most
 */
public record BatchScope(
        Set<MobileNodeIdentifier> mobileNodes, Set<HomeNetworkPrefix> named, List<PrefixDemand> prefixesWanted) {
    public static BatchScope of(Collection<MobileNodeIdentifier> mobileNodes) {
        return new BatchScope(Set.copyOf(mobileNodes), Set.of(), List.of());
    }

    static BatchScope union(List<BatchScope> scopes) {
        if (scopes.size() == 1) {
            return scopes.getFirst();
        }
        return new BatchScope(
                scopes.stream().flatMap(scope -> scope.mobileNodes.stream()).collect(Collectors.toUnmodifiableSet()),
                scopes.stream().flatMap(scope -> scope.named.stream()).collect(Collectors.toUnmodifiableSet()),
                scopes.stream().flatMap(scope -> scope.prefixesWanted.stream()).toList());
    }
}
