package org.flowanchor.agent.adapter.attachment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.flowanchor.agent.application.AttachmentSource.AttachmentEvent;
import org.flowanchor.agent.application.AttachmentSource.LinkCameUp;
import org.flowanchor.agent.application.AttachmentSource.LinkWentDown;
import org.flowanchor.agent.linux.rtnetlink.InterfaceAddress;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/**
 * The configured access links as the kernel has them, and the gateway's own addresses. The thread that watches changes it; the addresses
 * may be asked for by any.
 *
 * <p>States of a link: unknown, usable, not usable. Each change is one event: usable (administratively up, with carrier) is
 * {@code LinkCameUp}; not usable, the device deleted, or its name another one by now, is {@code LinkWentDown}. Repeated link messages
 * without a change are none.
 */
final class AccessLinks {
    private final Set<String> configured;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, Boolean> usable = new HashMap<>();
    private final Set<InterfaceAddress> addresses = ConcurrentHashMap.newKeySet();

    private final IntConsumer parting;

    /** @param parting told of each device that is no access link any more, by its index */
    AccessLinks(Set<String> configured, IntConsumer parting) {
        this.configured = Set.copyOf(configured);
        this.parting = parting;
    }

    /** Null: not an access link. */
    @Nullable
    String name(int device) {
        return names.get(device);
    }

    /** All that there are now: those that are not among them went away while nobody was told. */
    void are(List<Link> present, Consumer<AttachmentEvent> listener) {
        Map<Integer, String> gone = new HashMap<>(names);
        for (Link link : present) {
            gone.remove(link.index(), link.name());
        }
        gone.forEach((device, name) -> leaves(device, name, listener));
        for (Link link : present) {
            changed(link, true, listener);
        }
    }

    void changed(Link link, boolean exists, Consumer<AttachmentEvent> listener) {
        String before = names.get(link.index());
        if (before != null && (!exists || !before.equals(link.name()))) {
            leaves(link.index(), before, listener);
        }
        if (exists && configured.contains(link.name())) {
            names.put(link.index(), link.name());
            becomes(link.name(), link.isUsable(), listener);
        }
    }

    private void leaves(int device, String name, Consumer<AttachmentEvent> listener) {
        names.remove(device);
        parting.accept(device);
        becomes(name, false, listener);
    }

    private void becomes(String name, boolean isUsable, Consumer<AttachmentEvent> listener) {
        Boolean before = usable.put(name, isUsable);
        if (before == null || before != isUsable) {
            listener.accept(isUsable ? new LinkCameUp(name) : new LinkWentDown(name));
        }
    }

    /** All addresses that the gateway has now, on whichever device. */
    void addressesAre(Set<InterfaceAddress> present) {
        addresses.addAll(present);
        addresses.retainAll(present);
    }

    void addressChanged(InterfaceAddress address, boolean exists) {
        if (exists) {
            addresses.add(address);
        } else {
            addresses.remove(address);
        }
    }

    /** No terminal has an address of the gateway, on whichever link: the kernel forwards nothing to itself. */
    boolean isOurs(Ipv6Address address) {
        return addresses.stream().anyMatch(own -> own.address().equals(address));
    }
}
