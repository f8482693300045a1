package org.flowanchor.agent.lab;

import java.nio.ByteBuffer;
import org.flowanchor.agent.linux.conntrack.Connections;
import org.flowanchor.agent.linux.conntrack.TableStatistics;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.Ipv6Address;

/** Fills a namespace's connection tracking table with connections of nobody, which the kernel does not give up for others. */
public final class TrackedConnections implements AutoCloseable {
    private static final int SUBSYSTEM = 1;
    private static final int NEW = 0;
    private static final int DELETE = 2;
    private static final int AF_INET6 = 10;
    private static final int SEEN_REPLY_ASSURED_CONFIRMED = 0xe;
    private static final int LIFETIME_SECONDS = 600;
    private static final int BATCH = 4096;

    private final NetlinkSocket socket;
    private final Connections connections;
    private int made;

    public TrackedConnections(Namespace namespace) {
        this(namespace.<NetlinkSocket>call(() -> NetlinkSocket.open(Netlink.NETLINK_NETFILTER)));
    }

    /** Where this thread is. */
    public TrackedConnections() throws SystemCallException {
        this(NetlinkSocket.open(Netlink.NETLINK_NETFILTER));
    }

    private TrackedConnections(NetlinkSocket socket) {
        this.socket = socket;
        connections = new Connections(socket);
    }

    public TableStatistics statistics() throws SystemCallException {
        return connections.statistics();
    }

    /** Adds connections until there are so many of all kinds. */
    public void fillTo(long entries) throws SystemCallException {
        long missing = entries - statistics().entries();
        while (missing > 0) {
            int count = (int) Math.min(BATCH, missing);
            MessageBuilder messages = new MessageBuilder(count * 256);
            for (int i = 0; i < count; i++) {
                add(messages, made++);
            }
            messages.addFlags(Netlink.NLM_F_ACK);
            socket.batch(messages, count - 1, index -> "connection add");
            missing -= count;
        }
    }

    private static void add(MessageBuilder messages, int number) {
        Ipv6Address one = new Ipv6Address(0x20010db8_00ffL << 16, number >>> 15);
        Ipv6Address other = new Ipv6Address(0x20010db8_00feL << 16, 1);
        int port = 1024 + (number & 0x7fff);
        messages.begin(SUBSYSTEM << 8 | NEW, Netlink.NLM_F_CREATE)
                .int8(AF_INET6)
                .int8(0)
                .net16(0);
        tuple(messages, 1, one, other, port, 9);
        tuple(messages, 2, other, one, 9, port);
        messages.attributeNet32(3, SEEN_REPLY_ASSURED_CONFIRMED).attributeNet32(7, LIFETIME_SECONDS);
    }

    private static void tuple(
            MessageBuilder messages,
            int direction,
            Ipv6Address source,
            Ipv6Address destination,
            int sourcePort,
            int destinationPort) {
        int tuple = messages.open(direction);
        int addresses = messages.open(1);
        messages.attribute(3, source.octets())
                .attribute(4, destination.octets())
                .close(addresses);
        int protocol = messages.open(2);
        messages.attribute8(1, 17)
                .attribute(2, port(sourcePort))
                .attribute(3, port(destinationPort))
                .close(protocol);
        messages.close(tuple);
    }

    private static byte[] port(int port) {
        return ByteBuffer.allocate(2).putShort((short) port).array();
    }

    /** Forgets all connections, whoever made them. */
    public void clear() throws SystemCallException {
        MessageBuilder message = new MessageBuilder(64)
                .begin(SUBSYSTEM << 8 | DELETE, 0)
                .int8(0)
                .int8(0)
                .net16(0);
        socket.request(message, "all connections delete");
    }

    @Override
    public void close() {
        socket.close();
    }
}
