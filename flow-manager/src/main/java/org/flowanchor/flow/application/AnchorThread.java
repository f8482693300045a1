package org.flowanchor.flow.application;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.flowanchor.mobility.LmaAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of an anchor: tasks run one after the other; one that fails is told and costs no other. */
final class AnchorThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnchorThread.class);

    private final LmaAddress anchor;
    private final ScheduledThreadPoolExecutor executor;

    AnchorThread(LmaAddress anchor) {
        this.anchor = anchor;
        this.executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("anchor-" + anchor).factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Nothing happens once it is closed. */
    void post(Runnable task) {
        if (!executor.isShutdown()) {
            executor.execute(guarded(task));
        }
    }

    void postAfter(Duration delay, Runnable task) {
        executor.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    void repeat(Duration interval, Runnable task) {
        executor.scheduleWithFixedDelay(guarded(task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The caller is told of a failure. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("Anchor {}: a task failed", anchor, e);
            }
        };
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
