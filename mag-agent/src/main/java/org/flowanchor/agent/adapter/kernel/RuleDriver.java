package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.agent.linux.rtnetlink.Rules;

/** Brings the policy rules of our protocol number to the desired ones. */
final class RuleDriver {
    private static final int ALL_BITS = -1;

    private final Rules rules;
    private final KernelNumbering numbering;
    private final Set<Rule> actual = new HashSet<>();
    private final List<Rule> foreign = new ArrayList<>();

    /** A predecessor's protocol number, while its rules have it. */
    private int former;

    RuleDriver(Rules rules, KernelNumbering numbering) {
        this.rules = rules;
        this.numbering = numbering;
        former = numbering.protocol();
    }

    /** Rules of this protocol number are nobody else's. */
    void leftBy(int protocol) {
        former = protocol;
    }

    void observe() throws SystemCallException {
        actual.clear();
        foreign.clear();
        for (Rules.Owned owned : rules.all()) {
            if (owned.protocol() == numbering.protocol()) {
                actual.add(owned.rule());
            } else if (owned.protocol() != former) {
                foreign.add(owned.rule());
            }
        }
    }

    /** @throws KernelException when somebody else's rule uses a bit of {@code mask}, naming the rule */
    void refuseForeignMarks(int mask) throws KernelException {
        for (Rule rule : foreign) {
            int bits = used(rule) & mask;
            if (bits != 0) {
                throw new KernelException("rule \"" + rule + "\" of somebody else uses bits "
                        + KernelNumbering.hexadecimal(bits) + " of the mark mask " + KernelNumbering.hexadecimal(mask)
                        + ", which are the agent's: " + numbering.remedy(bits));
            }
        }
    }

    /**
     * Whoever names no mask gets one of all bits. Our packets have no bit but ours, so such a rule meets none of them for the bits that its
     * mark does not have.
     */
    private static int used(Rule rule) {
        return rule.mask() == ALL_BITS && rule.mark() != 0 ? rule.mark() : rule.mask();
    }

    /**
     * What it leads there would be routed as terminals' packets are.
     *
     * @throws KernelException when somebody else's rule leads to one of our tables, naming it
     */
    void refuseForeignTables(IntPredicate ours) throws KernelException {
        for (Rule rule : foreign) {
            if (rule.action() instanceof Rule.Lookup lookup && ours.test(lookup.table())) {
                throw new KernelException("rule \"" + rule + "\" of somebody else leads to table "
                        + Integer.toUnsignedString(lookup.table())
                        + ", which is the agent's: kernel.routingTableOffset gives the agent others");
            }
        }
    }

    /**
     * Packets without a mark never come to rules between these: those of somebody else would be skipped in silence.
     *
     * @param from first priority
     * @param to priority that is none of them
     * @throws KernelException when there is one, naming it
     */
    void refuseForeignPriorities(int from, int to) throws KernelException {
        for (Rule rule : foreign) {
            if (rule.priority() >= from && rule.priority() < to) {
                throw new KernelException("rule \"" + rule + "\" of somebody else would be skipped: priorities " + from
                        + " to " + (to - 1) + " are the agent's: kernel.rulePriorityOffset gives it others");
            }
        }
    }

    /** What is there of ours now; what was observed stays as it is. */
    Set<Rule> read() throws SystemCallException {
        Set<Rule> present = new HashSet<>();
        for (Rules.Owned owned : rules.all()) {
            if (owned.protocol() == numbering.protocol()) {
                present.add(owned.rule());
            }
        }
        return present;
    }

    Set<Rule> actual() {
        return actual;
    }

    /** Whether the kernel tells something that we neither knew nor did; any rule of somebody else is. */
    boolean contradicts(NetlinkMessage event) {
        Rules.Owned owned = Rules.decode(event);
        boolean added = event.type() == Rtnetlink.RTM_NEWRULE;
        if (owned.protocol() != numbering.protocol()) {
            if (!added) {
                // Or it would be refused for ever.
                foreign.remove(owned.rule());
            }
            return added;
        }
        return added != actual.contains(owned.rule());
    }

    void install(Set<Rule> desired, Difference difference) {
        for (Rule rule : desired) {
            if (!actual.contains(rule) && difference.attempt(() -> rules.add(ours(rule)))) {
                actual.add(rule);
            }
        }
    }

    void prune(Set<Rule> desired, Difference difference) {
        for (Rule rule : Set.copyOf(actual)) {
            if (!desired.contains(rule) && difference.attempt(() -> rules.delete(ours(rule)))) {
                actual.remove(rule);
            }
        }
    }

    private Rules.Owned ours(Rule rule) {
        return new Rules.Owned(rule, numbering.protocol());
    }
}
