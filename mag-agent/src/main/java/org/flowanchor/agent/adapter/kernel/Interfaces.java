package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Links;

/** Interfaces of the calling thread's network namespace. */
public final class Interfaces {
    private Interfaces() {}

    /** @throws KernelException naming all that are not there */
    public static void require(Collection<String> names) throws KernelException {
        List<String> missing = new ArrayList<>();
        Refusal.translated(() -> {
            try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_ROUTE)) {
                Links links = new Links(socket);
                for (String name : names) {
                    if (links.find(name) == null) {
                        missing.add(name);
                    }
                }
            }
        });
        if (!missing.isEmpty()) {
            throw new KernelException("no interface " + String.join(", ", missing));
        }
    }
}
