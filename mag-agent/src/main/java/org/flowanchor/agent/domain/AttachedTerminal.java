package org.flowanchor.agent.domain;

import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;

/**
 * A terminal with an accepted binding, as the access kernel forwards for it.
 *
 * @param accessLink interface name
 * @param linkLocalAddress of the terminal: next hop of its prefixes
 */
public record AttachedTerminal(
        String accessLink,
        Ipv6Address linkLocalAddress,
        LinkLayerIdentifier linkLayerIdentifier,
        Set<HomeNetworkPrefix> prefixes) {
    public AttachedTerminal {
        prefixes = Set.copyOf(prefixes);
    }
}
