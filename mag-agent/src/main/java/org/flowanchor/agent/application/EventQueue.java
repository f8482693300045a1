package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Inputs of one loop: any thread adds, the loop takes all there is at once, so that a burst costs one apply. */
final class EventQueue<E> {
    private final LinkedBlockingQueue<E> events = new LinkedBlockingQueue<>();

    void add(E event) {
        events.add(event);
    }

    /** All waiting events in order; empty when none came in time. */
    List<E> take(long timeoutNanos) throws InterruptedException {
        List<E> taken = new ArrayList<>();
        E first = events.poll(Math.max(timeoutNanos, 0), TimeUnit.NANOSECONDS);
        if (first != null) {
            taken.add(first);
            events.drainTo(taken);
        }
        return taken;
    }
}
