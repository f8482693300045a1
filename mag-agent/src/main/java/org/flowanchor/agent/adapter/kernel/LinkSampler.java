package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.QueueStatistics;
import org.flowanchor.agent.linux.rtnetlink.QueueingDisciplines;

/** Counters of devices towards the terminals, over a socket of its own: any thread may sample. */
final class LinkSampler implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final NetlinkSocket socket;
    private final Links links;
    private final QueueingDisciplines disciplines;

    LinkSampler() throws SystemCallException {
        socket = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
        links = new Links(socket);
        disciplines = new QueueingDisciplines(socket);
    }

    List<LinkCounters> sample(Predicate<String> names) throws SystemCallException {
        lock.lock();
        try {
            List<LinkCounters> samples = new ArrayList<>();
            Map<Integer, QueueStatistics> queues = disciplines.roots();
            for (Link link : links.all()) {
                if (names.test(link.name())) {
                    QueueStatistics queue = queues.getOrDefault(link.index(), QueueStatistics.NONE);
                    samples.add(new LinkCounters(
                            link.name(),
                            link.isUsable(),
                            link.statistics().sentPackets(),
                            link.statistics().sentBytes(),
                            link.statistics().sendDrops() + queue.drops(),
                            queue.backlogBytes()));
                }
            }
            return samples;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            socket.close();
        } finally {
            lock.unlock();
        }
    }
}
