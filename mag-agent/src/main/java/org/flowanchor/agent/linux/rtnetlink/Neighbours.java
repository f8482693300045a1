package org.flowanchor.agent.linux.rtnetlink;

import static org.flowanchor.agent.linux.rtnetlink.Rtnetlink.*;

import java.util.HashMap;
import java.util.Map;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.Ipv6Address;

/** The kernel's neighbour table (IPv6). */
public final class Neighbours {
    private final NetlinkSocket socket;

    public Neighbours(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Known link-layer addresses on a device. */
    public Map<Ipv6Address, byte[]> on(int device) throws SystemCallException {
        Map<Ipv6Address, byte[]> neighbours = new HashMap<>();
        MessageBuilder message =
                new MessageBuilder().begin(RTM_GETNEIGH, 0).int8(AF_INET6).zeros(NDMSG_SIZE - 1);
        socket.dump(message, "list neighbours", neighbours::clear, answer -> {
            if (answer.payload().getInt(4) != device) {
                return;
            }
            Ipv6Address address = Ipv6Address.UNSPECIFIED;
            byte[] linkLayer = {};
            Attributes a = answer.attributes(NDMSG_SIZE);
            while (a.next()) {
                switch (a.type()) {
                    case NDA_DST -> address = a.address();
                    case NDA_LLADDR -> linkLayer = a.octets();
                    default -> {}
                }
            }
            if (linkLayer.length > 0) {
                neighbours.put(address, linkLayer);
            }
        });
        return neighbours;
    }

    /** Asks the kernel to find the neighbour's link-layer address, as if a packet were to be sent to it. */
    public void resolve(int device, Ipv6Address address) throws SystemCallException {
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_NEWNEIGH, Netlink.NLM_F_CREATE)
                .int8(AF_INET6)
                .zeros(3)
                .int32(device)
                .int16(NUD_NONE)
                .int8(NTF_USE)
                .int8(0)
                .attribute(NDA_DST, address.octets());
        socket.request(message, "neighbour resolve " + address);
    }
}
