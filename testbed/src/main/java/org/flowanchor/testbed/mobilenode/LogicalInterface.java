package org.flowanchor.testbed.mobilenode;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;

/**
 * What the mobile node knows now: the table of the logical interface (RFC 7847 section 5.2), one row per sub-interface.
 *
 * @param addresses of the logical interface
 */
public record LogicalInterface(Set<Ipv6Address> addresses, Map<Access, SubInterface> subInterfaces) {
    /**
     * One row.
     *
     * @param up administratively up and with carrier
     * @param router default router of this link
     * @param prefixes announced on this link
     */
    public record SubInterface(boolean up, Optional<Ipv6Address> router, Set<HomeNetworkPrefix> prefixes) {
        static final SubInterface UNKNOWN = new SubInterface(false, Optional.empty(), Set.of());

        public SubInterface {
            prefixes = Set.copyOf(prefixes);
        }

        /** A router and a prefix are known and the link is up. */
        public boolean attached() {
            return up && router.isPresent() && !prefixes.isEmpty();
        }
    }

    public LogicalInterface {
        addresses = Set.copyOf(addresses);
        subInterfaces = Map.copyOf(subInterfaces);
    }

    public SubInterface subInterface(Access access) {
        return subInterfaces.getOrDefault(access, SubInterface.UNKNOWN);
    }
}
