package org.flowanchor.flow.domain.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Bindings of one anchor, from the topic {@code bindings}. Owned by one thread.
 *
 * <p>Trap: versions are compared per binding, never per anchor. A relay that took over sends records again, and compaction then keeps
 * only the later copy of some of them: a record with a version below the anchor's highest may be the only one left of its binding.
 */
public final class BindingCache {
    private static final int REMEMBERED_DELETIONS = 100_000;
    private static final Comparator<Binding> BEST_FIRST =
            Comparator.comparingInt(Binding::priority).thenComparing(Binding::bindingIdentifier);

    private final Map<BindingKey, Long> versions = new HashMap<>();
    private final Map<BindingKey, Long> deleted = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BindingKey, Long> eldest) {
            return size() > REMEMBERED_DELETIONS;
        }
    };
    private final Map<MobileNodeIdentifier, Map<BindingKey, Binding>> nodes = new HashMap<>();
    /** What each gateway was last known to offer, also after its last binding is gone. */
    private final Map<ProxyCareOfAddress, Access> gateways = new HashMap<>();
    /** By prefix length, longest first. */
    private final TreeMap<Integer, Map<HomeNetworkPrefix, MobileNodeIdentifier>> prefixes =
            new TreeMap<>(Comparator.reverseOrder());

    /**
     * @param binding empty: deleted
     * @return whether it was newer than what was known, and so was taken
     */
    public boolean apply(BindingKey key, long version, Optional<Binding> binding) {
        long known = Math.max(versions.getOrDefault(key, 0L), deleted.getOrDefault(key, 0L));
        if (version <= known) {
            return false;
        }
        remove(key);
        if (binding.isEmpty()) {
            deleted.put(key, version);
            return true;
        }
        deleted.remove(key);
        versions.put(key, version);
        nodes.computeIfAbsent(key.mobileNode(), node -> new HashMap<>()).put(key, binding.get());
        gateways.put(binding.get().access().proxyCareOfAddress(), binding.get().access());
        for (HomeNetworkPrefix prefix : binding.get().prefixes()) {
            prefixes.computeIfAbsent(prefix.length(), length -> new HashMap<>()).put(prefix, key.mobileNode());
        }
        return true;
    }

    /** The node that holds {@code destination}, with the accesses that forward to this very address. */
    public Optional<MobileNode> nodeOf(Ipv6Address destination) {
        for (Map.Entry<Integer, Map<HomeNetworkPrefix, MobileNodeIdentifier>> sameLength : prefixes.entrySet()) {
            HomeNetworkPrefix prefix = HomeNetworkPrefix.containing(destination, sameLength.getKey());
            MobileNodeIdentifier node = sameLength.getValue().get(prefix);
            if (node != null) {
                return Optional.of(mobileNode(node, prefix, destination));
            }
        }
        return Optional.empty();
    }

    /** Prefixes that a binding anchors, or that its gateway carries or is to carry; none when it is not known. */
    public Set<HomeNetworkPrefix> prefixes(BindingKey key) {
        Binding binding = nodes.getOrDefault(key.mobileNode(), Map.of()).get(key);
        Set<HomeNetworkPrefix> found = new HashSet<>();
        if (binding != null) {
            found.addAll(binding.prefixes());
            binding.flowMobilePrefixes().forEach(one -> found.add(one.prefix()));
        }
        return found;
    }

    /** What a flow-manager asked gateways to carry beside their own prefixes, as far as it is still so or still to be. */
    public List<AskedPrefix> askedPrefixes() {
        List<AskedPrefix> asked = new ArrayList<>();
        nodes.forEach((node, bindings) -> bindings.values().stream()
                .filter(Binding::active)
                .forEach(binding -> binding.flowMobilePrefixes().stream()
                        .filter(FlowMobilePrefix::asked)
                        .forEach(one -> asked.add(new AskedPrefix(
                                node, one.prefix(), binding.access().proxyCareOfAddress())))));
        return asked;
    }

    /** A prefix of a mobile node at a gateway that does not anchor it. */
    public record AskedPrefix(MobileNodeIdentifier mobileNode, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {}

    /** What became of a prefix at a gateway that does not anchor it. */
    public Optional<FlowMobilePrefix> flowMobilePrefix(
            MobileNodeIdentifier mobileNode, HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        return nodes.getOrDefault(mobileNode, Map.of()).values().stream()
                .filter(binding -> binding.active()
                        && binding.access().proxyCareOfAddress().equals(gateway))
                .flatMap(binding -> binding.flowMobilePrefixes().stream())
                .filter(one -> one.prefix().equals(prefix))
                .findFirst();
    }

    /** The access that a gateway last offered to anybody. */
    public Optional<Access> lastAccessAt(ProxyCareOfAddress gateway) {
        return Optional.ofNullable(gateways.get(gateway));
    }

    public int size() {
        return versions.size();
    }

    private MobileNode mobileNode(MobileNodeIdentifier identifier, HomeNetworkPrefix prefix, Ipv6Address destination) {
        Collection<Binding> bindings = nodes.getOrDefault(identifier, Map.of()).values();
        List<Binding> reaching = bindings.stream()
                .filter(binding -> binding.reaches(destination))
                .sorted(BEST_FIRST)
                .toList();
        String group = reaching.isEmpty() ? "" : reaching.getFirst().policyGroup();
        PlacementFacts facts = newestFacts(identifier, reaching);
        return new MobileNode(
                identifier,
                group,
                facts,
                prefix,
                reaching.stream()
                        .filter(Binding::active)
                        .map(Binding::access)
                        .sorted(Comparator.comparing(access -> !facts.allows(access.accessTechnologyType())))
                        .toList(),
                reaching.size() == bindings.size() ? List.of() : flowMobile(bindings, reaching, prefix));
    }

    /** Active bindings at gateways that do not anchor the prefix. */
    private static List<FlowMobileAccess> flowMobile(
            Collection<Binding> bindings, List<Binding> reaching, HomeNetworkPrefix prefix) {
        Set<ProxyCareOfAddress> anchoring = reaching.stream()
                .filter(Binding::active)
                .map(binding -> binding.access().proxyCareOfAddress())
                .collect(Collectors.toSet());
        return bindings.stream()
                .filter(binding -> binding.active()
                        && !reaching.contains(binding)
                        && !anchoring.contains(binding.access().proxyCareOfAddress()))
                .sorted(BEST_FIRST)
                .map(binding -> binding.towards(prefix))
                .sorted(Comparator.comparing(access -> !access.carries()))
                .toList();
    }

    /** A changed profile reaches the bindings of a node one after the other: the last one that changed knows best. */
    private PlacementFacts newestFacts(MobileNodeIdentifier identifier, List<Binding> bindings) {
        return bindings.stream()
                .max(Comparator.comparingLong(
                        binding -> versions.getOrDefault(new BindingKey(identifier, binding.bindingIdentifier()), 0L)))
                .map(Binding::facts)
                .orElse(PlacementFacts.UNRESTRICTED);
    }

    private void remove(BindingKey key) {
        versions.remove(key);
        Map<BindingKey, Binding> bindings = nodes.getOrDefault(key.mobileNode(), Map.of());
        Binding removed = bindings.isEmpty() ? null : bindings.remove(key);
        if (removed == null) {
            return;
        }
        Set<HomeNetworkPrefix> stillHeld = new HashSet<>();
        bindings.values().forEach(binding -> stillHeld.addAll(binding.prefixes()));
        for (HomeNetworkPrefix prefix : removed.prefixes()) {
            Map<HomeNetworkPrefix, MobileNodeIdentifier> sameLength = prefixes.get(prefix.length());
            if (!stillHeld.contains(prefix)
                    && sameLength != null
                    && sameLength.remove(prefix, key.mobileNode())
                    && sameLength.isEmpty()) {
                prefixes.remove(prefix.length());
            }
        }
        if (bindings.isEmpty()) {
            nodes.remove(key.mobileNode());
        }
    }
}
