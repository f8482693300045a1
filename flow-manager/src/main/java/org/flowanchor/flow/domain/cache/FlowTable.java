package org.flowanchor.flow.domain.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/** The flow mobility cache of one anchor. Owned by one thread. */
public final class FlowTable {
    private final NavigableMap<FlowId, Flow> flows = new TreeMap<>();
    private final NavigableMap<Ipv6Address, Set<FlowId>> byDestination = new TreeMap<>();

    public Optional<Flow> find(FlowId id) {
        return Optional.ofNullable(flows.get(id));
    }

    public void put(Flow flow) {
        if (flows.put(flow.id(), flow) == null) {
            byDestination
                    .computeIfAbsent(flow.selector().destinationAddress(), address -> new HashSet<>())
                    .add(flow.id());
        }
    }

    public void remove(Flow flow) {
        flows.remove(flow.id());
        Set<FlowId> sameDestination = byDestination.get(flow.selector().destinationAddress());
        if (sameDestination != null && sameDestination.remove(flow.id()) && sameDestination.isEmpty()) {
            byDestination.remove(flow.selector().destinationAddress());
        }
    }

    /** All flows, lowest id first. */
    public Collection<Flow> flows() {
        return flows.values();
    }

    /** Flows after {@code id}, lowest first. */
    public Collection<Flow> after(FlowId id) {
        return flows.tailMap(id, false).values();
    }

    /** Flows towards a prefix. */
    public List<Flow> towards(HomeNetworkPrefix prefix) {
        List<Flow> found = new ArrayList<>();
        for (Set<FlowId> ids : byDestination
                .subMap(prefix.address(), true, prefix.last(), true)
                .values()) {
            ids.forEach(id -> find(id).ifPresent(found::add));
        }
        return found;
    }

    public int size() {
        return flows.size();
    }
}
