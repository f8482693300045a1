package org.flowanchor.binding.adapter.persistence;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.LmaAddress;

/** Anchors of this service and the numbers their rows are keyed by. */
final class Anchors {
    private final Map<LmaAddress, StoredAnchor> byAddress;

    /** @param everyPool also pools that are configured no more: their prefixes are still held */
    record StoredAnchor(int number, Anchor anchor, List<PrefixPool> everyPool) {}

    Anchors(List<StoredAnchor> stored) {
        this.byAddress = stored.stream()
                .collect(Collectors.toUnmodifiableMap(anchor -> anchor.anchor().lmaAddress(), anchor -> anchor));
    }

    StoredAnchor stored(LmaAddress address) {
        StoredAnchor anchor = byAddress.get(address);
        if (anchor == null) {
            throw new IllegalArgumentException("no anchor " + address);
        }
        return anchor;
    }

    int number(LmaAddress address) {
        return stored(address).number();
    }
}
