package org.flowanchor.agent.adapter.kernel;

import java.util.HashMap;
import java.util.Map;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.jspecify.annotations.Nullable;

/** The devices of the namespace by name, as last observed. */
final class LinkTable {
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
