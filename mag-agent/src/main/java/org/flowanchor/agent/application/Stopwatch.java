package org.flowanchor.agent.application;

import java.util.function.LongSupplier;

/** Length of intervals that follow each other. */
final class Stopwatch {
    private final LongSupplier nanoTime;
    private long last;

    Stopwatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    /** Milliseconds since the last lap, at least 1. */
    int lap() {
        long now = nanoTime.getAsLong();
        long millis = (now - last) / 1_000_000;
        last = now;
        return (int) Math.clamp(millis, 1, Integer.MAX_VALUE);
    }
}
