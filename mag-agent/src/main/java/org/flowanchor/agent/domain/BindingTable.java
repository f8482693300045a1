package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * The anchor's bindings, indexed by prefix; immutable. Only ACTIVE bindings at fit gateways are usable, most
 * preferred first.
 *
 * <p>Prefixes outside the anchor's pools are left out: the pool's unreachable route would not back them and the kernel does not track
 * their flows. They are kept in {@link #foreignPrefixes()} to be reported.
 */
public final class BindingTable {
    private final Map<HomeNetworkPrefix, List<Binding>> usable = new HashMap<>();
    /** Gateways that carry a prefix which another one anchors. */
    private final Map<HomeNetworkPrefix, Set<ProxyCareOfAddress>> flowMobile = new HashMap<>();

    private final Set<ProxyCareOfAddress> gateways = new HashSet<>();
    private final Map<ProxyCareOfAddress, AccessTechnologyType> accessTechnologyTypes = new HashMap<>();
    private final Set<HomeNetworkPrefix> foreignPrefixes = new TreeSet<>();
    private final TreeSet<Integer> lengths = new TreeSet<>(Collections.reverseOrder());

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
        for (Binding binding : bindings) {
            gateways.add(binding.proxyCareOfAddress());
            // A gateway serves one access technology; were there two, the lowest number is a stable choice.
            accessTechnologyTypes.merge(
                    binding.proxyCareOfAddress(),
                    binding.accessTechnologyType(),
                    (one, other) -> one.compareTo(other) <= 0 ? one : other);
            if (binding.steerable() && !unfit.contains(binding.proxyCareOfAddress())) {
                addFlowMobile(pools, binding);
            }
            for (HomeNetworkPrefix prefix : binding.prefixes()) {
                if (pools.stream().noneMatch(pool -> pool.contains(prefix))) {
                    foreignPrefixes.add(prefix);
                } else if (binding.active() && !unfit.contains(binding.proxyCareOfAddress())) {
                    usable.computeIfAbsent(prefix, key -> new ArrayList<>(2)).add(binding);
                    lengths.add(prefix.length());
                }
            }
        }
        usable.values().forEach(list -> list.sort(Binding.PREFERENCE));
    }

    private void addFlowMobile(Set<HomeNetworkPrefix> pools, Binding binding) {
        for (HomeNetworkPrefix prefix : binding.flowMobilePrefixes()) {
            if (pools.stream().anyMatch(pool -> pool.contains(prefix))) {
                flowMobile.computeIfAbsent(prefix, key -> new HashSet<>(2)).add(binding.proxyCareOfAddress());
                lengths.add(prefix.length());
            }
        }
    }

    /** Prefixes with at least one usable binding. */
    public Set<HomeNetworkPrefix> prefixes() {
        return Collections.unmodifiableSet(usable.keySet());
    }

    /** Gateways of all bindings, usable or not. */
    public Set<ProxyCareOfAddress> gateways() {
        return Collections.unmodifiableSet(gateways);
    }

    /** Prefixes of bindings that lie in no pool of this anchor. */
    public Set<HomeNetworkPrefix> foreignPrefixes() {
        return Collections.unmodifiableSet(foreignPrefixes);
    }

    /** Access technology of a gateway, as its bindings say. */
    public Optional<AccessTechnologyType> accessTechnologyType(ProxyCareOfAddress gateway) {
        return Optional.ofNullable(accessTechnologyTypes.get(gateway));
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

    /** Whether some prefix of at most 64 bits that contains {@code address} has a usable binding at the gateway. */
    public boolean isCarried(Ipv6Address address, ProxyCareOfAddress gateway) {
        for (int length : lengths) {
            if (length <= AnchorResolution.CLASSIFIED_LENGTH
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
        return usable.getOrDefault(prefix, List.of()).stream()
                        .filter(Binding::steerable)
                        .anyMatch(binding -> binding.proxyCareOfAddress().equals(gateway))
                || flowMobile.getOrDefault(prefix, Set.of()).contains(gateway);
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
