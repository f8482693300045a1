package org.flowanchor.agent.application;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Lines of the log that strangers cause: so many in each period, then one that says how many were left out. Not thread-safe. */
final class LineBudget {
    static final int LINES = 20;
    private static final long PERIOD = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanoTime;
    private long began;
    private int written = LINES;
    private long leftOut;

    LineBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong() - PERIOD;
    }

    /**
     * @param line writes one
     * @param summary writes how many were left out in the period before
     */
    void write(Runnable line, LongConsumer summary) {
        long now = nanoTime.getAsLong();
        if (now - began >= PERIOD) {
            if (leftOut > 0) {
                summary.accept(leftOut);
            }
            began = now;
            written = 0;
            leftOut = 0;
        }
        if (written < LINES) {
            written++;
            line.run();
        } else {
            leftOut++;
        }
    }
}
