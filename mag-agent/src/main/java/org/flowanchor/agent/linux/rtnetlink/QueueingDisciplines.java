package org.flowanchor.agent.linux.rtnetlink;

import static org.flowanchor.agent.linux.rtnetlink.Rtnetlink.*;

import java.util.HashMap;
import java.util.Map;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;

/** Queueing disciplines: their counters only. */
public final class QueueingDisciplines {
    private final NetlinkSocket socket;

    public QueueingDisciplines(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Root queueing disciplines by interface index. */
    public Map<Integer, QueueStatistics> roots() throws SystemCallException {
        Map<Integer, QueueStatistics> roots = new HashMap<>();
        MessageBuilder message = new MessageBuilder().begin(RTM_GETQDISC, 0).zeros(TCMSG_SIZE);
        socket.dump(message, "list queueing disciplines", roots::clear, answer -> {
            int device = answer.payload().getInt(4);
            int parent = answer.payload().getInt(12);
            if (parent == TC_H_ROOT) {
                Attributes a = answer.attributes(TCMSG_SIZE);
                while (a.next()) {
                    if (a.type() == TCA_STATS2) {
                        roots.put(device, queue(a.nested()));
                    }
                }
            }
        });
        return roots;
    }

    /** struct gnet_stats_queue: qlen, backlog, drops, requeues, overlimits. */
    private static QueueStatistics queue(Attributes a) {
        while (a.next()) {
            if (a.type() == TCA_STATS_QUEUE) {
                return new QueueStatistics(Integer.toUnsignedLong(a.int32At(8)), Integer.toUnsignedLong(a.int32At(4)));
            }
        }
        return QueueStatistics.NONE;
    }
}
