package org.flowanchor.agent.adapter.kernel;

import java.util.Set;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.MarkRules;

/** Rules in others' nftables tables that write bits of the mark. */
final class ForeignMarks {
    private ForeignMarks() {}

    /** @throws KernelException when a rule in somebody else's table writes a bit of {@code mask}, naming the rule */
    static void refuse(NetlinkSocket socket, KernelNumbering numbering, int mask)
            throws KernelException, SystemCallException {
        Set<String> ours = OwnTable.all(socket);
        ours.add(numbering.table());
        for (MarkRules.MarkRule rule : new MarkRules(socket).except(ours)) {
            int bits = rule.bits() & mask;
            if (bits != 0) {
                throw new KernelException(rule + " of somebody else writes bits "
                        + KernelNumbering.hexadecimal(rule.bits()) + " of the mark, of which "
                        + KernelNumbering.hexadecimal(mask) + " are the agent's: "
                        + (rule.bits() == MarkRules.ALL_BITS
                                ? "let it write only those that its owner needs"
                                : numbering.remedy(bits)));
            }
        }
    }
}
