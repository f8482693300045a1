package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Free prefixes of an anchor. */
@FunctionalInterface
public interface PrefixSupplier {
    /**
     * A prefix no mobile node holds, never the same twice; empty when there is none left.
     *
     * @param gateway whose block a temporal prefix comes from
     */
    Optional<HomeNetworkPrefix> next(PrefixKind kind, ProxyCareOfAddress gateway);
}
