package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flowanchor.binding.application.SubscriberStore.Lease;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the topic {@code subscribers} into the database, in order. Everything else reads the database only: it goes on with the profiles
 * that are stored while Kafka is away, also after a start.
 *
 * <pre>
 * IDLE      -- lease granted ----------------------------------------&gt; READING   from the stored position, if it can be continued
 *                                                                  or &gt; REREADING from the beginning, if it cannot
 * REREADING -- end of the topic, as it was at the beginning ----------&gt; READING   what did not come again is gone
 * READING, REREADING -- lease lost, or the broker does not answer ----&gt; IDLE
 * </pre>
 *
 * <p>A position cannot be continued when nothing was ever read, when the topic is another one, when it lies outside the topic, or when the
 * last look at it is so old that tombstones behind it may have been compacted away.
 *
 * <p>Traps: the position is written in the transaction that takes the records over, so a crash repeats nothing and loses nothing; a record
 * that was sent again carries an old version and is dropped; profiles of an earlier reading stay in force until the new one has come to its
 * end.
 */
public final class SubscriberFeed implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriberFeed.class);
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** That there was nothing new is written down this often. */
    private static final Duration LOOK_NOTED = Duration.ofMinutes(1);

    private final SubscriberStore store;
    private final SubscriberSource.Factory sources;
    private final SubscriberFeedState state;
    private final InstantSource clock;
    private final Duration rereadAfter;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable SubscriberSource source;
    private @Nullable Lease lease;
    private long rereadTo;
    private boolean failing;

    /** @param rereadAfter a position not looked at for this long is not continued; well below the topic's {@code delete.retention.ms} */
    public SubscriberFeed(
            SubscriberStore store,
            SubscriberSource.Factory sources,
            SubscriberFeedState state,
            InstantSource clock,
            Duration rereadAfter) {
        this.store = store;
        this.sources = sources;
        this.state = state;
        this.clock = clock;
        this.rereadAfter = rereadAfter;
    }

    @Override
    public void run() {
        try {
            while (stop.getCount() > 0) {
                try {
                    step();
                } catch (RuntimeException e) {
                    fail(e);
                    stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // The lease is given back with what an interrupt would forbid: a statement.
            boolean interrupted = Thread.interrupted();
            retire();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void step() throws InterruptedException {
        Optional<Lease> granted = store.lease(LEASE);
        state.complete(store.isComplete());
        if (granted.isEmpty()) {
            idle();
            stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        SubscriberSource reading = source;
        if (reading == null) {
            reading = sources.open();
            source = reading;
            begin(reading, granted.get());
        }
        read(reading);
        recovered();
    }

    private void begin(SubscriberSource reading, Lease granted) {
        Lease held = granted;
        long end = reading.end();
        if (!continues(reading, held, end)) {
            LOG.info("profiles of subscribers are read from the beginning of their topic");
            store.readAnew(held, reading.topicIdentifier());
            held = new Lease(
                    held.epoch(),
                    Optional.of(reading.topicIdentifier()),
                    reading.beginning(),
                    true,
                    Optional.of(clock.instant()));
        }
        lease = held;
        rereadTo = end;
        reading.seek(held.position());
    }

    private boolean continues(SubscriberSource reading, Lease held, long end) {
        Instant tooOld = clock.instant().minus(rereadAfter);
        return held.topicIdentifier().equals(Optional.of(reading.topicIdentifier()))
                && held.position() >= reading.beginning()
                && held.position() <= end
                && held.readAt().filter(tooOld::isBefore).isPresent();
    }

    private void read(SubscriberSource reading) {
        Lease held = requireLease();
        SubscriberSource.Batch batch = reading.poll();
        // Also tells whether the broker is there: a poll is silent about that.
        long end = reading.end();
        boolean news = batch.next() != held.position() || held.rereading();
        if (!news
                && held.readAt()
                        .filter(clock.instant().minus(LOOK_NOTED)::isBefore)
                        .isPresent()) {
            state.read(0, Math.max(0, end - batch.next()), clock.instant());
            return;
        }
        if (!store.apply(held, batch.records(), batch.next(), LEASE)) {
            idle();
            return;
        }
        boolean finished = held.rereading() && batch.next() >= rereadTo;
        if (finished) {
            if (!store.finishReading(held, LEASE)) {
                idle();
                return;
            }
            LOG.info("profiles of subscribers are read to the end of their topic");
        }
        lease = new Lease(
                held.epoch(),
                held.topicIdentifier(),
                batch.next(),
                held.rereading() && !finished,
                Optional.of(clock.instant()));
        state.read(batch.records().size(), Math.max(0, end - batch.next()), clock.instant());
    }

    private Lease requireLease() {
        Lease held = lease;
        if (held == null) {
            throw new IllegalStateException("reading without a lease");
        }
        return held;
    }

    private void recovered() {
        if (failing) {
            failing = false;
            LOG.info("profiles of subscribers are read again");
        }
        state.working();
    }

    private void fail(RuntimeException e) {
        String why = String.valueOf(e.getMessage());
        if (!failing) {
            failing = true;
            LOG.warn("profiles of subscribers are not read, those that are stored stay in force: {}", why);
        }
        state.failed(why, clock.instant());
        idle();
    }

    /** The next holder, or we, begin at the stored position. */
    private void idle() {
        SubscriberSource reading = source;
        source = null;
        lease = null;
        if (reading != null) {
            reading.close();
        }
    }

    private void retire() {
        Lease held = lease;
        idle();
        if (held != null) {
            try {
                store.release(held);
            } catch (RuntimeException e) {
                LOG.debug("the lease runs out by itself: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        stop.countDown();
    }
}
