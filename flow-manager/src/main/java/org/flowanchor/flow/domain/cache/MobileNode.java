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
 * @param accesses that forward to the address now (ACTIVE bindings), those its profile allows first, then best BID-PRI first
 */
public record MobileNode(
        MobileNodeIdentifier identifier, String policyGroup, PlacementFacts facts, List<Access> accesses) {
    public MobileNode {
        accesses = List.copyOf(accesses);
    }

    /** Whether the network may place a flow there. */
    public boolean mayCarry(Access access) {
        return facts.steerable() && facts.allows(access.accessTechnologyType());
    }

    /** The attached access of that kind, if the network may place flows there. */
    public Optional<Access> access(AccessTechnologyType type) {
        return attached(type).filter(this::mayCarry);
    }

    /** The attached access of that kind, whatever the profile says of it. */
    public Optional<Access> attached(AccessTechnologyType type) {
        return accesses.stream()
                .filter(access -> access.accessTechnologyType().equals(type))
                .findFirst();
    }

    /** The attached access at that gateway, whatever the profile says of it. */
    public Optional<Access> access(ProxyCareOfAddress gateway) {
        return accesses.stream()
                .filter(access -> access.proxyCareOfAddress().equals(gateway))
                .findFirst();
    }

    /** What the anchor's agent gives a class: the first listed access that may carry it, otherwise the binding route. */
    public Optional<Access> resolve(List<AccessTechnologyType> order) {
        return order.stream()
                .flatMap(type -> access(type).stream())
                .findFirst()
                .or(() -> accesses.stream().findFirst());
    }

    /** Why the network may not place a flow on {@code type}; empty when it may. */
    public Optional<String> refusal(AccessTechnologyType type) {
        return switch (facts.decisionAuthority()) {
            case MOBILE_NODE ->
                Optional.of("mobile node " + identifier + " decides itself which access carries its flows");
            case NETWORK ->
                switch (facts.hostModel()) {
                    case STRONG ->
                        Optional.of("mobile node " + identifier
                                + " is a strong host: it drops packets whose address is another interface's");
                    case LIF, WEAK ->
                        facts.allows(type)
                                ? Optional.empty()
                                : Optional.of("the profile of mobile node " + identifier + " does not allow " + type);
                };
        };
    }
}
