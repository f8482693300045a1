package org.flowanchor.agent.adapter.attachment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.Icmpv6Socket;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/** Raw ICMPv6 socket of a router: takes router solicitations on all interfaces, sends from any of the node's addresses. */
final class RouterSocket implements AutoCloseable {
    private static final int ROUTER_SOLICITATION = 133;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int IPV6_LEAVE_GROUP = 21;
    private static final int EADDRINUSE = 98;
    private static final int EADDRNOTAVAIL = 99;
    private static final int CAPACITY = 9216;
    private static final Ipv6Address ALL_ROUTERS = Ipv6Address.parse("ff02::2");

    private final NativeSocket socket;
    private final AncillaryMessage message = new AncillaryMessage(CAPACITY);

    /** @param receives false: for sending only */
    RouterSocket(boolean receives) throws SystemCallException {
        socket = receives ? Icmpv6Socket.open(0, ROUTER_SOLICITATION) : Icmpv6Socket.open(0);
        socket.option(AncillaryMessage.IPPROTO_IPV6, AncillaryMessage.IPV6_RECVPKTINFO, 1);
        socket.option(AncillaryMessage.IPPROTO_IPV6, AncillaryMessage.IPV6_RECVHOPLIMIT, 1);
    }

    NativeSocket socket() {
        return socket;
    }

    /** Takes part in the all-routers group of an interface; again and again is success. */
    void joinAllRouters(int interfaceIndex) throws SystemCallException {
        try {
            allRouters(IPV6_JOIN_GROUP, interfaceIndex);
        } catch (SystemCallException e) {
            if (e.errno() != EADDRINUSE && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    /** Also of an interface that is gone; where it took no part it is success. */
    void leaveAllRouters(int interfaceIndex) throws SystemCallException {
        try {
            allRouters(IPV6_LEAVE_GROUP, interfaceIndex);
        } catch (SystemCallException e) {
            if (e.errno() != EADDRNOTAVAIL) {
                throw e;
            }
        }
    }

    private void allRouters(int option, int interfaceIndex) throws SystemCallException {
        byte[] request = ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .put(ALL_ROUTERS.octets())
                .putInt(interfaceIndex)
                .array();
        socket.option(AncillaryMessage.IPPROTO_IPV6, option, request);
    }

    /** @return null when there is none */
    AncillaryMessage.@Nullable Received receive() throws SystemCallException {
        return message.receive(socket);
    }

    /** With hop limit 255. */
    void send(byte[] octets, Ipv6Address destination, Ipv6Address source, int interfaceIndex, String object)
            throws SystemCallException {
        message.send(socket, octets, destination.octets(), source.octets(), interfaceIndex, 255, object);
    }

    @Override
    public void close() {
        socket.close();
        message.close();
    }
}
