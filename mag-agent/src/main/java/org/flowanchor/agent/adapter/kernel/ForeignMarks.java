package org.flowanchor.agent.adapter.kernel;

import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.MarkRules;

/** Rules in others' nftables tables that write bits of the mark. */
final class ForeignMarks {
    private ForeignMarks() {}

    /** @throws KernelException when a rule in somebody else's table writes a bit of {@code mask}, naming the rule */
    static void refuse(NetlinkSocket socket, String ownTable, int mask) throws KernelException, SystemCallException {
        for (MarkRules.MarkRule rule : new MarkRules(socket).except(ownTable)) {
            if ((rule.bits() & mask) != 0) {
                throw new KernelException(rule + " of somebody else writes bits 0x" + Integer.toHexString(rule.bits())
                        + " of the mark, of which 0x" + Integer.toHexString(mask)
                        + " are ours: remove it, or run the agent where its owner does not");
            }
        }
    }
}
