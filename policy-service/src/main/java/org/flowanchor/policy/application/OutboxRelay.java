package org.flowanchor.policy.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the outbox of one topic to it, in order, for as long as it runs. One thread; woken by {@link #wake()}, with a look every second for
 * what other replicas left.
 *
 * <p>States: preparing (the topic is not known to exist) until {@link CompactedTopic#prepare()} returned, then draining until a failure,
 * which may mean that the topic is gone, then preparing again. Nothing here can fail a write: writers only leave a row.
 */
public final class OutboxRelay {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final long ROUND_MILLIS = 1000;

    /**
     * How it goes.
     *
     * @param failingSince empty while all is well
     */
    public record Status(Outbox.Pending pending, Optional<Instant> failingSince, String failure) {}

    private final Outbox outbox;
    private final CompactedTopic topic;
    private final int batch;
    private final InstantSource clock;
    private final Semaphore wakes = new Semaphore(0);
    private final LongAdder published = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private boolean prepared;
    private volatile Status status = new Status(new Outbox.Pending(0, Optional.empty()), Optional.empty(), "");

    /** @param batch most records sent at once: the size of a record of this topic bounds it */
    public OutboxRelay(Outbox outbox, CompactedTopic topic, int batch, InstantSource clock) {
        this.outbox = outbox;
        this.topic = topic;
        this.batch = batch;
        this.clock = clock;
    }

    /** Says that there is something to do; never blocks. */
    public void wake() {
        wakes.release();
    }

    /** Returns when interrupted. */
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            round();
            try {
                if (wakes.tryAcquire(ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Publishes all there is, or notes why not. */
    void round() {
        Optional<RuntimeException> failure = Optional.empty();
        try {
            if (!prepared) {
                topic.prepare();
                prepared = true;
            }
            int count;
            do {
                count = outbox.drain(batch, topic::publish);
                published.add(count);
            } while (count == batch);
        } catch (RuntimeException e) {
            failure = Optional.of(e);
            prepared = false;
        }
        if (!Thread.currentThread().isInterrupted()) {
            note(failure);
        }
    }

    private void note(Optional<RuntimeException> failure) {
        Outbox.Pending pending = status.pending();
        try {
            pending = outbox.pending();
        } catch (RuntimeException e) {
            failure = failure.or(() -> Optional.of(e));
        }
        Optional<Instant> since = status.failingSince();
        if (failure.isEmpty()) {
            since.ifPresent(
                    instant -> LOG.info("{} reach their topic again, they did not since {}", topic.name(), instant));
            status = new Status(pending, Optional.empty(), "");
            return;
        }
        failures.increment();
        String reason = rootOf(failure.get());
        if (since.isEmpty()) {
            LOG.warn("{} do not reach their topic, {} records wait: {}", topic.name(), pending.records(), reason);
        }
        status = new Status(pending, since.or(() -> Optional.of(clock.instant())), reason);
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    public Status status() {
        return status;
    }

    /** Records brought to the topic by this process. */
    public long published() {
        return published.sum();
    }

    /** Rounds that failed in this process. */
    public long failures() {
        return failures.sum();
    }
}
