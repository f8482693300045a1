package org.flowanchor.agent.domain;

import java.util.HashSet;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;

/**
 * A terminal with an accepted binding, as the access kernel forwards for it.
 *
 * @param accessLink interface name
 * @param linkLocalAddress of the terminal: next hop of its prefixes
 * @param prefixes anchored here: advertised to it
 * @param carried anchored at another gateway, forwarded here too, never advertised here (RFC 7864 section 3.2.2)
 */
public record AttachedTerminal(
        String accessLink,
        Ipv6Address linkLocalAddress,
        LinkLayerIdentifier linkLayerIdentifier,
        Set<HomeNetworkPrefix> prefixes,
        Set<HomeNetworkPrefix> carried) {
    public AttachedTerminal {
        prefixes = Set.copyOf(prefixes);
        carried = Set.copyOf(carried);
    }

    /** Without prefixes of other gateways. */
    public AttachedTerminal(
            String accessLink,
            Ipv6Address linkLocalAddress,
            LinkLayerIdentifier linkLayerIdentifier,
            Set<HomeNetworkPrefix> prefixes) {
        this(accessLink, linkLocalAddress, linkLayerIdentifier, prefixes, Set.of());
    }

    /** Whose link-layer identifier nobody knows: its address stands for it, so that it can be told apart. */
    public static AttachedTerminal unidentified(
            String accessLink,
            Ipv6Address linkLocalAddress,
            Set<HomeNetworkPrefix> prefixes,
            Set<HomeNetworkPrefix> carried) {
        return new AttachedTerminal(accessLink, linkLocalAddress, standIn(linkLocalAddress), prefixes, carried);
    }

    private static LinkLayerIdentifier standIn(Ipv6Address linkLocalAddress) {
        return LinkLayerIdentifier.of(linkLocalAddress.octets());
    }

    public boolean isIdentified() {
        return !linkLayerIdentifier.equals(standIn(linkLocalAddress));
    }

    public AttachedTerminal identified(LinkLayerIdentifier identifier) {
        return new AttachedTerminal(accessLink, linkLocalAddress, identifier, prefixes, carried);
    }

    public AttachmentName name() {
        return new AttachmentName(accessLink, linkLayerIdentifier);
    }

    /** All that the gateway forwards for it. */
    public Set<HomeNetworkPrefix> forwarded() {
        Set<HomeNetworkPrefix> all = new HashSet<>(prefixes);
        all.addAll(carried);
        return all;
    }
}
