package org.flowanchor.agent.adapter.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.agent.linux.nftables.Expressions;
import org.flowanchor.agent.linux.nftables.Expressions.Base;
import org.flowanchor.agent.linux.nftables.MetaKey;
import org.flowanchor.agent.linux.nftables.Register;
import org.flowanchor.agent.linux.nftables.SetDefinition;
import org.flowanchor.agent.linux.nftables.TableShape;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.flowanchor.agent.linux.nftables.Transaction.Hook;
import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * The steering table's fixed part: maps, chains, rules. A downlink packet meets the flow map; then prefix to group (as a /64, else by each
 * width that occurs: {@link Network}), group and flow label, then, of ESP packets, that and Security Parameters Index, to a
 * number beside the group's where rules look at them ({@link RulesByRange}), group and packet to class, class and prefix to the mark of a
 * gateway. The packet's mark carries the result from stage to stage, because registers do not survive a rule; numbers of
 * groups, classes and gateways come from disjoint ranges, and a miss leaves the number of the stage before.
 *
 * <p>Packets not to a home network prefix leave the chain as they came, with whatever mark somebody else gave them; packets to one leave
 * it with a gateway's mark or with 0. The class (or, where no class matched, the group) is kept as the connection's mark.
 *
 * <p>Elements have no counters: connection tracking counts each flow, whatever becomes of its element, and among a million of them a
 * counter, on a page of its own, cost a packet half a microsecond.
 *
 * <p>Traps. {@code ip6 dscp} in a concatenated key never matches: its two octets are used unshifted, under a mask. The mark in the key
 * of an interval map must be in network order.
 */
final class SteeringRuleset {
    static final String FLOWS = "flows";
    static final String GROUPS = "groups";
    static final String LABELS = "labels";
    static final String INDEXES = "spis";
    static final String CLASSES = "classes";
    static final String ACCESSES = "accesses";
    static final String POOLS = "pools";
    static final String NAMES = "names";

    /** Chain of the rules that look for networks wider than a /64; only those whose width occurs are there. */
    static final String WIDER = "wider";

    private static final int REVISION = 7;
    private static final String MARKS = "marks ";
    private static final Pattern MARKS_OF_COMMENT = Pattern.compile(MARKS + "0x([0-9a-f]{1,8})\\b");
    private static final int PRIORITY_MANGLE = -150;
    private static final int NFPROTO_IPV6 = 10;
    private static final int SOURCE_ADDRESS = 8;
    private static final int DESTINATION_ADDRESS = 24;
    private static final byte[] DSCP_MASK = {0x0f, (byte) 0xc0};
    private static final byte[] FLOW_LABEL_MASK = {0, 0x0f, (byte) 0xff, (byte) 0xff};

    // Types of the nft program, six bits each in a concatenation.
    private static final int TYPE_INTEGER = 4;
    private static final int TYPE_IPV6_ADDRESS = 8;
    private static final int TYPE_PROTOCOL = 12;
    private static final int TYPE_SERVICE = 13;
    private static final int TYPE_MARK = 19;

    // User data of "typeof meta mark . @nh,192,64 : meta mark": without it the nft program cannot list elements of that
    // type. The masked traffic class is declared a service for the same reason: 0xb80 is listed as 2944.
    private static final String MARK_AND_NETWORK_TO_MARK =
            "000400000000010401000000034000040d0000000138000e00040900000001060004030000000126000407000000011e00040000"
                    + "00000104000000000204020000000304c0000000040440000000040e0004090000000106000403000000060400000000";

    private final TunnelRuleset tunnels;
    private final TrackingRuleset tracking;
    private final SteeringSizes sizes;
    private final int markMask;

    /** @param connections most that the kernel tracks */
    SteeringRuleset(KernelConfiguration configuration, TunnelKind kind, long connections, SteeringSizes sizes) {
        this.sizes = sizes;
        this.markMask = configuration.numbering().markMask();
        this.tunnels = new TunnelRuleset(configuration, kind);
        this.tracking = new TrackingRuleset(connections);
    }

    /** Kept as the table's comment: a table with another one is made anew. */
    String comment() {
        return "ruleset " + REVISION + ", " + tunnels.comment() + ", " + tracking.comment() + ", " + MARKS
                + KernelNumbering.hexadecimal(markMask);
    }

    /** The mask of the marks that a table with this comment has in its maps. */
    static int markMask(@Nullable String comment) {
        Matcher marks = MARKS_OF_COMMENT.matcher(comment == null ? "" : comment);
        return marks.find() ? Integer.parseUnsignedInt(marks.group(1), 16) : KernelNumbering.DEFAULT.markMask();
    }

    /** All of the table but its elements. */
    TableShape shape(Set<Integer> widths) {
        Transaction made = new Transaction("");
        create(made, widths);
        return TableShape.of(made);
    }

    /** @param widths of networks that packets are to look for */
    void create(Transaction transaction, Set<Integer> widths) {
        transaction.addTable(comment());
        for (SetDefinition set : sets()) {
            transaction.addSet(set);
        }
        tracking.createSets(transaction);
        tunnels.create(transaction, TrackingRuleset.METERING);
        TrackingRuleset.gate(transaction, TunnelRuleset.BEFORE_TRACKING);
        for (int width : Network.WIDTHS) {
            if (width > 0) {
                transaction.addChain(chainOf(width));
                select(transaction, chainOf(width), width);
            }
        }
        transaction.addChain(WIDER);
        addWider(widths, transaction);
        transaction.addChain("steer", Hook.PREROUTING, PRIORITY_MANGLE);
        transaction.addRule("steer", rule -> tunnels.fromEncapsulationEnd(rule).accept());
        transaction.addRule(
                "steer",
                rule -> rule.load(MetaKey.NFPROTO, Register.FIRST)
                        .isNotEqual(Register.FIRST, new byte[] {NFPROTO_IPV6})
                        .accept());
        tracking.learn(transaction, "steer");
        transaction.addRule(
                "steer",
                rule -> ipv6(rule)
                        .payload(Base.NETWORK_HEADER, DESTINATION_ADDRESS, 16, Register.FIRST)
                        .isNotIn(Register.FIRST, POOLS)
                        .accept());
        TrackingRuleset.count(transaction, "steer");
        transaction.addRule("steer", SteeringRuleset::clearMark);
        transaction.addRule("steer", SteeringRuleset::flow);
        transaction.addRule(
                "steer",
                rule -> network(rule.load(MetaKey.MARK, Register.FIRST), 0)
                        .translate(Register.FIRST, GROUPS)
                        .storeMark(Register.FIRST));
        transaction.addRule(
                "steer",
                rule -> rule.load(MetaKey.MARK, Register.FIRST)
                        .isEqual(Register.FIRST, Expressions.host32(0))
                        .goTo(WIDER));
        select(transaction, "steer", 0);
    }

    /** Rules for networks of these widths, in place of those that are there. Without a group there is no class, and nothing to remember. */
    static void lookForWider(Set<Integer> widths, Transaction transaction) {
        transaction.deleteRules(WIDER);
        addWider(widths, transaction);
    }

    private static void addWider(Set<Integer> widths, Transaction transaction) {
        for (int width : Network.WIDTHS) {
            if (width > 0 && widths.contains(width)) {
                transaction.addRule(
                        WIDER,
                        rule -> network(
                                        rule.load(MetaKey.MARK, Register.FIRST)
                                                .combine(
                                                        Register.FIRST,
                                                        Expressions.host32(~width),
                                                        Expressions.host32(width)),
                                        width)
                                .translate(Register.FIRST, GROUPS)
                                .storeMark(Register.FIRST)
                                .goTo(chainOf(width)));
            }
        }
    }

    private static String chainOf(int width) {
        return "from" + (64 - width);
    }

    /** What follows in a chain for a packet with a group, which a network of {@code width} bits gave it. */
    private static void select(Transaction transaction, String chain, int width) {
        transaction.addRule(chain, SteeringRuleset::label);
        transaction.addRule(chain, SteeringRuleset::index);
        transaction.addRule(chain, SteeringRuleset::classify);
        transaction.addRule(
                chain,
                rule -> rule.load(MetaKey.MARK, Register.FIRST)
                        .mask(Register.FIRST, Expressions.host32(KernelNumbering.CLASS_BITS))
                        .storeConnectionMark(Register.FIRST));
        transaction.addRule(chain, rule -> access(rule, width));
        transaction.addRule(chain, SteeringRuleset::clearMark);
    }

    private List<SetDefinition> sets() {
        return List.of(
                new SetDefinition(
                        FLOWS, FLOW_TYPE, SteeringElements.FLOW_KEY, true, false, false, sizes.flows(), List.of(), ""),
                new SetDefinition(
                        GROUPS,
                        concatenated(TYPE_MARK, TYPE_INTEGER),
                        SteeringElements.NETWORK_KEY,
                        true,
                        false,
                        false,
                        sizes.groups(),
                        List.of(),
                        MARK_AND_NETWORK_TO_MARK),
                steps(LABELS, sizes.labels()),
                steps(INDEXES, sizes.indexes()),
                new SetDefinition(
                        CLASSES,
                        concatenated(TYPE_MARK, TYPE_IPV6_ADDRESS, TYPE_PROTOCOL, TYPE_SERVICE, TYPE_SERVICE),
                        SteeringElements.CLASS_KEY,
                        true,
                        true,
                        false,
                        sizes.classes(),
                        List.of(4, 16, 1, 2, 2),
                        ""),
                new SetDefinition(
                        ACCESSES,
                        concatenated(TYPE_MARK, TYPE_INTEGER),
                        SteeringElements.NETWORK_KEY,
                        true,
                        false,
                        false,
                        sizes.accesses(),
                        List.of(),
                        MARK_AND_NETWORK_TO_MARK),
                new SetDefinition(POOLS, TYPE_IPV6_ADDRESS, 16, false, true, false, sizes.pools(), List.of(), ""),
                new SetDefinition(NAMES, TYPE_MARK, 4, false, false, false, sizes.names(), List.of(), ""));
    }

    /** From a number and a field of 32 bits to another number. */
    private static SetDefinition steps(String name, int size) {
        return new SetDefinition(
                name,
                concatenated(TYPE_MARK, TYPE_MARK),
                SteeringElements.RANGE_KEY,
                true,
                true,
                false,
                size,
                List.of(4, 4),
                "");
    }

    /** The nft program's type of a five-tuple. */
    static final int FLOW_TYPE =
            concatenated(TYPE_IPV6_ADDRESS, TYPE_IPV6_ADDRESS, TYPE_PROTOCOL, TYPE_SERVICE, TYPE_SERVICE);

    private static int concatenated(int... types) {
        int type = 0;
        for (int part : types) {
            type = type << 6 | part;
        }
        return type;
    }

    private static Expressions ipv6(Expressions rule) {
        return rule.load(MetaKey.NFPROTO, Register.FIRST).isEqual(Register.FIRST, new byte[] {NFPROTO_IPV6});
    }

    private static void clearMark(Expressions rule) {
        rule.immediate(Register.FIRST, Expressions.host32(0)).storeMark(Register.FIRST);
    }

    private static void flow(Expressions rule) {
        flowKey(ipv6(rule))
                .translate(Register.FIRST, FLOWS)
                .storeMark(Register.FIRST)
                .accept();
    }

    /** Addresses, protocol and ports of an IPv6 packet, from the first register on. */
    static Expressions flowKey(Expressions rule) {
        Register destination = Register.FIRST.after(16);
        Register protocol = destination.after(16);
        return rule.payload(Base.NETWORK_HEADER, SOURCE_ADDRESS, 16, Register.FIRST)
                .payload(Base.NETWORK_HEADER, DESTINATION_ADDRESS, 16, destination)
                .load(MetaKey.L4PROTO, protocol)
                .payload(Base.TRANSPORT_HEADER, 0, 2, protocol.after(4))
                .payload(Base.TRANSPORT_HEADER, 2, 2, protocol.after(8));
    }

    private static void label(Expressions rule) {
        Register flowLabel = Register.FIRST.after(4);
        rule.load(MetaKey.MARK, Register.FIRST)
                .toNetworkOrder(Register.FIRST)
                .payload(Base.NETWORK_HEADER, 0, 4, flowLabel)
                .mask(flowLabel, FLOW_LABEL_MASK)
                .translate(Register.FIRST, LABELS)
                .storeMark(Register.FIRST);
    }

    private static void index(Expressions rule) {
        Register index = Register.FIRST.after(4);
        rule.load(MetaKey.L4PROTO, Register.FIRST)
                .isEqual(Register.FIRST, new byte[] {FiveTuple.ESP})
                .load(MetaKey.MARK, Register.FIRST)
                .toNetworkOrder(Register.FIRST)
                .payload(Base.TRANSPORT_HEADER, 0, 4, index)
                .translate(Register.FIRST, INDEXES)
                .storeMark(Register.FIRST);
    }

    /** The network of {@code width} bits that the destination is in, as the second part of a key. */
    private static Expressions network(Expressions rule, int width) {
        Register network = Register.FIRST.after(4);
        Expressions loaded = rule.payload(Base.NETWORK_HEADER, DESTINATION_ADDRESS, 8, network);
        return width == 0
                ? loaded
                : loaded.mask(
                        network,
                        ByteBuffer.allocate(8).putLong(Network.mask(width)).array());
    }

    private static void classify(Expressions rule) {
        Register source = Register.FIRST.after(4);
        Register protocol = source.after(16);
        Register trafficClass = protocol.after(8);
        ipv6(rule)
                .load(MetaKey.MARK, Register.FIRST)
                .toNetworkOrder(Register.FIRST)
                .payload(Base.NETWORK_HEADER, SOURCE_ADDRESS, 16, source)
                .load(MetaKey.L4PROTO, protocol)
                .payload(Base.TRANSPORT_HEADER, 0, 2, protocol.after(4))
                .payload(Base.NETWORK_HEADER, 0, 2, trafficClass)
                .mask(trafficClass, DSCP_MASK)
                .translate(Register.FIRST, CLASSES)
                .storeMark(Register.FIRST);
    }

    /** Of the class or group, whatever tells its packets apart. */
    private static void access(Expressions rule, int width) {
        int above = KernelNumbering.part(0, width);
        network(
                        rule.load(MetaKey.MARK, Register.FIRST)
                                .combine(
                                        Register.FIRST,
                                        Expressions.host32(KernelNumbering.CLASS_BITS),
                                        Expressions.host32(above)),
                        width)
                .translate(Register.FIRST, ACCESSES)
                .storeMark(Register.FIRST)
                .accept();
    }
}
