package org.flowanchor.agent.adapter.kernel;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.Poller;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes somebody when routes, rules, addresses or links of this network namespace change, whoever changed them. Whether that matters is judged by
 * {@link KernelTables#drifted()}, on the thread that owns the kernel; here nothing is read, so that a flood of changes costs little and
 * is never a backlog. The paths of tunnels are looked after on the same thread.
 */
final class KernelWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelWatch.class);

    /** At most so often: bounds both the cost of a flood and the time until a change is looked at. */
    private static final long REST_NANOS = 20_000_000;

    private static final long FAILED_REST_NANOS = 1_000_000_000;

    /** So late are reduced paths tried again, and those of an earlier process found. */
    private static final int LOOK_MILLIS = 30_000;

    private final NetlinkSocket events;
    private final PathMtus paths;
    private final Poller poller;
    private final Thread thread;
    private volatile boolean closed;

    /** How it waits for sockets. */
    @FunctionalInterface
    interface Waiting {
        Poller on(List<NativeSocket> sockets) throws SystemCallException;
    }

    /** @param paths closed with this */
    KernelWatch(Runnable changed, PathMtus paths) throws SystemCallException {
        this(changed, paths, Poller::new);
    }

    KernelWatch(Runnable changed, PathMtus paths, Waiting waiting) throws SystemCallException {
        this.paths = paths;
        events = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
        events.subscribe(Rtnetlink.RTNLGRP_LINK);
        events.subscribe(Rtnetlink.RTNLGRP_IPV6_IFADDR);
        events.subscribe(Rtnetlink.RTNLGRP_IPV6_ROUTE);
        events.subscribe(Rtnetlink.RTNLGRP_IPV6_RULE);
        poller = waiting.on(List.of(events.socket(), paths.socket()));
        thread = Thread.ofPlatform().name("kernel-watch").daemon(true).start(() -> watch(changed));
    }

    private void watch(Runnable changed) {
        boolean fails = false;
        while (!closed) {
            try {
                if (!poller.await(LOOK_MILLIS)) {
                    return;
                }
                look(changed);
                fails = false;
                LockSupport.parkNanos(REST_NANOS);
            } catch (SystemCallException | RuntimeException e) {
                if (!fails) {
                    LOG.error("changes of the kernel cannot be read, looked for again every second: {}", e.toString());
                }
                fails = true;
                // What could not be read may have been any change.
                changed.run();
                LockSupport.parkNanos(FAILED_REST_NANOS);
            }
        }
    }

    private void look(Runnable changed) throws SystemCallException {
        boolean[] any = new boolean[1];
        boolean whole = events.events(event -> any[0] = true);
        if (any[0] || !whole) {
            changed.run();
        }
        paths.look();
    }

    @Override
    public void close() {
        closed = true;
        poller.wakeUp();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        events.close();
        paths.close();
        poller.close();
    }
}
