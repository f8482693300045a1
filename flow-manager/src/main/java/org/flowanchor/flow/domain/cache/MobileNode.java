package org.flowanchor.flow.domain.cache;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * A mobile node as one of its addresses sees it.
 *
 * @param prefix that holds the address
 * @param accesses whose gateways anchor the prefix (ACTIVE bindings), those its profile allows first, then best BID-PRI first: classes
 *     and the binding route take these
 * @param flowMobile the node's other accesses, those whose gateways carry the prefix all the same first; single flows may be sent there
 *     once the gateway carries it (RFC 7864 section 3.2.2)
 */
public record MobileNode(
        MobileNodeIdentifier identifier,
        String policyGroup,
        PlacementFacts facts,
        HomeNetworkPrefix prefix,
        List<Access> accesses,
        List<FlowMobileAccess> flowMobile) {
    public MobileNode {
        accesses = List.copyOf(accesses);
        flowMobile = List.copyOf(flowMobile);
    }

    /** Whether the network may place a flow there. */
    public boolean mayCarry(Access access) {
        return facts.steerable() && facts.allows(access.accessTechnologyType());
    }

    /** The attached access of that kind, if the network may place flows there; its gateway may have to be asked first. */
    public Optional<Access> access(AccessTechnologyType type) {
        return attached(type).filter(this::mayCarry);
    }

    /** The attached access of that kind, whatever the profile says of it; its gateway may have to be asked first. */
    public Optional<Access> attached(AccessTechnologyType type) {
        return anchored(type)
                .or(() -> flowMobile.stream()
                        .map(FlowMobileAccess::access)
                        .filter(access -> access.accessTechnologyType().equals(type))
                        .findFirst());
    }

    private Optional<Access> anchored(AccessTechnologyType type) {
        return accesses.stream()
                .filter(access -> access.accessTechnologyType().equals(type))
                .findFirst();
    }

    /** The access that forwards to the address at that gateway, whatever the profile says of it. */
    public Optional<Access> access(ProxyCareOfAddress gateway) {
        return accesses.stream()
                .filter(access -> access.proxyCareOfAddress().equals(gateway))
                .findFirst()
                .or(() -> flowMobile(gateway).filter(FlowMobileAccess::carries).map(FlowMobileAccess::access));
    }

    /** The access at a gateway that does not anchor the prefix; empty when it does, or when the node is not attached there. */
    public Optional<FlowMobileAccess> flowMobile(ProxyCareOfAddress gateway) {
        return flowMobile.stream()
                .filter(other -> other.access().proxyCareOfAddress().equals(gateway))
                .findFirst();
    }

    /** Where the node is attached, whether or not the address is reached there. */
    public List<Access> attachments() {
        return Stream.concat(accesses.stream(), flowMobile.stream().map(FlowMobileAccess::access))
                .toList();
    }

    /** What the anchor's agent gives a class: the first listed access that may carry it, otherwise the binding route. */
    public Optional<Access> resolve(List<AccessTechnologyType> order) {
        return order.stream()
                .flatMap(type -> anchored(type).filter(this::mayCarry).stream())
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
