package org.flowanchor.flow.domain.cache;

import java.util.List;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/**
 * A binding cache entry as placement needs it (RFC 7864 section 5.1).
 *
 * @param priority BID-PRI, 1..127, lower is preferred
 * @param flowMobilePrefixes anchored by other bindings of the node, at this gateway too
 * @param active only such a binding forwards
 * @param facts of the mobile node, as the newest change of this binding knew them
 */
public record Binding(
        BindingIdentifier bindingIdentifier,
        int priority,
        List<HomeNetworkPrefix> prefixes,
        List<FlowMobilePrefix> flowMobilePrefixes,
        Access access,
        boolean active,
        String policyGroup,
        PlacementFacts facts) {
    public Binding {
        prefixes = List.copyOf(prefixes);
        flowMobilePrefixes = List.copyOf(flowMobilePrefixes);
        if (priority < 1 || priority > 127) {
            throw new IllegalArgumentException("BID-PRI " + priority + " is not in 1..127");
        }
    }

    boolean reaches(Ipv6Address destination) {
        return prefixes.stream().anyMatch(prefix -> prefix.contains(destination));
    }

    FlowMobileAccess towards(HomeNetworkPrefix prefix) {
        return new FlowMobileAccess(
                access,
                flowMobilePrefixes.stream()
                        .filter(one -> one.prefix().equals(prefix))
                        .findFirst());
    }
}
