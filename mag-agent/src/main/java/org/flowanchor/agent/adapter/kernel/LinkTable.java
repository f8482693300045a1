package org.flowanchor.agent.adapter.kernel;

import java.util.HashMap;
import java.util.Map;
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
    private final Map<String, Link> byName = new HashMap<>();

    LinkTable(Links links) {
        this.links = links;
    }

    void observe() throws SystemCallException {
        byName.clear();
        for (Link link : links.all()) {
            byName.put(link.name(), link);
        }
    }

    /**
     * Takes an event in.
     *
     * @return whether it is about a device we knew otherwise: the kernel may have dropped its routes
     */
    boolean contradicts(NetlinkMessage event) {
        Link told = Links.decode(event);
        Link known = byName.get(told.name());
        if (event.type() == Rtnetlink.RTM_DELLINK) {
            return known != null && known.index() == told.index();
        }
        if (known == null) {
            boolean renamed = byName.values().stream().anyMatch(link -> link.index() == told.index());
            byName.put(told.name(), told);
            return renamed;
        }
        boolean same = known.index() == told.index()
                && (known.flags() & FLAGS) == (told.flags() & FLAGS)
                && known.mtu() == told.mtu()
                && known.group() == told.group();
        return !same;
    }

    /** Reads one device anew. */
    void observe(String name) throws SystemCallException {
        byName.put(name, links.require(name));
    }

    void forget(String name) {
        byName.remove(name);
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
