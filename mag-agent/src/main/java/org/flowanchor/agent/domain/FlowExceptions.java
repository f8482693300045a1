package org.flowanchor.agent.domain;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * Flow exceptions that are wanted, and what became of each: installed, or held because its gateway does not carry its flow's prefix now.
 *
 * <p>There may be very many. What must be looked at again is therefore remembered: flows whose exception changed, and flows to a prefix
 * whose bindings changed ({@link #bindingsChanged(HomeNetworkPrefix)}), which an index by destination finds.
 *
 * <p>Owned by one thread; {@link #installed()} is for others, too.
 */
public final class FlowExceptions {
    private final Map<FiveTuple, FlowException> wanted = new HashMap<>();

    /** Those of them to each address. */
    private final NavigableMap<Ipv6Address, Set<FiveTuple>> byDestination = new TreeMap<>();

    private final Map<ProxyCareOfAddress, ProxyCareOfAddress> gateways = new HashMap<>();
    private final Set<FiveTuple> held = new HashSet<>();
    private Set<FiveTuple> doubtful = new HashSet<>();
    private final Map<FiveTuple, FlowException> installed = new ConcurrentHashMap<>();

    /** Found in the kernel by a fresh process: wanted and installed. */
    public void found(Map<FiveTuple, ProxyCareOfAddress> present) {
        present.forEach((flow, gateway) -> {
            FlowException exception = new FlowException("", flow, gateway);
            put(exception);
            installed.put(flow, exception);
        });
        settled();
    }

    public void put(FlowException exception) {
        FlowException shared = shared(exception);
        FiveTuple flow = shared.flow();
        if (wanted.put(flow, shared) == null) {
            byDestination
                    .computeIfAbsent(flow.destinationAddress(), any -> HashSet.newHashSet(1))
                    .add(flow);
        }
        doubtful.add(flow);
    }

    /** Of very many exceptions each message brings the same flows and the few gateways anew: the objects that are there are kept. */
    private FlowException shared(FlowException exception) {
        FlowException present = installed.get(exception.flow());
        ProxyCareOfAddress gateway = gateways.putIfAbsent(exception.gateway(), exception.gateway());
        return new FlowException(
                exception.flowId(),
                present == null ? exception.flow() : present.flow(),
                gateway == null ? exception.gateway() : gateway);
    }

    public void remove(FiveTuple flow) {
        if (wanted.remove(flow) != null) {
            byDestination.computeIfPresent(flow.destinationAddress(), (any, flows) -> {
                flows.remove(flow);
                return flows.isEmpty() ? null : flows;
            });
        }
        doubtful.add(flow);
    }

    public void clear() {
        doubtful.addAll(wanted.keySet());
        wanted.clear();
        byDestination.clear();
        gateways.clear();
    }

    /** Bindings of the prefix are others, or fit for others, than before: costs by the exceptions of its flows, not of all. */
    public void bindingsChanged(HomeNetworkPrefix prefix) {
        byDestination
                .subMap(prefix.address(), true, prefix.last(), true)
                .values()
                .forEach(doubtful::addAll);
    }

    /** Flows whose exception may have to be installed, replaced or removed. */
    public Set<FiveTuple> doubtful() {
        return Set.copyOf(doubtful);
    }

    public boolean isSettled() {
        return doubtful.isEmpty();
    }

    /** The exception to install for a flow now; null when it has none, or it is held. */
    public @Nullable FlowException installable(FiveTuple flow, Predicate<FlowException> isCarried) {
        FlowException exception = wanted.get(flow);
        return exception != null && isCarried.test(exception) ? exception : null;
    }

    /** All exceptions that can be installed now: costs by their number. */
    public Map<FiveTuple, ProxyCareOfAddress> allInstallable(Predicate<FlowException> isCarried) {
        Map<FiveTuple, ProxyCareOfAddress> all = new HashMap<>();
        wanted.values().stream().filter(isCarried).forEach(exception -> all.put(exception.flow(), exception.gateway()));
        return all;
    }

    /** The kernel has this of the flow now. */
    public void settled(FiveTuple flow, @Nullable FlowException present) {
        if (present == null) {
            installed.remove(flow);
        } else {
            installed.put(flow, present);
        }
        if (present == null && wanted.containsKey(flow)) {
            held.add(flow);
        } else {
            held.remove(flow);
        }
    }

    /** All that were doubtful are settled. */
    public void settled() {
        // Not cleared: a set that once held very many is walked from end to end, at each move from then on.
        doubtful = new HashSet<>();
    }

    /** All are to be looked at again: nobody knows what the kernel has. */
    public void doubtAll() {
        doubtful.addAll(wanted.keySet());
        doubtful.addAll(installed.keySet());
    }

    public @Nullable FlowException installed(FiveTuple flow) {
        return installed.get(flow);
    }

    /** What the kernel enforces; live, and safe from any thread: copying it at each move would cost by its size. */
    public Map<FiveTuple, FlowException> installed() {
        return installed;
    }

    public Collection<FlowException> wanted() {
        return wanted.values();
    }

    public int heldCount() {
        return held.size();
    }
}
