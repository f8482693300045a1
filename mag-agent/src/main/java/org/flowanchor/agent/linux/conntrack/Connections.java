package org.flowanchor.agent.linux.conntrack;

import java.util.function.Consumer;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;

/** The connection tracking table of the namespace. */
public final class Connections {
    private static final int NFNL_SUBSYS_CTNETLINK = 1;
    private static final int IPCTNL_MSG_CT_GET = 1;
    private static final int IPCTNL_MSG_CT_GET_STATS_CPU = 4;
    private static final int IPCTNL_MSG_CT_GET_STATS = 5;
    private static final int CTA_STATS_DROP = 10;
    private static final int CTA_STATS_GLOBAL_ENTRIES = 1;
    private static final int CTA_STATS_GLOBAL_MAX_ENTRIES = 2;
    private static final int NFGENMSG_SIZE = 4;
    private static final int AF_INET6 = 10;
    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_MARK = 8;
    private static final int CTA_COUNTERS_ORIG = 9;
    private static final int CTA_COUNTERS_REPLY = 10;
    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_IP_V6_SRC = 3;
    private static final int CTA_IP_V6_DST = 4;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_SRC_PORT = 2;
    private static final int CTA_PROTO_DST_PORT = 3;
    private static final int CTA_COUNTERS_PACKETS = 1;
    private static final int CTA_COUNTERS_BYTES = 2;

    private final NetlinkSocket socket;

    /** @param socket of {@link org.flowanchor.agent.linux.netlink.Netlink#NETLINK_NETFILTER} */
    public Connections(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Hands over every IPv6 connection. A connection may come twice, or be missing, when the table changes meanwhile.
     *
     * @param restart called before the first, and again when the dump has to begin anew
     */
    public void ipv6(Runnable restart, Consumer<Connection> consumer) throws SystemCallException {
        MessageBuilder message = new MessageBuilder(64)
                .begin(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET, 0)
                .int8(AF_INET6)
                .int8(0)
                .net16(0);
        socket.dump(message, "list connections", restart, answer -> consumer.accept(decode(answer)));
    }

    /** Asks for numbers only: costs the same however many connections there are. */
    public TableStatistics statistics() throws SystemCallException {
        long[] entries = new long[1];
        long[] limit = new long[1];
        socket.request(begin(IPCTNL_MSG_CT_GET_STATS), "size of the connection table", answer -> {
            Attributes a = answer.attributes(NFGENMSG_SIZE);
            while (a.next()) {
                switch (a.type()) {
                    case CTA_STATS_GLOBAL_ENTRIES -> entries[0] = Integer.toUnsignedLong(a.net32());
                    case CTA_STATS_GLOBAL_MAX_ENTRIES -> limit[0] = Integer.toUnsignedLong(a.net32());
                    default -> {}
                }
            }
        });
        // One message per processor.
        long[] dropped = new long[1];
        socket.dump(
                begin(IPCTNL_MSG_CT_GET_STATS_CPU),
                "statistics of the connection table",
                () -> dropped[0] = 0,
                answer -> {
                    Attributes a = answer.attributes(NFGENMSG_SIZE);
                    while (a.next()) {
                        if (a.type() == CTA_STATS_DROP) {
                            dropped[0] += Integer.toUnsignedLong(a.net32());
                        }
                    }
                });
        return new TableStatistics(entries[0], limit[0], dropped[0]);
    }

    private static MessageBuilder begin(int type) {
        return new MessageBuilder(64)
                .begin(NFNL_SUBSYS_CTNETLINK << 8 | type, 0)
                .int8(0)
                .int8(0)
                .net16(0);
    }

    static Connection decode(NetlinkMessage answer) {
        FiveTuple original = NONE;
        FiveTuple reply = NONE;
        Connection.Counters originalCounters = Connection.Counters.ZERO;
        Connection.Counters replyCounters = Connection.Counters.ZERO;
        int mark = 0;
        Attributes a = answer.attributes(NFGENMSG_SIZE);
        while (a.next()) {
            switch (a.type()) {
                case CTA_TUPLE_ORIG -> original = tuple(a.nested());
                case CTA_TUPLE_REPLY -> reply = tuple(a.nested());
                case CTA_MARK -> mark = a.net32();
                case CTA_COUNTERS_ORIG -> originalCounters = counters(a.nested());
                case CTA_COUNTERS_REPLY -> replyCounters = counters(a.nested());
                default -> {}
            }
        }
        return new Connection(original, reply, originalCounters, replyCounters, mark);
    }

    private static final FiveTuple NONE = new FiveTuple(Ipv6Address.UNSPECIFIED, Ipv6Address.UNSPECIFIED, 0, 0, 0);

    private static FiveTuple tuple(Attributes a) {
        Ipv6Address source = Ipv6Address.UNSPECIFIED;
        Ipv6Address destination = Ipv6Address.UNSPECIFIED;
        int protocol = 0;
        int sourcePort = 0;
        int destinationPort = 0;
        while (a.next()) {
            Attributes part = a.nested();
            switch (a.type()) {
                case CTA_TUPLE_IP -> {
                    while (part.next()) {
                        switch (part.type()) {
                            case CTA_IP_V6_SRC -> source = part.address();
                            case CTA_IP_V6_DST -> destination = part.address();
                            default -> {}
                        }
                    }
                }
                case CTA_TUPLE_PROTO -> {
                    while (part.next()) {
                        switch (part.type()) {
                            case CTA_PROTO_NUM -> protocol = part.int8();
                            case CTA_PROTO_SRC_PORT -> sourcePort = part.net16();
                            case CTA_PROTO_DST_PORT -> destinationPort = part.net16();
                            default -> {}
                        }
                    }
                }
                default -> {}
            }
        }
        return new FiveTuple(source, destination, protocol, sourcePort, destinationPort);
    }

    private static Connection.Counters counters(Attributes a) {
        long packets = 0;
        long bytes = 0;
        while (a.next()) {
            switch (a.type()) {
                case CTA_COUNTERS_PACKETS -> packets = a.net64();
                case CTA_COUNTERS_BYTES -> bytes = a.net64();
                default -> {}
            }
        }
        return new Connection.Counters(packets, bytes);
    }
}
