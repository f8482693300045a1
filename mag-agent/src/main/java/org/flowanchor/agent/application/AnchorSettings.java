package org.flowanchor.agent.application;

import java.time.Duration;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;

/**
 * The anchor that the agent serves.
 *
 * @param pools home network prefixes are assigned from them
 * @param reconcileInterval between two comparisons of desired and actual, also the wait after the kernel refused
 */
public record AnchorSettings(LmaAddress lmaAddress, Set<HomeNetworkPrefix> pools, Duration reconcileInterval) {
    public AnchorSettings {
        pools = Set.copyOf(pools);
    }
}
