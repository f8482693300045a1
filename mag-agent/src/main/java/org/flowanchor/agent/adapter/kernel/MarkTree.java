package org.flowanchor.agent.adapter.kernel;

import java.util.HashSet;
import java.util.Set;
import org.flowanchor.agent.linux.rtnetlink.Rule;

/**
 * Rules that lead a packet's mark to its gateway's table in a few steps, however many gateways there are: a tree over the four hexadecimal
 * digits of the gateway's number, each node a block of at most 16 rules. Only the blocks of existing gateways exist.
 *
 * <pre>
 * pref              rule
 * base              no gateway's mark: goto end
 * base + 2          first digit:  16 rules, goto the block of that digit
 * base + 4 ...      second digit: 16 blocks
 * base + 36 ...     third digit:  256 blocks
 * base + 548 ...    fourth digit: 4,096 blocks; lookup of the gateway's table
 * </pre>
 *
 * Traps. {@code goto} leads forward only, to the first rule of exactly the named priority. A block's rules share one priority, in the order
 * of their arrival; its closing {@code goto end} has the priority after, so that a rule that comes later is still before it. A jump to
 * a block that is not there (yet) is skipped by the kernel, so any order of changes leaves the packets of other gateways alone; those of
 * a gateway that is being added follow their bindings until its whole path is there.
 */
public final class MarkTree {
    private static final int DIGITS = 4;
    private static final int FAN_OUT = 16;

    /** Number of priorities that the tree takes from its base on. */
    static final int SPAN = 2 * (1 + 1 + 16 + 256 + 4096);

    private final KernelNumbering numbering;

    public MarkTree(KernelNumbering numbering) {
        this.numbering = numbering;
    }

    /** @param numbers of gateways, from 1 to {@link KernelNumbering#mostGateways} */
    public Set<Rule> rules(Iterable<Integer> numbers) {
        Set<Rule> rules = new HashSet<>();
        for (int number : numbers) {
            for (int digits = 0; digits < DIGITS; digits++) {
                int bits = 4 * (DIGITS - digits - 1);
                int mask = numbering.markMaskFrom(bits);
                int mark = numbering.mark(number) & mask;
                int priority = block(number, digits);
                Rule rule = digits == DIGITS - 1
                        ? Rule.lookup(priority, numbering.markTables() + number)
                        : Rule.jump(priority, block(number, digits + 1));
                rules.add(rule.marked(mark, mask));
                rules.add(Rule.jump(priority + 1, numbering.bindingPriority()));
            }
        }
        if (!rules.isEmpty()) {
            rules.add(Rule.jump(numbering.markPriority(), numbering.bindingPriority())
                    .marked(0, numbering.markMask()));
        }
        return rules;
    }

    /** Priority of the block that looks at the digit after the first {@code digits} ones. */
    private int block(int number, int digits) {
        int before = 0;
        for (int level = 0, blocks = 1; level < digits; level++, blocks *= FAN_OUT) {
            before += blocks;
        }
        int block = number >>> 4 * (DIGITS - digits);
        return numbering.markPriority() + 2 * (1 + before + block);
    }
}
