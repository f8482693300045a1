package org.flowanchor.agent.domain;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * All bindings of the anchor as the binding stream says, and which gateways are unfit, as the agent itself found out. Remembers the
 * prefixes that a change concerns, so that what depends on them can be found.
 */
public final class AnchorBindings {
    private final Map<BindingName, Binding> bindings = new HashMap<>();
    /** What the table has of bindings that are others now, or fit for others; empty: nothing. */
    private final Map<BindingName, Optional<Binding>> unsettled = new HashMap<>();

    private Set<ProxyCareOfAddress> silentGateways = Set.of();
    private Set<ProxyCareOfAddress> gatewaysWithoutTunnel = Set.of();
    private Set<ProxyCareOfAddress> settledUnfit = Set.of();
    private final BindingTable table;
    private boolean known;
    private boolean changed;
    private long version;

    public AnchorBindings(Set<HomeNetworkPrefix> pools) {
        this.table = new BindingTable(pools, List.of());
    }

    /** Takes the place of everything that was known. */
    public void replace(long newVersion, Collection<Binding> entries) {
        Set<BindingName> gone = new HashSet<>(bindings.keySet());
        Map<BindingName, Binding> replaced = new HashMap<>();
        for (Binding entry : entries) {
            gone.remove(entry.name());
            replaced.merge(entry.name(), entry, AnchorBindings::later);
        }
        gone.forEach(this::remove);
        replaced.forEach((name, binding) -> put(binding));
        changed(newVersion);
        known = true;
    }

    /** A change after the first full state; an entry older than the one that is known is dropped, a whole change older than the last too. */
    public void update(long newVersion, Collection<Binding> entries, Collection<BindingName> removed) {
        if (Long.compareUnsigned(newVersion, version) < 0) {
            return;
        }
        removed.forEach(this::remove);
        for (Binding entry : entries) {
            Binding present = bindings.get(entry.name());
            put(present == null ? entry : later(present, entry));
        }
        changed(newVersion);
    }

    private static Binding later(Binding one, Binding other) {
        return Long.compareUnsigned(one.version(), other.version()) > 0 ? one : other;
    }

    private void put(Binding binding) {
        Binding before = bindings.put(binding.name(), binding);
        if (!binding.equals(before)) {
            unsettled.putIfAbsent(binding.name(), Optional.ofNullable(before));
        }
    }

    private void remove(BindingName name) {
        Binding before = bindings.remove(name);
        if (before != null) {
            unsettled.putIfAbsent(name, Optional.of(before));
        }
    }

    private void changed(long newVersion) {
        version = newVersion;
        changed = true;
    }

    /** @return whether they are others than before */
    public boolean silent(Set<ProxyCareOfAddress> gateways) {
        Set<ProxyCareOfAddress> before = silentGateways;
        silentGateways = Set.copyOf(gateways);
        return unfitChanged(before, silentGateways);
    }

    /** @return whether they are others than before */
    public boolean withoutTunnel(Set<ProxyCareOfAddress> gateways) {
        Set<ProxyCareOfAddress> before = gatewaysWithoutTunnel;
        gatewaysWithoutTunnel = Set.copyOf(gateways);
        return unfitChanged(before, gatewaysWithoutTunnel);
    }

    private boolean unfitChanged(Set<ProxyCareOfAddress> before, Set<ProxyCareOfAddress> now) {
        if (before.equals(now)) {
            return false;
        }
        for (Binding binding : bindings.values()) {
            ProxyCareOfAddress gateway = binding.proxyCareOfAddress();
            if (before.contains(gateway) != now.contains(gateway)) {
                unsettled.putIfAbsent(binding.name(), Optional.of(binding));
            }
        }
        changed = true;
        return true;
    }

    /** Whether {@link #settle} has something to do. */
    public boolean haveChanged() {
        return changed;
    }

    /**
     * Whose bindings are others, or fit for others, than the last time.
     *
     * @param gateways of these bindings, before and now
     */
    public record Touched(Set<HomeNetworkPrefix> prefixes, Set<ProxyCareOfAddress> gateways) {}

    /** Brings the table up to date and says what that concerns. */
    public Touched settle() {
        Set<ProxyCareOfAddress> unfit = new HashSet<>(silentGateways);
        unfit.addAll(gatewaysWithoutTunnel);
        Touched touched = new Touched(new HashSet<>(), new HashSet<>());
        unsettled.forEach((name, before) -> {
            before.ifPresent(binding -> {
                table.remove(binding, !settledUnfit.contains(binding.proxyCareOfAddress()));
                touch(binding, touched);
            });
            Binding now = bindings.get(name);
            if (now != null) {
                table.add(now, !unfit.contains(now.proxyCareOfAddress()));
                touch(now, touched);
            }
        });
        unsettled.clear();
        settledUnfit = unfit;
        changed = false;
        return touched;
    }

    private static void touch(Binding binding, Touched touched) {
        touched.prefixes.addAll(binding.prefixes());
        touched.prefixes.addAll(binding.flowMobilePrefixes());
        touched.gateways.add(binding.proxyCareOfAddress());
    }

    /** As last settled. */
    public BindingTable table() {
        return table;
    }

    /** Whether a full state has come. */
    public boolean areKnown() {
        return known;
    }

    public long version() {
        return version;
    }

    public Set<ProxyCareOfAddress> silentGateways() {
        return silentGateways;
    }

    public Set<ProxyCareOfAddress> gatewaysWithoutTunnel() {
        return gatewaysWithoutTunnel;
    }
}
