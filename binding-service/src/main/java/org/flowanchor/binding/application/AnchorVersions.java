package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.mobility.LmaAddress;

/**
 * The newest version of each anchor this process knows of: wakes streams and the relay. A hint only; who is woken reads the database,
 * and whoever is not woken reads it by the clock.
 */
public final class AnchorVersions {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Map<LmaAddress, Long> known = new HashMap<>();
    private final Map<LmaAddress, Long> committedHere = new HashMap<>();

    /** This process committed {@code version}. */
    public void committed(LmaAddress anchor, long version) {
        advance(anchor, version, true);
    }

    /** Another process says that it committed {@code version}. */
    public void heard(LmaAddress anchor, long version) {
        advance(anchor, version, false);
    }

    private void advance(LmaAddress anchor, long version, boolean here) {
        lock.lock();
        try {
            known.merge(anchor, version, Math::max);
            if (here) {
                committedHere.merge(anchor, version, Math::max);
            }
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The newest version known here; 0 when there is none. After a fail-over that lost commits it may be one that is no more. */
    public long known(LmaAddress anchor) {
        lock.lock();
        try {
            return known.getOrDefault(anchor, 0L);
        } finally {
            lock.unlock();
        }
    }

    /** Returns when a version above {@code version} is known, or after {@code atMost}. */
    public void awaitAbove(LmaAddress anchor, long version, Duration atMost) throws InterruptedException {
        await(known, anchor, version, atMost);
    }

    /** The same for versions committed by this process; returns the newest of them, 0 when there is none. */
    public long awaitCommittedAbove(LmaAddress anchor, long version, Duration atMost) throws InterruptedException {
        return await(committedHere, anchor, version, atMost);
    }

    private long await(Map<LmaAddress, Long> versions, LmaAddress anchor, long version, Duration atMost)
            throws InterruptedException {
        long nanos = TimeUnit.NANOSECONDS.convert(atMost);
        lock.lockInterruptibly();
        try {
            while (versions.getOrDefault(anchor, 0L) <= version && nanos > 0) {
                nanos = advanced.awaitNanos(nanos);
            }
            return versions.getOrDefault(anchor, 0L);
        } finally {
            lock.unlock();
        }
    }
}
