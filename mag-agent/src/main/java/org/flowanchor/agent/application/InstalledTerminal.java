package org.flowanchor.agent.application;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * One downlink route read back from the kernel.
 *
 * @param linkLocalAddress of the terminal, the route's next hop
 * @param carried anchored at another gateway
 * @param linkLayerIdentifier of that next hop, when the kernel still knows its neighbour; null otherwise
 */
public record InstalledTerminal(
        String accessLink,
        Ipv6Address linkLocalAddress,
        HomeNetworkPrefix prefix,
        boolean carried,
        @Nullable LinkLayerIdentifier linkLayerIdentifier) {
    /** Its own, without a neighbour entry. */
    public InstalledTerminal(String accessLink, Ipv6Address linkLocalAddress, HomeNetworkPrefix prefix) {
        this(accessLink, linkLocalAddress, prefix, false, null);
    }
}
