package org.flowanchor.binding.application;

import java.util.List;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.LmaAddress;

/**
 * An anchor this service decides for.
 *
 * @param partition of the topic {@code bindings}; fixed once stored
 */
public record Anchor(LmaAddress lmaAddress, int partition, List<PrefixPool> pools) {
    public Anchor {
        if (partition < 0) {
            throw new IllegalArgumentException("partition " + partition + " is negative");
        }
        pools = List.copyOf(pools);
    }
}
