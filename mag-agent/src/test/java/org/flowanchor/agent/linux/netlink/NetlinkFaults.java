package org.flowanchor.agent.linux.netlink;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.agent.linux.ffm.Errno;

/** One call of those to come fails, or all from it on, counted over all sockets of the calling thread; for real: the rest of the exchange is with the kernel. */
public final class NetlinkFaults implements AutoCloseable {
    /** What a reading of events is about. */
    public static final String EVENTS = NetlinkSocket.EVENTS;

    /** How it fails. */
    public enum Kind {
        /** The kernel refuses: nothing was done. */
        REFUSED,
        /** It was done, and nobody is told. */
        ANSWER_LOST,
        /** The process dies before it: nothing that follows reaches the kernel either. */
        DEATH
    }

    private final Thread thread = Thread.currentThread();
    private final Kind kind;
    private final int which;
    private int calls;
    private String met = "";

    private NetlinkFaults(Kind kind, int which) {
        this.kind = kind;
        this.which = which;
    }

    /** @param which call fails, from 0 */
    public static NetlinkFaults failing(Kind kind, int which) {
        NetlinkFaults faults = new NetlinkFaults(kind, which);
        NetlinkSocket.interference = new NetlinkSocket.Interference() {
            @Override
            public int refused(String object) {
                boolean refuses = switch (faults.kind) {
                    case REFUSED -> faults.next(object);
                    case ANSWER_LOST -> false;
                    case DEATH -> faults.isReached(object);
                };
                return refuses ? Errno.EPERM : 0;
            }

            @Override
            public boolean lost(String object) {
                return faults.kind == Kind.ANSWER_LOST && faults.next(object);
            }
        };
        return faults;
    }

    /** The first calls about that object are refused, whichever thread makes them; also a {@link NetlinkFaults} to be closed. */
    public static NetlinkFaults refusing(String object, int times) {
        NetlinkFaults faults = new NetlinkFaults(Kind.REFUSED, times);
        AtomicInteger left = new AtomicInteger(times);
        NetlinkSocket.interference = new NetlinkSocket.Interference() {
            @Override
            public int refused(String asked) {
                return asked.equals(object) && left.getAndDecrement() > 0 ? Errno.ENOBUFS : 0;
            }

            @Override
            public boolean lost(String asked) {
                return false;
            }
        };
        return faults;
    }

    /** That call or a later one. */
    private boolean isReached(String object) {
        return next(object) || Thread.currentThread() == thread && calls > which;
    }

    private boolean next(String object) {
        if (Thread.currentThread() != thread) {
            return false;
        }
        boolean now = calls++ == which;
        met = now ? object : met;
        return now;
    }

    /** What failed; empty when there were not so many calls. */
    public Optional<String> met() {
        return Optional.of(met).filter(text -> !text.isEmpty());
    }

    @Override
    public void close() {
        NetlinkSocket.interference = null;
    }
}
