package org.flowanchor.agent.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;

/**
 * What processes change in a namespace from now on: links, addresses, routes, rules, nftables.
 *
 * <p>The kernel tells of its own doing on the same groups, whenever it likes: carrier that is looked at seconds after a device came up,
 * the device's own link-local address after that, and the routes of that address. Nobody's request is named there, but neither is it
 * for links and addresses that a process changed: those are compared by what is there. A link or address that vanishes counts,
 * whoever is named.
 */
public final class Changes implements AutoCloseable {
    private static final int RTM_DELLINK = 17;
    private static final int RTM_DELADDR = 21;

    private final Namespace namespace;
    private final List<NetlinkSocket> sockets;
    private final String devices;

    public Changes(Namespace namespace) {
        this.namespace = namespace;
        sockets = namespace.call(() ->
                List.of(subscribed(Netlink.NETLINK_ROUTE, 1, 9, 11, 19), subscribed(Netlink.NETLINK_NETFILTER, 7)));
        devices = devices();
    }

    private static NetlinkSocket subscribed(int protocol, int... groups) throws Exception {
        NetlinkSocket socket = NetlinkSocket.open(protocol);
        for (int group : groups) {
            socket.subscribe(group);
        }
        return socket;
    }

    /** Indexes, names, MTUs, parameters and addresses of the devices; not what the kernel decides about them. */
    private String devices() {
        String links = namespace
                .exec("ip", "-d", "link", "show")
                .replaceAll("<[^>]*>", "")
                .replaceAll(" state [A-Z]+", "");
        String addresses = namespace
                .exec("ip", "-6", "-o", "addr", "show")
                .lines()
                .filter(line -> !line.contains(" fe80:") || line.contains(" " + Domain.GATEWAY_LINK_LOCAL + "/"))
                .map(line -> line.replaceAll(" scope .*", ""))
                .sorted()
                .collect(Collectors.joining("\n"));
        return links + addresses + "\n";
    }

    /** One line each since the beginning or the last call; none when nothing was changed. */
    public List<String> made() throws Exception {
        List<String> made = new ArrayList<>();
        for (NetlinkSocket socket : sockets) {
            boolean whole = socket.events(event -> {
                boolean vanished = event.type() == RTM_DELLINK || event.type() == RTM_DELADDR;
                if (event.sequence() != 0 || vanished) {
                    made.add("message of type " + event.type() + ", request " + event.sequence());
                }
            });
            if (!whole) {
                made.add("more than can be told");
            }
        }
        String now = devices();
        if (!now.equals(devices)) {
            made.add("devices were\n" + devices + "and are\n" + now);
        }
        return made;
    }

    @Override
    public void close() {
        sockets.forEach(NetlinkSocket::close);
    }
}
