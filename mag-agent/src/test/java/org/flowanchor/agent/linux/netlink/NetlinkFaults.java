package org.flowanchor.agent.linux.netlink;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.netlink.NetlinkSocket.Interference;

/**
 * One call of those to come fails, or all from it on, counted over all sockets of the calling thread; for real: the rest of the exchange is
 * with the kernel. Several threads may each have their own.
 */
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

    private static final List<Interference> ACTIVE = new CopyOnWriteArrayList<>();
    private static final Interference ALL = new Interference() {
        @Override
        public int refused(String object) {
            return ACTIVE.stream()
                    .mapToInt(each -> each.refused(object))
                    .filter(error -> error != 0)
                    .findFirst()
                    .orElse(0);
        }

        @Override
        public boolean lost(String object) {
            return ACTIVE.stream().anyMatch(each -> each.lost(object));
        }
    };

    private final Thread thread = Thread.currentThread();
    private Interference own = ALL;
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
        faults.add(new Interference() {
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
        });
        return faults;
    }

    /** The first calls about that object are refused, whichever thread makes them; also a {@link NetlinkFaults} to be closed. */
    public static NetlinkFaults refusing(String object, int times) {
        NetlinkFaults faults = new NetlinkFaults(Kind.REFUSED, times);
        AtomicInteger left = new AtomicInteger(times);
        faults.add(new Interference() {
            @Override
            public int refused(String asked) {
                return asked.equals(object) && left.getAndDecrement() > 0 ? Errno.ENOBUFS : 0;
            }

            @Override
            public boolean lost(String asked) {
                return false;
            }
        });
        return faults;
    }

    private void add(Interference interference) {
        own = interference;
        ACTIVE.add(interference);
        NetlinkSocket.interference = ALL;
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
        // ALL stays: without one it does nothing.
        ACTIVE.remove(own);
    }
}
