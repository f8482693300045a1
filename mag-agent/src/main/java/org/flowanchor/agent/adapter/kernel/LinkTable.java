package org.flowanchor.agent.adapter.kernel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.jspecify.annotations.Nullable;

/** The devices of the namespace by name, as last observed. */
final class LinkTable {
    private static final int FLAGS = Rtnetlink.IFF_UP | Rtnetlink.IFF_LOWER_UP | Rtnetlink.IFF_NOARP;

    private final Links links;
    private final Predicate<String> concerns;
    private final Map<String, Link> byName = new HashMap<>();
    /** Those that we made, changed or removed, until the kernel's word of it was heard. */
    private final Set<String> touched = new HashSet<>();

    /** @param concerns names of devices that our routes lead to */
    LinkTable(Links links, Predicate<String> concerns) {
        this.links = links;
        this.concerns = concerns;
    }

    void observe() throws SystemCallException {
        byName.clear();
        touched.clear();
        for (Link link : links.all()) {
            byName.put(link.name(), link);
        }
    }

    /**
     * Takes an event in.
     *
     * @return whether it is about a device of ours that we knew otherwise: the kernel may have dropped its routes
     */
    boolean contradicts(NetlinkMessage event) {
        Link told = Links.decode(event);
        if (isPartial(event, told)) {
            return false;
        }
        if (touched.contains(told.name())) {
            return false;
        }
        Link known = byName.get(told.name());
        boolean ours = concerns.test(told.name());
        if (event.type() == Rtnetlink.RTM_DELLINK) {
            boolean gone = known != null && known.index() == told.index();
            if (gone && !ours) {
                byName.remove(told.name());
            }
            return gone && ours;
        }
        if (!ours || known == null) {
            boolean renamed = byName.values().stream()
                    .anyMatch(link -> link.index() == told.index()
                            && !link.name().equals(told.name())
                            && concerns.test(link.name()));
            byName.put(told.name(), told);
            // One that was missed: its state can be made now.
            return renamed || ours;
        }
        boolean same = known.index() == told.index()
                && (known.flags() & FLAGS) == (told.flags() & FLAGS)
                && known.mtu() == told.mtu()
                && known.group() == told.group();
        return !same;
    }

    /** Bridges tell of their ports, wireless devices of their access point, without what a link is: that comes in messages of its own. */
    private static boolean isPartial(NetlinkMessage event, Link told) {
        return event.payload().get(0) != 0 || event.type() == Rtnetlink.RTM_NEWLINK && told.mtu() == 0;
    }

    /** Reads anew a device that we made or changed. */
    void observe(String name) throws SystemCallException {
        touched.add(name);
        byName.put(name, links.require(name));
    }

    /** We removed it. */
    void forget(String name) {
        touched.add(name);
        byName.remove(name);
    }

    boolean hasTouched() {
        return !touched.isEmpty();
    }

    /** What the kernel told of our own doing was heard: what it tells from now on is somebody else's. */
    void heard() {
        touched.clear();
    }

    Iterable<Link> all() {
        return byName.values();
    }

    @Nullable
    Link find(String name) {
        return byName.get(name);
    }

    /** @throws SystemCallException ENODEV */
    Link require(String name) throws SystemCallException {
        Link link = byName.get(name);
        if (link == null) {
            throw new SystemCallException(Errno.ENODEV, "link " + name);
        }
        return link;
    }
}
