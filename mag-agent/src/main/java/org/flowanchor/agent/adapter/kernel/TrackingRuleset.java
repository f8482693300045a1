package org.flowanchor.agent.adapter.kernel;

import java.time.Duration;
import java.util.List;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.flowanchor.agent.linux.nftables.Expressions;
import org.flowanchor.agent.linux.nftables.Expressions.Base;
import org.flowanchor.agent.linux.nftables.MetaKey;
import org.flowanchor.agent.linux.nftables.Register;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.agent.linux.nftables.Transaction;

/**
 * What the anchor's table says of metering, and of connection tracking, which is there for metering only. Packets of the pools are kept
 * out of it before its table is full. Before the kernel looks a packet's connection up, nobody can say whether it has one; therefore its
 * flow is remembered afterwards ({@link #learn}) once the table fills, and looked for before ({@link #gate}) when it is full.
 *
 * <p>Everybody is tracked while {@code metering} has its element. It ends by itself when no agent renews it, because then nobody reads
 * what is counted and nobody looks at the table; and a burst of new connections takes it away until the agent's next look.
 *
 * <p>Traps. A packet that begins a connection is one whose connection is not confirmed: "new" is every packet of a flow that is not
 * answered. The ports of an ICMPv6 message are its type and its checksum, another flow with each message. To connection tracking all ESP
 * between two hosts is one connection, so its flows have counters of their own ({@link #count}).
 */
final class TrackingRuleset {
    static final String METERING = "metering";
    static final String LEARNING = "learning";
    static final String KNOWN = "known";
    static final String ENCRYPTED = "encrypted";

    /** Kept while the agent is killed and started again. */
    static final Duration RENEWED_FOR = Duration.ofSeconds(20);

    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);
    private static final int TYPE_NFPROTO = 2;
    private static final int SOURCE_ADDRESS = 8;
    private static final int DESTINATION_ADDRESS = 24;
    /** Beyond it ESP flows that come new are not told apart until others have ended. */
    private static final int MOST_ENCRYPTED = 16_384;

    private static final Duration ENCRYPTED_FOR = Duration.ofMinutes(1);
    private static final byte[] ESP = {50};
    private static final byte[] ICMPV6 = {58};
    private static final byte[] IPV6 = {10};
    private static final int CONFIRMED = 0x8;

    private final int limit;

    /** @param limit of the kernel's connection table */
    TrackingRuleset(long limit) {
        this.limit = (int) Math.min(limit, Integer.MAX_VALUE);
    }

    /** For the table's comment. */
    String comment() {
        return "connections " + limit;
    }

    void createSets(Transaction transaction) {
        transaction.addTimedSet(METERING, TYPE_NFPROTO, 1, 2, Duration.ZERO);
        transaction.addTimedSet(LEARNING, TYPE_NFPROTO, 1, 2, Duration.ZERO);
        transaction.addTimedSet(KNOWN, SteeringRuleset.FLOW_TYPE, SteeringElements.FLOW_KEY, limit, KNOWN_FOR);
        transaction.addTimedSet(
                ENCRYPTED, SteeringRuleset.FLOW_TYPE, SteeringElements.FLOW_KEY, MOST_ENCRYPTED, ENCRYPTED_FOR);
        transaction.addElements(METERING, List.of(SetElement.of(IPV6)));
    }

    /** The end of a chain that packets meet before their connection is looked up. */
    static void gate(Transaction transaction, String chain) {
        transaction.addRule(
                chain,
                rule -> rule.load(MetaKey.NFPROTO, Register.FIRST)
                        .isIn(Register.FIRST, METERING)
                        .accept());
        transaction.addRule(
                chain,
                rule -> SteeringRuleset.flowKey(ipv6(rule))
                        .isIn(Register.FIRST, KNOWN)
                        .accept());
        transaction.addRule(chain, rule -> ofPool(rule, DESTINATION_ADDRESS).doNotTrack());
        transaction.addRule(chain, rule -> ofPool(rule, SOURCE_ADDRESS).doNotTrack());
    }

    /** Part of a chain that packets of both directions meet afterwards. */
    void learn(Transaction transaction, String chain) {
        transaction.addRule(
                chain,
                rule -> confirmed(rule)
                        .isEqual(Register.FIRST, Expressions.host32(0))
                        .isMoreOftenThan(burst(), burst())
                        .load(MetaKey.NFPROTO, Register.FIRST)
                        .delete(Register.FIRST, METERING));
        transaction.addRule(
                chain,
                rule -> SteeringRuleset.flowKey(confirmed(rule.load(MetaKey.NFPROTO, Register.FIRST)
                                        .isIn(Register.FIRST, LEARNING))
                                .isEqual(Register.FIRST, Expressions.host32(CONFIRMED))
                                .load(MetaKey.L4PROTO, Register.FIRST)
                                .isNotEqual(Register.FIRST, ICMPV6)
                                .load(MetaKey.NFPROTO, Register.FIRST)
                                .isEqual(Register.FIRST, IPV6))
                        .update(Register.FIRST, KNOWN));
    }

    /** Part of a chain that packets to pools meet: ESP by Security Parameters Index, whether or not it is tracked. */
    static void count(Transaction transaction, String chain) {
        transaction.addRule(
                chain,
                rule -> SteeringRuleset.flowKey(
                                ipv6(rule.load(MetaKey.L4PROTO, Register.FIRST).isEqual(Register.FIRST, ESP)))
                        .count(Register.FIRST, ENCRYPTED));
    }

    /** From now on, and for {@link #RENEWED_FOR}. */
    static void admit(TrackingAdmission admission, Transaction transaction) {
        set(METERING, admission != TrackingAdmission.KNOWN_ONLY, transaction);
        set(LEARNING, admission != TrackingAdmission.ALL, transaction);
    }

    private static void set(String set, boolean present, Transaction transaction) {
        if (present) {
            transaction.renewElement(set, IPV6, RENEWED_FOR);
        } else {
            transaction.removeElement(set, IPV6);
        }
    }

    private int burst() {
        return Math.max(1, (int) ((long) limit * TrackingAdmission.BURST_PERCENT / 100));
    }

    private static Expressions ipv6(Expressions rule) {
        return rule.load(MetaKey.NFPROTO, Register.FIRST).isEqual(Register.FIRST, IPV6);
    }

    private static Expressions ofPool(Expressions rule, int address) {
        return ipv6(rule)
                .payload(Base.NETWORK_HEADER, address, 16, Register.FIRST)
                .isIn(Register.FIRST, SteeringRuleset.POOLS);
    }

    private static Expressions confirmed(Expressions rule) {
        return rule.loadConnectionStatus(Register.FIRST).mask(Register.FIRST, Expressions.host32(CONFIRMED));
    }
}
