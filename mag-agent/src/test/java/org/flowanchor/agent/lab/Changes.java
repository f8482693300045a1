package org.flowanchor.agent.lab;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;

/**
 * What processes change in a namespace from now on: links, addresses, routes, rules, nftables.
 *
 * <p>The kernel tells of its own doing on the same groups, whenever it likes: a device's carrier is looked at seconds after it came up.
 * That is told with {@code RTM_NEWLINK}, without the sequence number of a request; some kernels leave the number out for links that a
 * process changed, too, so links are compared by what they are.
 */
public final class Changes implements AutoCloseable {
    private static final int RTM_NEWLINK = 16;

    private final Namespace namespace;
    private final List<NetlinkSocket> sockets;
    private final String links;

    public Changes(Namespace namespace) {
        this.namespace = namespace;
        sockets = namespace.call(() ->
                List.of(subscribed(Netlink.NETLINK_ROUTE, 1, 9, 11, 19), subscribed(Netlink.NETLINK_NETFILTER, 7)));
        links = links();
    }

    private static NetlinkSocket subscribed(int protocol, int... groups) throws Exception {
        NetlinkSocket socket = NetlinkSocket.open(protocol);
        for (int group : groups) {
            socket.subscribe(group);
        }
        return socket;
    }

    /** Indexes, names, addresses, MTUs and parameters of the devices; not what the kernel decides about them. */
    private String links() {
        return namespace
                .exec("ip", "-d", "link", "show")
                .replaceAll("<[^>]*>", "")
                .replaceAll(" state [A-Z]+", "");
    }

    /** One line each since the beginning or the last call; none when nothing was changed. */
    public List<String> made() throws Exception {
        List<String> made = new ArrayList<>();
        for (NetlinkSocket socket : sockets) {
            boolean whole = socket.events(event -> {
                if (event.type() != RTM_NEWLINK || event.sequence() != 0) {
                    made.add("message of type " + event.type() + ", request " + event.sequence());
                }
            });
            if (!whole) {
                made.add("more than can be told");
            }
        }
        String now = links();
        if (!now.equals(links)) {
            made.add("links were\n" + links + "and are\n" + now);
        }
        return made;
    }

    @Override
    public void close() {
        sockets.forEach(NetlinkSocket::close);
    }
}
