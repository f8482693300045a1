package org.flowanchor.agent.domain;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * The anchor's bindings, indexed by prefix. Only ACTIVE bindings at fit gateways are usable, most preferred first. A change costs by the
 * prefixes of its binding, however many there are.
 *
 * <p>Prefixes outside the anchor's pools are left out: the pool's unreachable route would not back them and the kernel does not track
 * their flows. They are kept in {@link #foreignPrefixes()} to be reported.
 *
 * <p>Changed by one thread ({@link AnchorBindings}); live for readers on any other, prefix by prefix.
 */
public final class BindingTable {
    private final Set<HomeNetworkPrefix> pools;
    private final Map<HomeNetworkPrefix, List<Binding>> usable = new ConcurrentHashMap<>();
    /** By prefixes that another gateway than the binding's anchors. */
    private final Map<HomeNetworkPrefix, List<Binding>> flowMobile = new ConcurrentHashMap<>();

    /** How many bindings say what of a gateway. */
    private final Map<ProxyCareOfAddress, SortedMap<AccessTechnologyType, Integer>> gateways =
            new ConcurrentHashMap<>();

    private final SortedMap<HomeNetworkPrefix, Integer> foreignPrefixes = new TreeMap<>();
    /** How many prefixes of the two indices have a length. */
    private final int[] prefixesOfLength = new int[129];

    /** Those that occur, longest first. */
    private volatile int[] lengths = {};

    /** All gateways are fit. */
    public BindingTable(Set<HomeNetworkPrefix> pools, Collection<Binding> bindings) {
        this(pools, bindings, Set.of());
    }

    /**
     * The order of {@code bindings} does not matter.
     *
     * @param unfit gateways whose bindings are not usable, whatever is said of them
     */
    public BindingTable(Set<HomeNetworkPrefix> pools, Collection<Binding> bindings, Set<ProxyCareOfAddress> unfit) {
        this.pools = pools;
        bindings.forEach(binding -> add(binding, !unfit.contains(binding.proxyCareOfAddress())));
    }

    /** @param fit whether its gateway is */
    void add(Binding binding, boolean fit) {
        gateways.compute(binding.proxyCareOfAddress(), (gateway, present) -> {
            SortedMap<AccessTechnologyType, Integer> types = present == null ? new TreeMap<>() : new TreeMap<>(present);
            types.merge(binding.accessTechnologyType(), 1, Integer::sum);
            return types;
        });
        for (HomeNetworkPrefix prefix : binding.prefixes()) {
            if (!isOfPool(prefix)) {
                foreignPrefixes.merge(prefix, 1, Integer::sum);
            } else if (fit && binding.active()) {
                add(usable, prefix, binding);
            }
        }
        if (fit && binding.steerable()) {
            binding.flowMobilePrefixes().stream()
                    .filter(this::isOfPool)
                    .forEach(prefix -> add(flowMobile, prefix, binding));
        }
    }

    /** @param fit as when it was added */
    void remove(Binding binding, boolean fit) {
        gateways.computeIfPresent(binding.proxyCareOfAddress(), (gateway, present) -> {
            SortedMap<AccessTechnologyType, Integer> types = new TreeMap<>(present);
            types.computeIfPresent(binding.accessTechnologyType(), (type, count) -> count == 1 ? null : count - 1);
            return types.isEmpty() ? null : types;
        });
        for (HomeNetworkPrefix prefix : binding.prefixes()) {
            if (!isOfPool(prefix)) {
                foreignPrefixes.computeIfPresent(prefix, (key, count) -> count == 1 ? null : count - 1);
            } else if (fit && binding.active()) {
                remove(usable, prefix, binding);
            }
        }
        if (fit && binding.steerable()) {
            binding.flowMobilePrefixes().stream()
                    .filter(this::isOfPool)
                    .forEach(prefix -> remove(flowMobile, prefix, binding));
        }
    }

    private boolean isOfPool(HomeNetworkPrefix prefix) {
        for (HomeNetworkPrefix pool : pools) {
            if (pool.contains(prefix)) {
                return true;
            }
        }
        return false;
    }

    private void add(Map<HomeNetworkPrefix, List<Binding>> index, HomeNetworkPrefix prefix, Binding binding) {
        List<Binding> before = index.get(prefix);
        if (before == null) {
            index.put(prefix, List.of(binding));
            count(prefix.length(), 1);
        } else {
            index.put(
                    prefix,
                    Stream.concat(before.stream(), Stream.of(binding))
                            .sorted(Binding.PREFERENCE)
                            .toList());
        }
    }

    private void remove(Map<HomeNetworkPrefix, List<Binding>> index, HomeNetworkPrefix prefix, Binding binding) {
        List<Binding> before = index.getOrDefault(prefix, List.of());
        List<Binding> rest = before.stream().filter(one -> !one.equals(binding)).toList();
        if (!rest.isEmpty()) {
            index.put(prefix, rest);
        } else if (index.remove(prefix) != null) {
            count(prefix.length(), -1);
        }
    }

    private void count(int length, int change) {
        boolean occurred = prefixesOfLength[length] > 0;
        prefixesOfLength[length] += change;
        if (occurred != prefixesOfLength[length] > 0) {
            lengths = IntStream.iterate(128, each -> each >= 0, each -> each - 1)
                    .filter(each -> prefixesOfLength[each] > 0)
                    .toArray();
        }
    }

    /** Prefixes with at least one usable binding. */
    public Set<HomeNetworkPrefix> prefixes() {
        return Collections.unmodifiableSet(usable.keySet());
    }

    /** Gateways of all bindings, usable or not. */
    public Set<ProxyCareOfAddress> gateways() {
        return Collections.unmodifiableSet(gateways.keySet());
    }

    /** Prefixes of bindings that lie in no pool of this anchor; for the thread that changes them. */
    public Set<HomeNetworkPrefix> foreignPrefixes() {
        return Collections.unmodifiableSet(foreignPrefixes.keySet());
    }

    /** Access technology of a gateway, as its bindings say: it serves one; were there two, the lowest number is a stable choice. */
    public Optional<AccessTechnologyType> accessTechnologyType(ProxyCareOfAddress gateway) {
        return Optional.ofNullable(gateways.get(gateway)).map(SortedMap::firstKey);
    }

    /** The usable binding of lowest BID-PRI, among those the profile allows if there is one. */
    Optional<Binding> preferred(HomeNetworkPrefix prefix) {
        return usable.getOrDefault(prefix, List.of()).stream().findFirst();
    }

    /** Gateway of the preferred steerable binding over that access technology. */
    Optional<ProxyCareOfAddress> gateway(HomeNetworkPrefix prefix, AccessTechnologyType accessTechnologyType) {
        return usable.getOrDefault(prefix, List.of()).stream()
                .filter(Binding::steerable)
                .filter(binding -> binding.accessTechnologyType().equals(accessTechnologyType))
                .map(Binding::proxyCareOfAddress)
                .findFirst();
    }

    /** Lengths of prefixes that have no policy group whatever their bindings say. */
    public List<Integer> unclassifiedLengths() {
        return IntStream.of(lengths)
                .filter(length -> !AnchorResolution.isClassified(length))
                .boxed()
                .toList();
    }

    /** Whether some classified prefix that contains {@code address} has a usable binding at the gateway. */
    public boolean isCarried(Ipv6Address address, ProxyCareOfAddress gateway) {
        for (int length : lengths) {
            if (AnchorResolution.isClassified(length)
                    && isUsable(HomeNetworkPrefix.containing(address, length), gateway)) {
                return true;
            }
        }
        return false;
    }

    private boolean isUsable(HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        return usable.getOrDefault(prefix, List.of()).stream()
                .anyMatch(binding -> binding.proxyCareOfAddress().equals(gateway));
    }

    /** Whether a flow exception may choose the gateway for the prefix: it has a binding of it, or carries it for flow mobility. */
    boolean isSteerable(HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        // Asked at each move.
        for (Binding binding : usable.getOrDefault(prefix, List.of())) {
            if (binding.proxyCareOfAddress().equals(gateway) && binding.steerable()) {
                return true;
            }
        }
        for (Binding binding : flowMobile.getOrDefault(prefix, List.of())) {
            if (binding.proxyCareOfAddress().equals(gateway)) {
                return true;
            }
        }
        return false;
    }

    /** Policy group of a prefix: what the most recent of its usable bindings says. */
    Optional<String> policyGroup(HomeNetworkPrefix prefix) {
        Binding newest = null;
        for (Binding binding : usable.getOrDefault(prefix, List.of())) {
            if (newest == null || Long.compareUnsigned(binding.version(), newest.version()) > 0) {
                newest = binding;
            }
        }
        return Optional.ofNullable(newest).map(Binding::policyGroup);
    }

    /** The longest prefix with a usable binding, or that some gateway carries for flow mobility, that contains {@code address}; null when there is none. */
    @Nullable
    HomeNetworkPrefix prefixOf(Ipv6Address address) {
        for (int length : lengths) {
            HomeNetworkPrefix prefix = HomeNetworkPrefix.containing(address, length);
            if (usable.containsKey(prefix) || flowMobile.containsKey(prefix)) {
                return prefix;
            }
        }
        return null;
    }
}
