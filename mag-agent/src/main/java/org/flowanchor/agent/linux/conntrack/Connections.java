package org.flowanchor.agent.linux.conntrack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;

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

    private final NetlinkSocket socket;

    /** @param socket of {@link org.flowanchor.agent.linux.netlink.Netlink#NETLINK_NETFILTER} */
    public Connections(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Hands over every IPv6 connection. A connection may come twice, or be missing, when the table changes meanwhile.
     *
     * @param restart called before the first, and again when the dump has to begin anew
     * @param consumer of an object that is the next connection afterwards
     */
    public void ipv6(Runnable restart, Consumer<ConnectionReader> consumer) throws SystemCallException {
        MessageBuilder message = new MessageBuilder(64)
                .begin(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET, 0)
                .int8(AF_INET6)
                .int8(0)
                .net16(0);
        ConnectionReader reader = new ConnectionReader();
        socket.dumpWords(message, "list connections", restart, (words, from, end) -> {
            reader.read(words, from + NFGENMSG_SIZE, end);
            consumer.accept(reader);
        });
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

    /** One message alone, its attributes from the payload's first word on. */
    static Connection decode(NetlinkMessage answer) {
        ByteBuffer payload = answer.payload().duplicate().position(0);
        int end = payload.limit();
        int[] words = new int[(end + 3) / 4];
        byte[] octets = new byte[4 * words.length];
        payload.get(octets, 0, end);
        ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder()).asIntBuffer().get(words);
        ConnectionReader reader = new ConnectionReader();
        reader.read(words, NFGENMSG_SIZE, end);
        return reader.connection();
    }
}
