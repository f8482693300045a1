package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * Flow exceptions that are wanted, and what became of each: installed; held because its gateway does not carry its flow's prefix now; or
 * waiting, because the kernel has room for so many only. Those that are installed stay, the others come in the order of their flows as
 * soon as there is room.
 *
 * <p>There may be very many. What must be looked at again is therefore remembered: flows whose exception changed, and flows to a prefix
 * whose bindings changed ({@link #bindingsChanged(HomeNetworkPrefix)}), which an index by destination finds.
 *
 * <p>Owned by one thread; {@link #installed()} is for others, too.
 */
public final class FlowExceptions {
    private static final Comparator<FiveTuple> ORDER = Comparator.comparing(FiveTuple::destinationAddress)
            .thenComparing(FiveTuple::sourceAddress)
            .thenComparing(FiveTuple::protocol)
            .thenComparing(FiveTuple::sourcePort)
            .thenComparing(FiveTuple::destinationPort);

    private final int most;
    private final Map<FiveTuple, FlowException> wanted = new HashMap<>();

    /** Those of them to each address. */
    private final NavigableMap<Ipv6Address, Set<FiveTuple>> byDestination = new TreeMap<>();

    private final Map<ProxyCareOfAddress, ProxyCareOfAddress> gateways = new HashMap<>();
    private final Set<FiveTuple> held = new HashSet<>();
    private final NavigableSet<FiveTuple> waiting = new TreeSet<>(ORDER);
    private Set<FiveTuple> doubtful = new HashSet<>();
    private final Map<FiveTuple, FlowException> installed = new ConcurrentHashMap<>();

    /** @param most that the kernel has room for */
    public FlowExceptions(int most) {
        this.most = most;
    }

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

    public boolean isSettled() {
        return doubtful.isEmpty();
    }

    /**
     * What is to be installed of each flow whose exception may have to be installed, replaced or removed; empty: nothing, because there is
     * none, or it is held, or waits. Costs by the number of those flows.
     */
    public Map<FiveTuple, Optional<FlowException>> doubtful(Predicate<FlowException> isCarried) {
        Map<FiveTuple, Optional<FlowException>> next = HashMap.newHashMap(doubtful.size());
        List<FiveTuple> come = new ArrayList<>();
        int room = most - installed.size();
        for (FiveTuple flow : doubtful) {
            FlowException exception = wanted.get(flow);
            boolean installable = exception != null && isCarried.test(exception);
            boolean present = installed.containsKey(flow);
            waiting.remove(flow);
            if (installable && !present) {
                come.add(flow);
            }
            if (!installable && present) {
                room++;
            }
            next.put(flow, Optional.ofNullable(exception).filter(any -> installable));
        }
        if (come.size() <= room && waiting.isEmpty()) {
            return next;
        }
        waiting.addAll(come);
        come.forEach(flow -> next.put(flow, Optional.empty()));
        for (; room > 0 && !waiting.isEmpty(); room--) {
            FiveTuple flow = waiting.removeFirst();
            // Should it not come to that, it is looked at again.
            doubtful.add(flow);
            next.put(flow, Optional.ofNullable(wanted.get(flow)));
        }
        return next;
    }

    /** All exceptions that can be installed now, after {@link #doubtful}: costs by their number. */
    public Map<FiveTuple, ProxyCareOfAddress> allInstallable(Predicate<FlowException> isCarried) {
        Map<FiveTuple, ProxyCareOfAddress> all = new HashMap<>();
        wanted.values().stream()
                .filter(isCarried)
                .filter(exception -> waiting.isEmpty() || !waiting.contains(exception.flow()))
                .forEach(exception -> all.put(exception.flow(), exception.gateway()));
        return all;
    }

    /** The kernel has this of the flow now. */
    public void settled(FiveTuple flow, @Nullable FlowException present) {
        if (present == null) {
            installed.remove(flow);
        } else {
            installed.put(flow, present);
        }
        if (present == null && wanted.containsKey(flow) && !waiting.contains(flow)) {
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

    /** How many there is no room for. */
    public int waitingCount() {
        return waiting.size();
    }

    public int heldCount() {
        return held.size();
    }
}
