package org.flowanchor.testbed.traffic;

import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a fixed rate without drift: every deadline is counted from the beginning, never from the last send. After a stall it catches
 * up at no more than twice the rate, so that a stall of this process never becomes a burst that would fill a queue.
 */
final class Pace {
    /** Behind by more than this, what was missed is given up. */
    private static final long GIVE_UP_NANOS = 200_000_000;

    private final long intervalNanos;
    private long nextNanos;
    private long lastNanos;

    /** @param perSecond 1..100000 */
    Pace(int perSecond, long nowNanos) {
        if (perSecond < 1 || perSecond > 100_000) {
            throw new IllegalArgumentException(perSecond + " per second is not in 1..100000");
        }
        intervalNanos = 1_000_000_000L / perSecond;
        nextNanos = nowNanos;
        lastNanos = nowNanos - intervalNanos;
    }

    /** When the next send is due, given that it is {@code nowNanos}. */
    long due(long nowNanos) {
        if (nowNanos - nextNanos > GIVE_UP_NANOS) {
            nextNanos = nowNanos;
        }
        return Math.max(nextNanos, lastNanos + intervalNanos / 2);
    }

    /** It was sent. */
    void sent(long nowNanos) {
        lastNanos = nowNanos;
        nextNanos += intervalNanos;
    }

    /** Waits until the next send is due and counts it as sent. */
    void await() throws InterruptedException {
        long due = due(System.nanoTime());
        long now;
        while ((now = System.nanoTime()) - due < 0) {
            LockSupport.parkNanos(due - now);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        sent(now);
    }
}
