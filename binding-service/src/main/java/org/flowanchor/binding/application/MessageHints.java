package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.mobility.LmaAddress;

/**
 * Wakes those who send messages to gateways: this process wrote some, another says it did, or a gateway came within reach. A hint only;
 * whoever is not woken looks by the clock.
 */
public final class MessageHints {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<LmaAddress> toSend = new HashSet<>();
    private final Set<LmaAddress> toAnnounce = new HashSet<>();

    /** This process wrote messages. */
    public void wrote(LmaAddress anchor) {
        lock.lock();
        try {
            toSend.add(anchor);
            toAnnounce.add(anchor);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Another process wrote messages, or a gateway came within reach. */
    public void look(LmaAddress anchor) {
        lock.lock();
        try {
            toSend.add(anchor);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when there may be something to send, or after {@code atMost}. */
    public void awaitSending(LmaAddress anchor, Duration atMost) throws InterruptedException {
        await(toSend, anchor, atMost);
    }

    /** Whether this process wrote messages since the last call; waits for it {@code atMost} so long. */
    public boolean awaitAnnouncing(LmaAddress anchor, Duration atMost) throws InterruptedException {
        return await(toAnnounce, anchor, atMost);
    }

    private boolean await(Set<LmaAddress> anchors, LmaAddress anchor, Duration atMost) throws InterruptedException {
        long nanos = TimeUnit.NANOSECONDS.convert(atMost);
        lock.lockInterruptibly();
        try {
            while (!anchors.contains(anchor) && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return anchors.remove(anchor);
        } finally {
            lock.unlock();
        }
    }
}
