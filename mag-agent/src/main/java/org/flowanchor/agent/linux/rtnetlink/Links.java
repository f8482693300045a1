package org.flowanchor.agent.linux.rtnetlink;

import static org.flowanchor.agent.linux.rtnetlink.Rtnetlink.*;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/** Network devices. */
public final class Links {
    private static final String KIND_IP6TNL = "ip6tnl";

    private final NetlinkSocket socket;

    public Links(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** All devices of the namespace. */
    public List<Link> all() throws SystemCallException {
        List<Link> links = new ArrayList<>();
        MessageBuilder message = new MessageBuilder().begin(RTM_GETLINK, 0).zeros(IFINFOMSG_SIZE);
        socket.dump(message, "list links", links::clear, answer -> links.add(decode(answer)));
        return links;
    }

    /** @return null when there is none of that name */
    public @Nullable Link find(String name) throws SystemCallException {
        List<Link> links = new ArrayList<>(1);
        MessageBuilder message =
                new MessageBuilder().begin(RTM_GETLINK, 0).zeros(IFINFOMSG_SIZE).attribute(IFLA_IFNAME, name);
        try {
            socket.request(message, "link " + name, answer -> links.add(decode(answer)));
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
        return links.isEmpty() ? null : links.getFirst();
    }

    /** @throws SystemCallException ENODEV when there is none of that name */
    public Link require(String name) throws SystemCallException {
        Link link = find(name);
        if (link == null) {
            throw new SystemCallException(Errno.ENODEV, "link " + name);
        }
        return link;
    }

    /**
     * Creates a pair of devices, down, both with the same link-layer address.
     *
     * @param address six octets; with neighbour discovery off, frames go to the sender's own address: equal ones make them arrive
     */
    public void addPair(String name, int group, String peer, int peerGroup, byte[] address, int mtu)
            throws SystemCallException {
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_NEWLINK, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL)
                .zeros(IFINFOMSG_SIZE);
        describe(message, name, group, address, mtu);
        int information = message.open(IFLA_LINKINFO);
        message.attribute(IFLA_INFO_KIND, "veth");
        int parameters = message.open(IFLA_INFO_DATA);
        int other = message.open(VETH_INFO_PEER);
        message.zeros(IFINFOMSG_SIZE);
        describe(message, peer, peerGroup, address, mtu);
        message.close(other).close(parameters).close(information);
        socket.request(message, "link add " + name + " type veth peer " + peer);
    }

    private static void describe(MessageBuilder message, String name, int group, byte[] address, int mtu) {
        message.attribute(IFLA_IFNAME, name)
                .attribute(IFLA_ADDRESS, address)
                .attribute32(IFLA_MTU, mtu)
                .attribute32(IFLA_GROUP, group);
    }

    /** Creates an {@code ip6tnl} device, down. */
    public void addTunnel(String name, int group, Ip6Tunnel tunnel, int mtu) throws SystemCallException {
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_NEWLINK, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL)
                .zeros(IFINFOMSG_SIZE)
                .attribute(IFLA_IFNAME, name)
                .attribute32(IFLA_MTU, mtu)
                .attribute32(IFLA_GROUP, group);
        describe(message, tunnel);
        socket.request(message, "link add " + name + " type ip6tnl " + tunnel);
    }

    /** Gives a device of that kind other parameters; packets under way are not lost for it. */
    public void changeTunnel(Link link, Ip6Tunnel tunnel) throws SystemCallException {
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_NEWLINK, 0)
                .int16(AF_UNSPEC)
                .int16(0)
                .int32(link.index())
                .int32(0)
                .int32(0);
        describe(message, tunnel);
        socket.request(message, "link change " + link.name() + " type ip6tnl " + tunnel);
    }

    /** The flags tell the kernel to ignore the encapsulation limit: a limit of 0, or none in the message, would go on each packet. */
    private static void describe(MessageBuilder message, Ip6Tunnel tunnel) {
        int information = message.open(IFLA_LINKINFO);
        message.attribute(IFLA_INFO_KIND, KIND_IP6TNL);
        int parameters = message.open(IFLA_INFO_DATA);
        message.attribute(IFLA_IPTUN_LOCAL, tunnel.local().octets())
                .attribute(IFLA_IPTUN_REMOTE, tunnel.remote().octets())
                .attribute8(IFLA_IPTUN_TTL, tunnel.hopLimit())
                .attribute8(IFLA_IPTUN_ENCAP_LIMIT, 0)
                .attribute32(IFLA_IPTUN_FLOWINFO, 0)
                .attribute32(IFLA_IPTUN_FLAGS, tunnel.flags())
                .attribute8(IFLA_IPTUN_PROTO, tunnel.protocol());
        if (tunnel.device() != 0) {
            message.attribute32(IFLA_IPTUN_LINK, tunnel.device());
        }
        message.close(parameters).close(information);
    }

    /** The kernel forms no link-local address on the device when it comes up; takes effect only before that. */
    public void disableAddressGeneration(Link link) throws SystemCallException {
        MessageBuilder message = header(link.index(), 0, 0);
        int families = message.open(IFLA_AF_SPEC);
        int inet6 = message.open(AF_INET6);
        message.attribute8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
        message.close(inet6).close(families);
        socket.request(message, "link set " + link.name() + " addrgenmode none");
    }

    /** Sets flags (and only these). */
    public void raise(Link link, int flags) throws SystemCallException {
        socket.request(header(link.index(), flags, flags), "link set " + link.name() + " up");
    }

    public void changeMtu(Link link, int mtu) throws SystemCallException {
        socket.request(
                header(link.index(), 0, 0).attribute32(IFLA_MTU, mtu), "link set " + link.name() + " mtu " + mtu);
    }

    /** Gives it another name; EBUSY of one that is up before Linux 6.2. */
    public void rename(Link link, String name) throws SystemCallException {
        socket.request(
                header(link.index(), 0, 0).attribute(IFLA_IFNAME, name), "link set " + link.name() + " name " + name);
    }

    /** Deleting a missing device is success. */
    public void delete(Link link) throws SystemCallException {
        MessageBuilder message = new MessageBuilder()
                .begin(RTM_DELLINK, 0)
                .int16(AF_UNSPEC)
                .int16(0)
                .int32(link.index())
                .int32(0)
                .int32(0);
        try {
            socket.request(message, "link delete " + link.name());
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    private static MessageBuilder header(int index, int flags, int change) {
        return new MessageBuilder()
                .begin(RTM_SETLINK, 0)
                .int16(AF_UNSPEC)
                .int16(0)
                .int32(index)
                .int32(flags)
                .int32(change);
    }

    /** Decodes a link of an answer or an event. */
    public static Link decode(NetlinkMessage message) {
        int index = message.payload().getInt(4);
        int flags = message.payload().getInt(8);
        String name = "";
        String kind = "";
        int mtu = 0;
        int group = 0;
        byte[] address = {};
        Ip6Tunnel tunnel = null;
        Link.LinkStatistics statistics = new Link.LinkStatistics(0, 0, 0, 0, 0);
        Attributes a = message.attributes(IFINFOMSG_SIZE);
        while (a.next()) {
            switch (a.type()) {
                case IFLA_IFNAME -> name = a.text();
                case IFLA_MTU -> mtu = a.int32();
                case IFLA_GROUP -> group = a.int32();
                case IFLA_ADDRESS -> address = a.octets();
                case IFLA_LINKINFO -> {
                    kind = kind(a.nested());
                    tunnel = kind.equals(KIND_IP6TNL) ? tunnel(a.nested()) : null;
                }
                case IFLA_STATS64 ->
                    statistics = new Link.LinkStatistics(
                            a.int64At(0), a.int64At(8), a.int64At(16), a.int64At(24), a.int64At(56));
                default -> {}
            }
        }
        return new Link(index, name, flags, mtu, group, kind, address, statistics, tunnel);
    }

    private static @Nullable Ip6Tunnel tunnel(Attributes information) {
        while (information.next()) {
            if (information.type() == IFLA_INFO_DATA) {
                Ipv6Address local = Ipv6Address.UNSPECIFIED;
                Ipv6Address remote = Ipv6Address.UNSPECIFIED;
                int device = 0;
                int protocol = 0;
                int hopLimit = 0;
                int flags = 0;
                Attributes a = information.nested();
                while (a.next()) {
                    switch (a.type()) {
                        case IFLA_IPTUN_LOCAL -> local = a.address();
                        case IFLA_IPTUN_REMOTE -> remote = a.address();
                        case IFLA_IPTUN_LINK -> device = a.int32();
                        case IFLA_IPTUN_PROTO -> protocol = a.int8();
                        case IFLA_IPTUN_TTL -> hopLimit = a.int8();
                        case IFLA_IPTUN_FLAGS -> flags = a.int32();
                        default -> {}
                    }
                }
                return new Ip6Tunnel(local, remote, device, protocol, hopLimit, flags);
            }
        }
        return null;
    }

    private static String kind(Attributes a) {
        while (a.next()) {
            if (a.type() == IFLA_INFO_KIND) {
                return a.text();
            }
        }
        return "";
    }
}
