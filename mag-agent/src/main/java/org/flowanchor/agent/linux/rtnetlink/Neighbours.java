package org.flowanchor.agent.linux.rtnetlink;

import static org.flowanchor.agent.linux.rtnetlink.Rtnetlink.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/** The kernel's neighbour table (IPv6). */
public final class Neighbours {
    private final NetlinkSocket socket;

    public Neighbours(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** All of them. */
    public List<Neighbour> all() throws SystemCallException {
        List<Neighbour> neighbours = new ArrayList<>();
        MessageBuilder message =
                new MessageBuilder().begin(RTM_GETNEIGH, 0).int8(AF_INET6).zeros(NDMSG_SIZE - 1);
        socket.dump(message, "list neighbours", neighbours::clear, answer -> neighbours.add(decode(answer)));
        return neighbours;
    }

    /** Known link-layer addresses on a device. */
    public Map<Ipv6Address, byte[]> on(int device) throws SystemCallException {
        Map<Ipv6Address, byte[]> known = new HashMap<>();
        for (Neighbour neighbour : all()) {
            if (neighbour.device() == device && neighbour.linkLayerAddress().length > 0) {
                known.put(neighbour.address(), neighbour.linkLayerAddress());
            }
        }
        return known;
    }

    /**
     * One of them. Kernels before Linux 5.0 are asked for all.
     *
     * @return its link-layer address; null when it is not known
     */
    public byte @Nullable [] find(int device, Ipv6Address address) throws SystemCallException {
        List<Neighbour> found = new ArrayList<>(1);
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_GETNEIGH, 0)
                .int8(AF_INET6)
                .zeros(3)
                .int32(device)
                .int32(0)
                .attribute(NDA_DST, address.octets());
        try {
            socket.request(message, "neighbour " + address, answer -> found.add(decode(answer)));
        } catch (SystemCallException e) {
            return switch (e.errno()) {
                case Errno.ENOENT -> null;
                case Errno.EOPNOTSUPP -> on(device).get(address);
                default -> throw e;
            };
        }
        return found.isEmpty() || found.getFirst().linkLayerAddress().length == 0
                ? null
                : found.getFirst().linkLayerAddress();
    }

    /**
     * Beyond which the kernel forgets entries that did not change for five seconds as others come (gc_thresh2). It is one for all network
     * namespaces, may be read in each and set in the first.
     */
    public int limit() throws SystemCallException {
        int[] limit = new int[1];
        MessageBuilder message =
                new MessageBuilder().begin(RTM_GETNEIGHTBL, 0).int8(AF_INET6).zeros(NDTMSG_SIZE - 1);
        socket.dump(message, "limit of neighbours", () -> limit[0] = 0, answer -> {
            Attributes a = answer.attributes(NDTMSG_SIZE);
            while (a.next()) {
                // Told of the table itself, not of its parameters for a device.
                if (a.type() == NDTA_THRESH2) {
                    limit[0] = a.int32();
                }
            }
        });
        return limit[0];
    }

    /** An RTM_NEWNEIGH or RTM_DELNEIGH; one of another address family has the unspecified address. */
    public static Neighbour decode(NetlinkMessage message) {
        Ipv6Address address = Ipv6Address.UNSPECIFIED;
        byte[] linkLayer = {};
        boolean inet6 = message.payload().get(0) == AF_INET6;
        Attributes a = message.attributes(NDMSG_SIZE);
        while (a.next()) {
            switch (a.type()) {
                case NDA_DST -> {
                    if (inet6) {
                        address = a.address();
                    }
                }
                case NDA_LLADDR -> linkLayer = a.octets();
                default -> {}
            }
        }
        return new Neighbour(
                message.payload().getInt(4),
                address,
                Short.toUnsignedInt(message.payload().getShort(8)),
                linkLayer);
    }

    /** From now on what goes to the address goes to that link-layer address, until the neighbour says otherwise. */
    public void set(int device, Ipv6Address address, byte[] linkLayerAddress) throws SystemCallException {
        replace(device, address, linkLayerAddress, NUD_STALE, "neighbour set " + address);
    }

    /**
     * Solicits the neighbour now: one unicast solicitation a second, three in all (RFC 4861 section 7.3.3). Reachable or failed follows;
     * what is sent to it meanwhile is sent.
     */
    public void probe(int device, Ipv6Address address, byte[] linkLayerAddress) throws SystemCallException {
        replace(device, address, linkLayerAddress, NUD_PROBE, "neighbour probe " + address);
    }

    private void replace(int device, Ipv6Address address, byte[] linkLayerAddress, int state, String object)
            throws SystemCallException {
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_NEWNEIGH, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE)
                .int8(AF_INET6)
                .zeros(3)
                .int32(device)
                .int16(state)
                .int8(0)
                .int8(0)
                .attribute(NDA_DST, address.octets())
                .attribute(NDA_LLADDR, linkLayerAddress);
        socket.request(message, object);
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
