package org.flowanchor.flow.domain.cache;

import java.util.List;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * A mobile node as one of its addresses sees it.
 *
 * @param accesses that forward to the address now (ACTIVE bindings), best BID-PRI first
 */
public record MobileNode(MobileNodeIdentifier identifier, String policyGroup, List<Access> accesses) {
    public MobileNode {
        accesses = List.copyOf(accesses);
    }

    public Optional<Access> access(AccessTechnologyType type) {
        return accesses.stream()
                .filter(access -> access.accessTechnologyType().equals(type))
                .findFirst();
    }

    public Optional<Access> access(ProxyCareOfAddress gateway) {
        return accesses.stream()
                .filter(access -> access.proxyCareOfAddress().equals(gateway))
                .findFirst();
    }

    /** What the anchor's agent gives a class: the first listed access that is attached, otherwise the binding route. */
    public Optional<Access> resolve(List<AccessTechnologyType> order) {
        return order.stream()
                .flatMap(type -> access(type).stream())
                .findFirst()
                .or(() -> accesses.stream().findFirst());
    }
}
