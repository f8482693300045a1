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
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/** IPv6 policy rules. */
public final class Rules {
    private final NetlinkSocket socket;

    /** A rule with the protocol number of who installed it: 2 is the kernel, 0 unknown. */
    public record Owned(Rule rule, int protocol) {}

    public Rules(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** All rules, anybody's. */
    public List<Owned> all() throws SystemCallException {
        List<Owned> rules = new ArrayList<>();
        MessageBuilder message =
                new MessageBuilder().begin(RTM_GETRULE, 0).int8(AF_INET6).zeros(FIB_RULE_HDR_SIZE - 1);
        socket.dump(message, "list rules", rules::clear, answer -> rules.add(decode(answer)));
        return rules;
    }

    /** A rule that is there already is success. */
    public void add(Owned owned) throws SystemCallException {
        try {
            socket.request(
                    encode(RTM_NEWRULE, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, owned), "rule add " + owned.rule());
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Deleting a missing rule is success. */
    public void delete(Owned owned) throws SystemCallException {
        try {
            socket.request(encode(RTM_DELRULE, 0, owned), "rule delete " + owned.rule());
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    static MessageBuilder encode(int type, int flags, Owned owned) {
        Rule rule = owned.rule();
        int action = switch (rule.action()) {
            case Rule.Lookup lookup -> FR_ACT_TO_TBL;
            case Rule.Goto jump -> FR_ACT_GOTO;
            case Rule.Blackhole drop -> FR_ACT_BLACKHOLE;
            case Rule.Foreign foreign -> foreign.number();
        };
        MessageBuilder message = new MessageBuilder(256)
                .begin(type, flags)
                .int8(AF_INET6)
                .int8(rule.destination().length())
                .int8(0)
                .int8(0)
                .int8(0)
                .int8(0)
                .int8(0)
                .int8(action)
                .int32(0)
                .attribute32(FRA_PRIORITY, rule.priority());
        if (rule.destination().length() > 0) {
            message.attribute(FRA_DST, rule.destination().address().octets());
        }
        if (rule.incoming() != null) {
            message.attribute(FRA_IIFNAME, rule.incoming());
        }
        if (rule.mask() != 0) {
            message.attribute32(FRA_FWMARK, rule.mark()).attribute32(FRA_FWMASK, rule.mask());
        }
        if (rule.protocol() != 0) {
            message.attribute8(FRA_IP_PROTO, rule.protocol());
        }
        switch (rule.action()) {
            case Rule.Lookup lookup -> message.attribute32(FRA_TABLE, lookup.table());
            case Rule.Goto jump -> message.attribute32(FRA_GOTO, jump.priority());
            case Rule.Blackhole drop -> {}
            case Rule.Foreign foreign -> {}
        }
        return message.attribute8(FRA_PROTOCOL, owned.protocol());
    }

    /** Decodes a rule of an answer or an event. */
    public static Owned decode(NetlinkMessage message) {
        int destinationLength = Byte.toUnsignedInt(message.payload().get(1));
        int table = Byte.toUnsignedInt(message.payload().get(4));
        int action = Byte.toUnsignedInt(message.payload().get(7));
        Ipv6Address destination = Ipv6Address.UNSPECIFIED;
        String incoming = null;
        int priority = 0;
        int target = 0;
        int mark = 0;
        int mask = 0;
        int nextHeader = 0;
        int protocol = 0;
        Attributes a = message.attributes(FIB_RULE_HDR_SIZE);
        while (a.next()) {
            switch (a.type()) {
                case FRA_DST -> destination = a.address();
                case FRA_IIFNAME -> incoming = a.text();
                case FRA_PRIORITY -> priority = a.int32();
                case FRA_GOTO -> target = a.int32();
                case FRA_FWMARK -> mark = a.int32();
                case FRA_FWMASK -> mask = a.int32();
                case FRA_TABLE -> table = a.int32();
                case FRA_IP_PROTO -> nextHeader = a.int8();
                case FRA_PROTOCOL -> protocol = a.int8();
                default -> {}
            }
        }
        Rule rule = new Rule(
                priority,
                mark,
                mask,
                incoming,
                HomeNetworkPrefix.containing(destination, destinationLength),
                nextHeader,
                switch (action) {
                    case FR_ACT_TO_TBL -> new Rule.Lookup(table);
                    case FR_ACT_GOTO -> new Rule.Goto(target);
                    case FR_ACT_BLACKHOLE -> new Rule.Blackhole();
                    default -> new Rule.Foreign(action);
                });
        return new Owned(rule, protocol);
    }
}
