package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.event.Level;

/**
 * For what a peer can bring about as often as it likes: a warning the first time and then once in a while, details for who debugs. How
 * often it happens is a metric's to say. Any thread.
 */
public final class RareWarning {
    static final Duration PERIOD = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    private final AtomicLong nextAt;

    public RareWarning() {
        this(System::nanoTime);
    }

    RareWarning(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.nextAt = new AtomicLong(nanoTime.getAsLong());
    }

    /** At which it is logged this time. */
    public Level level() {
        long next = nextAt.get();
        long now = nanoTime.getAsLong();
        return now - next >= 0 && nextAt.compareAndSet(next, now + PERIOD.toNanos()) ? Level.WARN : Level.DEBUG;
    }
}
