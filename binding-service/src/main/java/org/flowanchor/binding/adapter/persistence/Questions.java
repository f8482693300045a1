package org.flowanchor.binding.adapter.persistence;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.flowanchor.binding.application.StoreUnavailableException;

/**
 * A kind of operators' questions, of which only so many are answered at once: they may take long, and whoever asks for a connection
 * after them, such as the health check, should find one.
 */
final class Questions {
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private final int atOnce;
    private final Semaphore turns;

    Questions(int atOnce) {
        this.atOnce = atOnce;
        this.turns = new Semaphore(atOnce, true);
    }

    /** @throws StoreUnavailableException when those before it take too long */
    <T> T ask(Supplier<T> question) {
        try {
            if (!turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreUnavailableException(
                        atOnce + " such questions are being answered", new TimeoutException());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted", e);
        }
        try {
            return question.get();
        } finally {
            turns.release();
        }
    }
}
