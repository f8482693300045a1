package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;

/** Access links on which the test plays the terminals; remembers what was advertised. */
public final class InMemoryAttachments implements AttachmentSource {
    /** One router advertisement. */
    public record Advertisement(
            String accessLink,
            Ipv6Address terminal,
            LinkLayerIdentifier linkLayerIdentifier,
            Set<HomeNetworkPrefix> prefixes,
            int mtu,
            int routerLifetimeSeconds) {}

    private final List<Consumer<AttachmentEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<Ipv6Address> probed = new CopyOnWriteArrayList<>();
    private final List<Ipv6Address> resolved = new CopyOnWriteArrayList<>();
    private final Set<Ipv6Address> own = ConcurrentHashMap.newKeySet();
    private volatile boolean watching = true;
    private volatile boolean present = true;
    private final List<Advertisement> advertisements = new ArrayList<>();
    private final List<Set<HomeNetworkPrefix>> withdrawals = new ArrayList<>();

    /** Prefixes that were announced as no longer to be used, one set for each advertisement with any. */
    public synchronized List<Set<HomeNetworkPrefix>> withdrawals() {
        return List.copyOf(withdrawals);
    }

    public void happens(AttachmentEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    public synchronized List<Advertisement> advertisements() {
        return List.copyOf(advertisements);
    }

    public synchronized void forgetAdvertisements() {
        advertisements.clear();
    }

    /** From now on nobody answers when asked. */
    public void terminalsFallSilent() {
        present = false;
    }

    public List<Ipv6Address> probed() {
        return List.copyOf(probed);
    }

    /** The gateway has that address from now on. */
    public void has(Ipv6Address address) {
        own.add(address);
    }

    public void watches(boolean now) {
        watching = now;
    }

    @Override
    public boolean isWatching() {
        return watching;
    }

    @Override
    public boolean isOurs(Ipv6Address address) {
        return own.contains(address);
    }

    @Override
    public void probe(String accessLink, Ipv6Address terminal, LinkLayerIdentifier linkLayerIdentifier) {
        probed.add(terminal);
        happens(present ? new NeighbourAnswered(accessLink, terminal) : new NeighbourSilent(accessLink, terminal));
    }

    @Override
    public void resolve(String accessLink, Ipv6Address address) {
        resolved.add(address);
    }

    /** Addresses that were asked for; the test answers. */
    public List<Ipv6Address> resolved() {
        return List.copyOf(resolved);
    }

    @Override
    public void start(Consumer<AttachmentEvent> listener) {
        listeners.add(listener);
    }

    @Override
    public synchronized void advertise(
            String accessLink,
            Ipv6Address terminal,
            LinkLayerIdentifier linkLayerIdentifier,
            Set<HomeNetworkPrefix> prefixes,
            Set<HomeNetworkPrefix> withdrawn,
            int mtu,
            int routerLifetimeSeconds) {
        advertisements.add(new Advertisement(
                accessLink, terminal, linkLayerIdentifier, Set.copyOf(prefixes), mtu, routerLifetimeSeconds));
        if (!withdrawn.isEmpty()) {
            withdrawals.add(Set.copyOf(withdrawn));
        }
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
