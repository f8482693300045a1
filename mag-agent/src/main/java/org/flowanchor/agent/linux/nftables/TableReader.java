package org.flowanchor.agent.linux.nftables;

import static org.flowanchor.agent.linux.nftables.Nftables.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.jspecify.annotations.Nullable;

/** Reads one {@code inet} table. */
public final class TableReader {
    private final NetlinkSocket socket;
    private final String table;

    public TableReader(NetlinkSocket socket, String table) {
        this.socket = socket;
        this.table = table;
    }

    /** Comments of all {@code inet} tables by their names; empty where there is none. */
    public static Map<String, String> comments(NetlinkSocket socket) throws SystemCallException {
        Map<String, String> comments = new TreeMap<>();
        socket.dump(begin(NFT_MSG_GETTABLE), "list tables", comments::clear, answer -> {
            String name = "";
            String comment = "";
            Attributes a = answer.attributes(NFGENMSG_SIZE);
            while (a.next()) {
                switch (a.type()) {
                    case NFTA_TABLE_NAME -> name = a.text();
                    case NFTA_TABLE_USERDATA -> comment = UserData.comment(a.octets());
                    default -> {}
                }
            }
            comments.put(name, comment);
        });
        return comments;
    }

    /** @return the table's comment, empty when it has none; null when there is no such table */
    public @Nullable String comment() throws SystemCallException {
        String[] comment = {""};
        MessageBuilder message = begin(NFT_MSG_GETTABLE).attribute(NFTA_TABLE_NAME, table);
        try {
            socket.request(message, "table " + table, answer -> {
                Attributes a = answer.attributes(NFGENMSG_SIZE);
                while (a.next()) {
                    if (a.type() == NFTA_TABLE_USERDATA) {
                        comment[0] = UserData.comment(a.octets());
                    }
                }
            });
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
        return comment[0];
    }

    /** Number of the ruleset's generation: one more with each transaction, whoever makes it. */
    public int generation() throws SystemCallException {
        int[] generation = new int[1];
        socket.request(begin(NFT_MSG_GETGEN), "generation of the ruleset", answer -> {
            Attributes a = answer.attributes(NFGENMSG_SIZE);
            while (a.next()) {
                if (a.type() == NFTA_GEN_ID) {
                    generation[0] = a.net32();
                }
            }
        });
        return generation[0];
    }

    public List<SetElement> elements(String set) throws SystemCallException {
        List<SetElement> elements = new ArrayList<>();
        MessageBuilder message = begin(NFT_MSG_GETSETELEM)
                .attribute(NFTA_SET_ELEM_LIST_TABLE, table)
                .attribute(NFTA_SET_ELEM_LIST_SET, set);
        socket.dump(message, "elements of " + set, elements::clear, answer -> decode(answer, elements));
        return elements;
    }

    /** @return null when there is no such table */
    public @Nullable TableShape shape() throws SystemCallException {
        TableShape.Collected collected = new TableShape.Collected(table);
        try {
            socket.request(
                    begin(NFT_MSG_GETTABLE).attribute(NFTA_TABLE_NAME, table),
                    "table " + table,
                    answer -> collected.take(NFT_MSG_NEWTABLE, answer.attributes(NFGENMSG_SIZE)));
            // Of chains the kernel tells those of all tables.
            collect(begin(NFT_MSG_GETCHAIN), NFT_MSG_NEWCHAIN, "chains", collected);
            collect(
                    begin(NFT_MSG_GETSET).attribute(NFTA_SET_TABLE, table),
                    NFT_MSG_NEWSET,
                    "sets of table " + table,
                    collected);
            collect(
                    begin(NFT_MSG_GETRULE).attribute(NFTA_RULE_TABLE, table),
                    NFT_MSG_NEWRULE,
                    "rules of table " + table,
                    collected);
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
        return collected.shape();
    }

    private void collect(MessageBuilder message, int type, String object, TableShape.Collected collected)
            throws SystemCallException {
        socket.dump(
                message,
                object,
                () -> collected.forget(type),
                answer -> collected.take(type, answer.attributes(NFGENMSG_SIZE)));
    }

    static void decode(NetlinkMessage answer, List<SetElement> elements) {
        Attributes a = answer.attributes(NFGENMSG_SIZE);
        while (a.next()) {
            if (a.type() == NFTA_SET_ELEM_LIST_ELEMENTS) {
                Attributes list = a.nested();
                while (list.next()) {
                    elements.add(decode(list.nested()));
                }
            }
        }
    }

    private static SetElement decode(Attributes a) {
        byte[] key = {};
        byte[] keyEnd = null;
        Integer value = null;
        boolean intervalEnd = false;
        String comment = "";
        long[] counted = {0, 0};
        while (a.next()) {
            switch (a.type()) {
                case NFTA_SET_ELEM_KEY -> key = value(a.nested());
                case NFTA_SET_ELEM_KEY_END -> keyEnd = value(a.nested());
                case NFTA_SET_ELEM_DATA -> value = mark(a.nested());
                case NFTA_SET_ELEM_FLAGS -> intervalEnd = (a.net32() & NFT_SET_ELEM_INTERVAL_END) != 0;
                case NFTA_SET_ELEM_USERDATA -> comment = UserData.comment(a.octets());
                case NFTA_SET_ELEM_EXPR -> counted = counter(a.nested());
                default -> {}
            }
        }
        return new SetElement(key, keyEnd, value, intervalEnd, comment, counted[0], counted[1]);
    }

    private static byte[] value(Attributes a) {
        return a.next() && a.type() == NFTA_DATA_VALUE ? a.octets() : new byte[0];
    }

    private static @Nullable Integer mark(Attributes a) {
        return a.next() && a.type() == NFTA_DATA_VALUE && a.length() == 4 ? (Integer) a.int32() : null;
    }

    /** Packets and octets. */
    private static long[] counter(Attributes a) {
        long[] counted = {0, 0};
        while (a.next()) {
            if (a.type() == NFTA_EXPR_DATA) {
                Attributes data = a.nested();
                while (data.next()) {
                    switch (data.type()) {
                        case NFTA_COUNTER_PACKETS -> counted[0] = data.net64();
                        case NFTA_COUNTER_BYTES -> counted[1] = data.net64();
                        default -> {}
                    }
                }
            }
        }
        return counted;
    }

    private static MessageBuilder begin(int type) {
        return new MessageBuilder(256)
                .begin(NFNL_SUBSYS_NFTABLES << 8 | type, 0)
                .int8(NFPROTO_INET)
                .int8(0)
                .net16(0);
    }
}
