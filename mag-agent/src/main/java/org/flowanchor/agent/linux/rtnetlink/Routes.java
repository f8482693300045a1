package org.flowanchor.agent.linux.rtnetlink;

import static org.flowanchor.agent.linux.rtnetlink.Rtnetlink.*;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/** IPv6 routes of one route protocol number: what others installed is neither seen nor touched. */
public final class Routes {
    private final NetlinkSocket socket;
    private final int protocol;

    /** @param protocol 5..255, this owner's number */
    public Routes(NetlinkSocket socket, int protocol) {
        this.socket = socket;
        this.protocol = protocol;
    }

    /** All routes of the protocol in all tables. */
    public List<Route> all() throws SystemCallException {
        List<Route> routes = new ArrayList<>();
        MessageBuilder message = header(RTM_GETROUTE, 0, 0, 0, protocol, 0);
        socket.dump(message, "list routes", routes::clear, answer -> {
            // Kernels that know no strict filter answer with all routes.
            if (isOurs(answer)) {
                routes.add(decode(answer));
            }
        });
        return routes;
    }

    /** Protocol numbers of the routes, anybody's, that lead to a device. */
    public static Set<Integer> protocolsOn(NetlinkSocket socket, int device) throws SystemCallException {
        Set<Integer> protocols = new TreeSet<>();
        MessageBuilder message = header(RTM_GETROUTE, 0, 0, 0, 0, 0).attribute32(RTA_OIF, device);
        socket.dump(message, "list routes of a device", protocols::clear, answer -> {
            // Kernels that know no strict filter answer with all routes.
            if (answer.payload().get(0) == AF_INET6 && decode(answer).device() == device) {
                protocols.add(Byte.toUnsignedInt(answer.payload().get(5)));
            }
        });
        return protocols;
    }

    /** Whether an answer or an event is about an IPv6 route of the protocol. */
    public boolean isOurs(NetlinkMessage message) {
        return message.payload().get(0) == AF_INET6
                && Byte.toUnsignedInt(message.payload().get(5)) == protocol
                && (message.payload().getInt(8) & RTM_F_CLONED) == 0;
    }

    /** @param replace an existing route with the same key is replaced in one step; otherwise it is EEXIST */
    public void add(Route route, boolean replace) throws SystemCallException {
        int flags = Netlink.NLM_F_CREATE | (replace ? Netlink.NLM_F_REPLACE : Netlink.NLM_F_EXCL);
        socket.request(encode(RTM_NEWROUTE, flags, route), "route add " + route);
    }

    /** Deleting a missing route is success. */
    public void delete(Route route) throws SystemCallException {
        try {
            socket.request(encode(RTM_DELROUTE, 0, route), "route delete " + route);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ESRCH && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    MessageBuilder encode(int messageType, int flags, Route route) {
        HomeNetworkPrefix destination = route.key().destination();
        HomeNetworkPrefix source = route.key().source();
        MessageBuilder message =
                header(messageType, flags, destination.length(), source.length(), protocol, route.type().number);
        message.attribute32(RTA_TABLE, route.key().table());
        if (destination.length() > 0) {
            message.attribute(RTA_DST, destination.address().octets());
        }
        if (source.length() > 0) {
            message.attribute(RTA_SRC, source.address().octets());
        }
        message.attribute32(RTA_PRIORITY, route.key().metric());
        if (route.gateway() != null) {
            message.attribute(RTA_GATEWAY, route.gateway().octets());
        }
        if (route.device() != 0) {
            message.attribute32(RTA_OIF, route.device());
        }
        if (route.encapsulation() != null) {
            encode(message, route.encapsulation());
        }
        return message;
    }

    private static MessageBuilder header(
            int messageType, int flags, int destinationLength, int sourceLength, int protocol, int type) {
        return new MessageBuilder(256)
                .begin(messageType, flags)
                .int8(AF_INET6)
                .int8(destinationLength)
                .int8(sourceLength)
                .int8(0)
                .int8(0)
                .int8(protocol)
                .int8(0)
                .int8(type)
                .int32(0);
    }

    private static void encode(MessageBuilder message, Encapsulation encapsulation) {
        switch (encapsulation) {
            case Encapsulation.Outer outer -> {
                message.attribute16(RTA_ENCAP_TYPE, LWTUNNEL_ENCAP_SEG6);
                int parameters = message.open(RTA_ENCAP);
                message.attribute(SEG6_IPTUNNEL_SRH, segmentRoutingHeader(outer.segment()));
                message.close(parameters);
            }
            case Encapsulation.Decapsulate decapsulate -> {
                message.attribute16(RTA_ENCAP_TYPE, LWTUNNEL_ENCAP_SEG6_LOCAL);
                int parameters = message.open(RTA_ENCAP);
                message.attribute32(SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_DT6)
                        .attribute32(SEG6_LOCAL_TABLE, decapsulate.table())
                        .close(parameters);
            }
            case Encapsulation.Foreign foreign ->
                throw new IllegalArgumentException("cannot write encapsulation " + foreign.type());
        }
    }

    /** Mode, then the header with one segment: next header 0, length 2, type 4, segments left 0. */
    private static byte[] segmentRoutingHeader(Ipv6Address segment) {
        return ByteBuffer.allocate(28)
                .order(java.nio.ByteOrder.nativeOrder())
                .putInt(SEG6_IPTUN_MODE_ENCAP_RED)
                .put(new byte[] {0, 2, 4, 0, 0, 0, 0, 0})
                .put(segment.octets())
                .array();
    }

    /** Decodes a route of an answer or an event. */
    public static Route decode(NetlinkMessage message) {
        ByteBuffer header = message.payload();
        int destinationLength = Byte.toUnsignedInt(header.get(1));
        int sourceLength = Byte.toUnsignedInt(header.get(2));
        int table = Byte.toUnsignedInt(header.get(4));
        RouteType type = RouteType.of(Byte.toUnsignedInt(header.get(7)));
        Ipv6Address destination = Ipv6Address.UNSPECIFIED;
        Ipv6Address source = Ipv6Address.UNSPECIFIED;
        Ipv6Address gateway = null;
        int metric = 0;
        int device = 0;
        int encapsulationType = 0;
        Attributes encapsulation = null;
        Attributes a = message.attributes(RTMSG_SIZE);
        while (a.next()) {
            switch (a.type()) {
                case RTA_DST -> destination = a.address();
                case RTA_SRC -> source = a.address();
                case RTA_GATEWAY -> gateway = a.address();
                case RTA_TABLE -> table = a.int32();
                case RTA_PRIORITY -> metric = a.int32();
                case RTA_OIF -> device = a.int32();
                case RTA_ENCAP_TYPE -> encapsulationType = a.int16();
                case RTA_ENCAP -> encapsulation = a.nested();
                default -> {}
            }
        }
        Route.Key key = new Route.Key(
                table,
                HomeNetworkPrefix.containing(destination, destinationLength),
                HomeNetworkPrefix.containing(source, sourceLength),
                metric == 0 ? 1 : metric);
        // The kernel gives routes without a next hop the loopback device; a multipath route has none here.
        boolean unicast = type == RouteType.UNICAST && device != 0;
        return new Route(
                key,
                unicast ? type : type == RouteType.UNICAST ? RouteType.FOREIGN : type,
                unicast ? device : 0,
                gateway,
                encapsulation == null ? null : decode(encapsulationType, encapsulation));
    }

    private static @Nullable Encapsulation decode(int type, Attributes a) {
        Encapsulation result = new Encapsulation.Foreign(type);
        int action = 0;
        int table = 0;
        while (a.next()) {
            if (type == LWTUNNEL_ENCAP_SEG6 && a.type() == SEG6_IPTUNNEL_SRH && a.length() == 28) {
                return a.int32At(0) == SEG6_IPTUN_MODE_ENCAP_RED ? new Encapsulation.Outer(a.addressAt(12)) : result;
            }
            if (type == LWTUNNEL_ENCAP_SEG6_LOCAL) {
                switch (a.type()) {
                    case SEG6_LOCAL_ACTION -> action = a.int32();
                    case SEG6_LOCAL_TABLE -> table = a.int32();
                    default -> {}
                }
            }
        }
        return action == SEG6_LOCAL_ACTION_END_DT6 ? new Encapsulation.Decapsulate(table) : result;
    }
}
