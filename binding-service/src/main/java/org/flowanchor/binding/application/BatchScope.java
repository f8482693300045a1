package org.flowanchor.binding.application;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * What one transaction touches.
 *
 * @param named prefixes some updates name by value
 * @param prefixesWanted what the updates could take at most
 * @param requests that may have been answered before
 */
public record BatchScope(
        Set<MobileNodeIdentifier> mobileNodes,
        List<Named> named,
        List<PrefixDemand> prefixesWanted,
        Set<RepeatableRequest<?>> requests) {
    /** A prefix, and the mobile node whose update names it. */
    public record Named(MobileNodeIdentifier mobileNodeIdentifier, HomeNetworkPrefix prefix) {}

    public static BatchScope of(Collection<MobileNodeIdentifier> mobileNodes) {
        return new BatchScope(Set.copyOf(mobileNodes), List.of(), List.of(), Set.of());
    }

    static BatchScope of(MobileNodeIdentifier mobileNode, RepeatableRequest<?> request) {
        return new BatchScope(Set.of(mobileNode), List.of(), List.of(), Set.of(request));
    }

    /** Of one mobile node. */
    static BatchScope of(
            MobileNodeIdentifier mobileNode, List<HomeNetworkPrefix> named, List<PrefixDemand> prefixesWanted) {
        List<Named> names = new ArrayList<>(named.size());
        named.forEach(prefix -> names.add(new Named(mobileNode, prefix)));
        return new BatchScope(Set.of(mobileNode), names, prefixesWanted, Set.of());
    }

    static BatchScope union(List<BatchScope> scopes) {
        if (scopes.size() == 1) {
            return scopes.getFirst();
        }
        Set<MobileNodeIdentifier> mobileNodes = HashSet.newHashSet(scopes.size());
        List<Named> named = new ArrayList<>(scopes.size());
        List<PrefixDemand> prefixesWanted = new ArrayList<>();
        Set<RepeatableRequest<?>> requests = new HashSet<>();
        for (BatchScope scope : scopes) {
            mobileNodes.addAll(scope.mobileNodes);
            named.addAll(scope.named);
            prefixesWanted.addAll(scope.prefixesWanted);
            requests.addAll(scope.requests);
        }
        return new BatchScope(mobileNodes, named, prefixesWanted, requests);
    }
}
