package org.flowanchor.agent.adapter.kernel;

import java.util.Optional;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.conntrack.Connections;
import org.flowanchor.agent.linux.conntrack.TableStatistics;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;

/**
 * The kernel's connection tracking table: its size, and how full it is. Its own socket, so that whoever reads all connections is not
 * waited for.
 *
 * <p>Trap: its limit is one for all network namespaces, each counted by itself, and only the first namespace may change it.
 */
final class ConnectionTable implements AutoCloseable {
    private static final String LIMIT = "net/netfilter/nf_conntrack_max";
    private static final String BUCKETS = "net/netfilter/nf_conntrack_buckets";

    private final NetlinkSocket socket;
    private final Connections connections;
    private final long wanted;
    private long limit;
    private Optional<String> sizeRefusal = Optional.empty();

    /** @param wanted connections at least; 0: as many as there are */
    ConnectionTable(long wanted) throws SystemCallException {
        this.wanted = wanted;
        socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER);
        connections = new Connections(socket);
    }

    /** As last read; read now if never. */
    long limit() throws SystemCallException {
        return limit == 0 ? statistics().limit() : limit;
    }

    TableStatistics statistics() throws SystemCallException {
        TableStatistics now = connections.statistics();
        limit = now.limit();
        return now;
    }

    /** Makes the table larger where it is smaller than wanted; where that is not allowed it stays, and {@link #sizeRefusal} says so. */
    void size() throws SystemCallException {
        // Asking also loads the kernel's module: before, there is no switch.
        long present = statistics().limit();
        String count = Long.toString(wanted);
        try {
            if (present < wanted) {
                KernelSettings.require(LIMIT, count);
            }
            // Each by itself: the limit may be taken and the buckets refused.
            if (KernelSettings.number(BUCKETS, Integer.MAX_VALUE) < wanted) {
                KernelSettings.require(BUCKETS, count);
            }
            sizeRefusal = Optional.empty();
        } catch (KernelException e) {
            sizeRefusal = Optional.of(e.getMessage() + "; " + present + " connections can be tracked");
        }
        statistics();
    }

    Optional<String> sizeRefusal() {
        return sizeRefusal;
    }

    @Override
    public void close() {
        socket.close();
    }
}
