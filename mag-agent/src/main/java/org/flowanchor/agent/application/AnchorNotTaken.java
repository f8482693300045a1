package org.flowanchor.agent.application;

import java.util.List;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * What of an anchor's state the kernel did not take; everything else is in force.
 *
 * @param gateways those that have no tunnel: what goes to them is left out
 * @param prefixes whose route is not as desired
 * @param refusals the kernel's words, one for each object; also of objects that are nobody's. None for a gateway that has no number
 */
public record AnchorNotTaken(Set<ProxyCareOfAddress> gateways, Set<HomeNetworkPrefix> prefixes, List<String> refusals) {
    public static final AnchorNotTaken NOTHING = new AnchorNotTaken(Set.of(), Set.of(), List.of());

    public AnchorNotTaken {
        gateways = Set.copyOf(gateways);
        prefixes = Set.copyOf(prefixes);
        refusals = List.copyOf(refusals);
    }
}
