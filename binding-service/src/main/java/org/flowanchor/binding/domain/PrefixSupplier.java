package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;

/** Free prefixes of an anchor. */
@FunctionalInterface
public interface PrefixSupplier {
    /** A prefix no mobile node holds, never the same twice; empty when there is none left. */
    Optional<HomeNetworkPrefix> next();
}
