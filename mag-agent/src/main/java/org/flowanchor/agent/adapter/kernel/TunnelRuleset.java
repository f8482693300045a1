package org.flowanchor.agent.adapter.kernel;

import org.flowanchor.agent.linux.nftables.Expressions;
import org.flowanchor.agent.linux.nftables.Expressions.Base;
import org.flowanchor.agent.linux.nftables.MetaKey;
import org.flowanchor.agent.linux.nftables.Register;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.flowanchor.agent.linux.nftables.Transaction.Hook;
import org.jspecify.annotations.Nullable;

/**
 * What both roles' tables say of tunnels. Outer packets are not tracked, so that each inner packet is seen once. Where segment routing
 * removes outer headers, a congestion mark of the outer header is carried over to the inner one (RFC 5213 section 5.6.3), which the
 * kernel leaves undone there and does itself for {@code ip6tnl}: seen on the outer packet, remembered as a bit of the packet's mark,
 * written when the inner packet appears on the tunnel's device.
 *
 * <p>Every chain more costs each packet twice, as it comes in and where it enters the tunnel (together some 150 ns): there are no more than
 * it takes.
 *
 * <p>Trap: connection tracking reassembles fragments before any of our rules but the earliest. A packet that was put together again in
 * front of its outer header would leave in fragments of the outer packet, which the other end does not take.
 */
final class TunnelRuleset {
    /** A chain that packets meet before their connection is looked up, of either kind of tunnel. */
    static final String BEFORE_TRACKING = "raw";

    private static final int PRIORITY_BEFORE_DEFRAGMENTATION = -450;
    private static final int PRIORITY_RAW = -300;
    private static final int NFPROTO_IPV6 = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final byte[] ECN_BITS = {0x00, 0x30};
    private static final byte[] NOT_CAPABLE = {0x00, 0x00};
    private static final byte[] ALL_BUT_ECN_BITS = {(byte) 0xff, (byte) 0xcf};

    private final KernelConfiguration configuration;
    private final TunnelKind kind;

    TunnelRuleset(KernelConfiguration configuration, TunnelKind kind) {
        this.configuration = configuration;
        this.kind = kind;
    }

    /** For the table's comment. */
    String comment() {
        return "backhaul " + configuration.backhaulInterface() + ", "
                + kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** @param admitting set in which the protocols are that need not go on to what follows tunnels; null: nothing follows */
    void create(Transaction transaction, @Nullable String admitting) {
        transaction.addChain(BEFORE_TRACKING, Hook.PREROUTING, PRIORITY_RAW);
        switch (kind) {
            case SEG6 -> {
                transaction.addChain("encapsulation", Hook.PREROUTING, PRIORITY_BEFORE_DEFRAGMENTATION);
                transaction.addRule(
                        "encapsulation", rule -> fromEncapsulationEnd(rule).doNotTrack());
                transaction.addRule(
                        BEFORE_TRACKING, rule -> fromEncapsulationEnd(rule).accept());
                // What comes from neither side of a tunnel meets nothing more.
                transaction.addRule(
                        BEFORE_TRACKING,
                        rule -> admitted(
                                        admitting,
                                        rule.load(MetaKey.IIFNAME, Register.FIRST)
                                                .isNotEqual(
                                                        Register.FIRST,
                                                        Expressions.interfaceName(configuration.backhaulInterface()))
                                                .load(MetaKey.IIFGROUP, Register.FIRST)
                                                .isNotEqual(Register.FIRST, tunnelGroup()))
                                .accept());
                transaction.addRule(
                        BEFORE_TRACKING,
                        rule -> congestionOf(outerPacket(rule, MetaKey.IIFNAME))
                                .isEqual(Register.FIRST, ECN_BITS)
                                .load(MetaKey.MARK, Register.FIRST)
                                .combine(
                                        Register.FIRST,
                                        Expressions.host32(~congestionMark()),
                                        Expressions.host32(congestionMark()))
                                .storeMark(Register.FIRST));
                transaction.addRule(
                        BEFORE_TRACKING,
                        rule -> outerPacket(rule, MetaKey.IIFNAME).doNotTrack());
                transaction.addRule(
                        BEFORE_TRACKING,
                        rule -> congestionOf(congested(rule)
                                        .load(MetaKey.NFPROTO, Register.FIRST)
                                        .isEqual(Register.FIRST, new byte[] {NFPROTO_IPV6}))
                                .isNotEqual(Register.FIRST, NOT_CAPABLE)
                                .payload(Base.NETWORK_HEADER, 0, 2, Register.FIRST)
                                .combine(Register.FIRST, ALL_BUT_ECN_BITS, ECN_BITS)
                                .storePayload(Base.NETWORK_HEADER, 0, 2, Register.FIRST));
                transaction.addRule(
                        BEFORE_TRACKING,
                        rule -> congested(rule)
                                .load(MetaKey.MARK, Register.FIRST)
                                .mask(Register.FIRST, Expressions.host32(~congestionMark()))
                                .storeMark(Register.FIRST));
            }
            case IP6TNL -> {
                transaction.addRule(
                        BEFORE_TRACKING,
                        rule -> outerPacket(rule, MetaKey.IIFNAME).doNotTrack());
                transaction.addChain("output", Hook.OUTPUT, PRIORITY_RAW);
                transaction.addRule(
                        "output", rule -> outerPacket(rule, MetaKey.OIFNAME).doNotTrack());
            }
        }
    }

    private static Expressions admitted(@Nullable String admitting, Expressions rule) {
        return admitting == null
                ? rule
                : rule.load(MetaKey.NFPROTO, Register.FIRST).isIn(Register.FIRST, admitting);
    }

    private int congestionMark() {
        return configuration.numbering().congestionMark();
    }

    private byte[] tunnelGroup() {
        return Expressions.host32(configuration.numbering().tunnelGroup());
    }

    private Expressions congested(Expressions rule) {
        return rule.load(MetaKey.IIFGROUP, Register.FIRST)
                .isEqual(Register.FIRST, tunnelGroup())
                .load(MetaKey.MARK, Register.FIRST)
                .mask(Register.FIRST, Expressions.host32(congestionMark()))
                .isEqual(Register.FIRST, Expressions.host32(congestionMark()));
    }

    private Expressions outerPacket(Expressions rule, MetaKey device) {
        return rule.load(device, Register.FIRST)
                .isEqual(Register.FIRST, Expressions.interfaceName(configuration.backhaulInterface()))
                .load(MetaKey.L4PROTO, Register.FIRST)
                .isEqual(Register.FIRST, new byte[] {IPPROTO_IPV6});
    }

    private static Expressions congestionOf(Expressions rule) {
        return rule.payload(Base.NETWORK_HEADER, 0, 2, Register.FIRST).mask(Register.FIRST, ECN_BITS);
    }

    Expressions fromEncapsulationEnd(Expressions rule) {
        return rule.load(MetaKey.IIFGROUP, Register.FIRST)
                .isEqual(
                        Register.FIRST,
                        Expressions.host32(configuration.numbering().encapsulationGroup()));
    }
}
