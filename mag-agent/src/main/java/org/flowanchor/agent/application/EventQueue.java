package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Inputs of one loop: any thread adds, the loop takes all there is at once, so that a burst costs one apply. */
final class EventQueue<E> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private List<E> events = new ArrayList<>();

    void add(E event) {
        lock.lock();
        try {
            events.add(event);
            added.signal();
        } finally {
            lock.unlock();
        }
    }

    /** All waiting events in order; empty when none came in time. */
    List<E> take(long timeoutNanos) throws InterruptedException {
        await(timeoutNanos);
        return drain();
    }

    /** Returns when there is an event, or the time is over; takes none. For one thread at a time. */
    void await(long timeoutNanos) throws InterruptedException {
        long end = System.nanoTime() + timeoutNanos;
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (events.isEmpty() && left > 0) {
                boolean signalled = added.await(left, TimeUnit.NANOSECONDS);
                left = signalled ? end - System.nanoTime() : 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /** All waiting events in order, without waiting. */
    List<E> drain() {
        lock.lock();
        try {
            List<E> taken = events;
            events = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return events.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
