package org.flowanchor.agent.linux.nftables;

import static org.flowanchor.agent.linux.nftables.Nftables.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;

/**
 * Anybody's rules that write the mark of IPv6 packets, with the bits that they may change. Rules of the older tables that nftables does
 * not show are not seen.
 */
public final class MarkRules {
    /** The whole mark, or what cannot be told. */
    public static final int ALL_BITS = -1;

    private static final int XT_MARK_MASK_OFFSET = 4;
    private static final int XT_CONNMARK_MASK_OFFSET = 8;
    private static final int XT_CONNMARK_MODE_OFFSET = 12;

    private final NetlinkSocket socket;

    /**
     * A rule.
     *
     * @param bits of the mark that the rule may change
     */
    public record MarkRule(String family, String table, String chain, long handle, int bits) {
        @Override
        public String toString() {
            return "rule " + handle + " of chain " + family + " " + table + " " + chain;
        }
    }

    public MarkRules(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Those of all tables but the named {@code inet} ones. */
    public List<MarkRule> except(Set<String> ownTables) throws SystemCallException {
        List<MarkRule> rules = new ArrayList<>();
        MessageBuilder message = new MessageBuilder(64)
                .begin(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE, 0)
                .int8(NFPROTO_UNSPEC)
                .int8(0)
                .net16(0);
        socket.dump(message, "list rules of all tables", rules::clear, answer -> {
            MarkRule rule = decode(answer);
            if (rule.bits != 0 && !(rule.family.equals("inet") && ownTables.contains(rule.table))) {
                rules.add(rule);
            }
        });
        return rules;
    }

    static MarkRule decode(NetlinkMessage answer) {
        String family =
                family(answer.payload().remaining() == 0 ? 0 : answer.payload().get(0));
        String table = "";
        String chain = "";
        long handle = 0;
        int bits = 0;
        Attributes a = answer.attributes(NFGENMSG_SIZE);
        while (a.next()) {
            switch (a.type()) {
                case NFTA_RULE_TABLE -> table = a.text();
                case NFTA_RULE_CHAIN -> chain = a.text();
                case NFTA_RULE_HANDLE -> handle = a.net64();
                case NFTA_RULE_EXPRESSIONS -> bits = family.isEmpty() ? 0 : bits(a.nested());
                default -> {}
            }
        }
        return new MarkRule(family, table, chain, handle, bits);
    }

    /** Empty for families whose rules see no IPv6 packets of ours. */
    private static String family(int number) {
        return switch (number) {
            case NFPROTO_INET -> "inet";
            case NFPROTO_NETDEV -> "netdev";
            case NFPROTO_IPV6 -> "ip6";
            default -> "";
        };
    }

    private static int bits(Attributes expressions) {
        // Bits that may differ from the packet's own mark, by register that holds a value derived from it.
        Map<Integer, Integer> changed = new HashMap<>();
        int bits = 0;
        while (expressions.next()) {
            Attributes expression = expressions.nested();
            String name = "";
            while (expression.next()) {
                if (expression.type() == NFTA_EXPR_NAME) {
                    name = expression.text();
                } else if (expression.type() == NFTA_EXPR_DATA) {
                    bits |= switch (name) {
                        case "meta" -> meta(expression.nested(), changed);
                        case "bitwise" -> bitwise(expression.nested(), changed);
                        case "target" -> target(expression.nested());
                        case "cmp", "counter", "limit", "log", "match", "range", "quota", "masq", "redir", "notrack" ->
                            0;
                        default -> {
                            // It may write any register.
                            changed.clear();
                            yield 0;
                        }
                    };
                }
            }
        }
        return bits;
    }

    private static int meta(Attributes a, Map<Integer, Integer> changed) {
        int key = 0;
        int from = 0;
        int into = 0;
        while (a.next()) {
            switch (a.type()) {
                case NFTA_META_KEY -> key = a.net32();
                case NFTA_META_SREG -> from = a.net32();
                case NFTA_META_DREG -> into = a.net32();
                default -> {}
            }
        }
        if (into != 0) {
            if (key == MetaKey.MARK.number) {
                changed.put(into, 0);
            } else {
                // Others are longer than one register, some of them.
                changed.clear();
            }
        }
        return from != 0 && key == MetaKey.MARK.number ? changed.getOrDefault(from, ALL_BITS) : 0;
    }

    /** The value becomes (value and mask) xor the other operand. */
    private static int bitwise(Attributes a, Map<Integer, Integer> changed) {
        int from = 0;
        int into = 0;
        int mask = 0;
        int xor = 0;
        boolean plain = true;
        while (a.next()) {
            switch (a.type()) {
                case NFTA_BITWISE_SREG -> from = a.net32();
                case NFTA_BITWISE_DREG -> into = a.net32();
                case NFTA_BITWISE_MASK -> mask = value(a.nested());
                case NFTA_BITWISE_XOR -> xor = value(a.nested());
                case NFTA_BITWISE_OP -> plain = a.net32() == 0;
                default -> {}
            }
        }
        Integer before = changed.get(from);
        if (before == null || !plain) {
            changed.remove(into);
        } else {
            changed.put(into, before | ~mask | xor);
        }
        return 0;
    }

    private static int value(Attributes a) {
        return a.next() && a.type() == NFTA_DATA_VALUE ? a.int32() : 0;
    }

    /** Targets of iptables over nftables: xt_mark_tginfo2 is mark and mask; xt_connmark_tginfo1 is ctmark, ctmask, nfmask, mode. */
    private static int target(Attributes a) {
        String name = "";
        while (a.next()) {
            if (a.type() == NFTA_TARGET_NAME) {
                name = a.text();
            } else if (a.type() == NFTA_TARGET_INFO && name.equals("MARK")) {
                return a.int32At(XT_MARK_MASK_OFFSET);
            } else if (a.type() == NFTA_TARGET_INFO && name.equals("CONNMARK")) {
                boolean restores = a.length() > XT_CONNMARK_MODE_OFFSET
                        && a.octets()[XT_CONNMARK_MODE_OFFSET] == XT_CONNMARK_RESTORE;
                return restores ? a.int32At(XT_CONNMARK_MASK_OFFSET) : 0;
            }
        }
        return 0;
    }
}
