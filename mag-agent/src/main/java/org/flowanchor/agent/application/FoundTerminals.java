package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Terminals that an earlier process left in the kernel, put together from their routes. */
final class FoundTerminals {
    private static final Logger log = LoggerFactory.getLogger(FoundTerminals.class);

    private FoundTerminals() {}

    /** One terminal per access link and next hop; those without a prefix of their own are left to the first apply. */
    static List<AttachedTerminal> of(Collection<InstalledTerminal> routes) {
        record NextHop(String accessLink, Ipv6Address linkLocalAddress) {}
        Map<NextHop, Set<HomeNetworkPrefix>> prefixes = new LinkedHashMap<>();
        Map<NextHop, Set<HomeNetworkPrefix>> carried = new HashMap<>();
        Map<NextHop, LinkLayerIdentifier> identifiers = new HashMap<>();
        for (InstalledTerminal installed : routes) {
            NextHop terminal = new NextHop(installed.accessLink(), installed.linkLocalAddress());
            Set<HomeNetworkPrefix> own = prefixes.computeIfAbsent(terminal, key -> new HashSet<>());
            (installed.carried() ? carried.computeIfAbsent(terminal, key -> new HashSet<>()) : own)
                    .add(installed.prefix());
            LinkLayerIdentifier known = installed.linkLayerIdentifier();
            LinkLayerIdentifier identifier = known != null ? known : eui64Origin(installed.linkLocalAddress());
            if (identifier != null) {
                identifiers.put(terminal, identifier);
            }
        }
        List<AttachedTerminal> terminals = new ArrayList<>();
        prefixes.forEach((terminal, set) -> {
            Set<HomeNetworkPrefix> others = carried.getOrDefault(terminal, Set.of());
            LinkLayerIdentifier identifier = identifiers.get(terminal);
            if (set.isEmpty()) {
                log.warn("gives up {}: it has no prefix of its own", terminal);
            } else if (identifier == null) {
                terminals.add(
                        AttachedTerminal.unidentified(terminal.accessLink(), terminal.linkLocalAddress(), set, others));
            } else {
                terminals.add(new AttachedTerminal(
                        terminal.accessLink(), terminal.linkLocalAddress(), identifier, set, others));
            }
        });
        return terminals;
    }

    /** The link-layer address in a modified EUI-64 interface identifier (RFC 4291 appendix A); null when it is none. */
    static @Nullable LinkLayerIdentifier eui64Origin(Ipv6Address address) {
        byte[] octets = address.octets();
        if (octets[11] != (byte) 0xff || octets[12] != (byte) 0xfe) {
            return null;
        }
        byte[] origin = new byte[6];
        System.arraycopy(octets, 8, origin, 0, 3);
        System.arraycopy(octets, 13, origin, 3, 3);
        origin[0] ^= 2;
        return LinkLayerIdentifier.of(origin);
    }
}
