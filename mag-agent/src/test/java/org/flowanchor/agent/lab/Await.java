package org.flowanchor.agent.lab;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assertions;

/** Waits for a condition, with a deadline. */
public final class Await {
    private Await() {}

    public static void until(String condition, Duration deadline, Callable<Boolean> holds) {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (!holds.call()) {
                if (System.nanoTime() > end) {
                    Assertions.fail("not within " + deadline + ": " + condition);
                }
                Thread.sleep(10);
            }
        } catch (Exception e) {
            throw new AssertionError(condition, e);
        }
    }
}
