package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingLog.Position;
import org.flowanchor.binding.application.RelayStore.Lease;
import org.flowanchor.mobility.LmaAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one anchor's changes from the outbox to the topic, in version order, at least once. Registration never waits for it.
 *
 * <pre>
 * IDLE      -- lease granted ----------&gt; LEADING   from the stored position
 * LEADING   -- batch published --------&gt; LEADING   position advanced under the lease's epoch
 * LEADING   -- publishing failed ------&gt; IDLE      publisher closed; all from the stored position again
 * LEADING   -- epoch not ours any more -&gt; IDLE      publisher closed, nothing more is sent
 * </pre>
 *
 * <p>Traps: a batch whose outcome is unknown is sent again whole, so the last record of a key is always its newest; nothing is sent
 * unless the lease lasts for longer than a publisher tries, so an old leader has fallen silent when a new one begins; a topic that is
 * not the one of the stored position holds nothing of the anchor, so the present entries go first, however many leases that takes; it may be
 * made again under a publisher, which goes on as if nothing had happened; and so does a database that lost its last commits, of which the
 * topic has what is not true any more.
 */
public final class OutboxRelay implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    static final Duration LEASE = Duration.ofSeconds(20);
    /** A lease that has more than this left is not written again. */
    static final Duration LEASE_LEAST = LEASE.dividedBy(2);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** So often the topic is looked at while it is published to. */
    static final Duration LOOK = Duration.ofSeconds(10);

    private static final Duration PRUNE_PERIOD = Duration.ofSeconds(5);
    static final int BATCH_MAX = 1000;
    private static final int PRUNE_MAX = 10_000;

    private final Anchor anchor;
    private final RelayStore relays;
    private final BindingLog log;
    private final BindingPublisher.Factory publishers;
    private final AnchorVersions versions;
    private final RelayState state;
    private final InstantSource clock;
    private final Duration retention;
    private final LongSupplier nanoTime;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable BindingPublisher publisher;
    private @Nullable Lease lease;
    /** The lease lasts until then at least. */
    private long leasedUntil;

    private boolean failing;
    private long nextPrune;
    private long nextLook;

    /** @param retention how long published changes stay readable for the streams */
    public OutboxRelay(
            Anchor anchor,
            RelayStore relays,
            BindingLog log,
            BindingPublisher.Factory publishers,
            AnchorVersions versions,
            RelayState state,
            InstantSource clock,
            Duration retention) {
        this(anchor, relays, log, publishers, versions, state, clock, retention, System::nanoTime);
    }

    OutboxRelay(
            Anchor anchor,
            RelayStore relays,
            BindingLog log,
            BindingPublisher.Factory publishers,
            AnchorVersions versions,
            RelayState state,
            InstantSource clock,
            Duration retention,
            LongSupplier nanoTime) {
        this.anchor = anchor;
        this.relays = relays;
        this.log = log;
        this.publishers = publishers;
        this.versions = versions;
        this.state = state;
        this.clock = clock;
        this.retention = retention;
        this.nanoTime = nanoTime;
        this.nextPrune = nanoTime.getAsLong();
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

    void step() throws InterruptedException {
        long asked = nanoTime.getAsLong();
        Optional<Lease> granted = relays.lease(address(), LEASE);
        state.pending(relays.pending());
        if (granted.isEmpty()) {
            closePublisher();
            lease = null;
            failing = false;
            state.watching(clock.instant());
            stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        Lease held = granted.get();
        Lease before = lease;
        long atLeast = asked + LEASE_LEAST.toNanos();
        if (before == null || before.epoch() != held.epoch() || atLeast - leasedUntil > 0) {
            leasedUntil = atLeast;
        }
        lease = held;
        prune();
        if (!lead(held)) {
            LOG.info("the turn at relaying anchor {} is over", address());
            closePublisher();
            lease = null;
        }
    }

    /** False: the lease is another's now. */
    private boolean lead(Lease held) throws InterruptedException {
        BindingPublisher current = publisher;
        if (current == null) {
            current = publishers.open();
            publisher = current;
            Position before = log.position(address());
            String topic = topic(current, before);
            if (!topic.equals(held.topic())) {
                // The next lease tells the position.
                return publishPresent(current, held) && relays.filled(address(), held, topic, before.version());
            }
        } else if (nanoTime.getAsLong() - nextLook >= 0
                && !topic(current, log.position(address())).equals(held.topic())) {
            LOG.warn("topic or database of anchor {} is not the one it was", address());
            closePublisher();
            return true;
        }
        long known = versions.known(address());
        List<LoggedChange> changes = log.after(address(), held.position(), BATCH_MAX);
        if (changes.isEmpty()) {
            recovered();
            // What is told of and was not found may not exist any more.
            versions.awaitAbove(address(), Math.max(held.position(), known), POLL);
            return true;
        }
        if (!publish(current, held, changes)) {
            return false;
        }
        long asked = nanoTime.getAsLong();
        if (!relays.advance(address(), held, changes.getLast().version(), LEASE)) {
            return false;
        }
        leasedUntil = asked + LEASE.toNanos();
        state.published(changes.size(), clock.instant());
        recovered();
        return true;
    }

    /** What the position belongs to: this topic, and the changes of this history. */
    private String topic(BindingPublisher open, Position now) {
        String topic = open.prepare(anchor.partition());
        nextLook = nanoTime.getAsLong() + LOOK.toNanos();
        return topic + " of " + now.history();
    }

    /** False: the lease is another's now, or does not last for it; nothing was sent. */
    private boolean publish(BindingPublisher open, Lease held, List<LoggedChange> changes) {
        if (!lasts()) {
            long asked = nanoTime.getAsLong();
            if (!relays.renew(address(), held, LEASE)) {
                return false;
            }
            leasedUntil = asked + LEASE.toNanos();
        }
        if (!lasts()) {
            return false;
        }
        open.publish(address(), anchor.partition(), changes);
        return true;
    }

    private boolean lasts() {
        return leasedUntil - nanoTime.getAsLong() >= BindingPublisher.PUBLISHING_MOST.toNanos();
    }

    private void prune() {
        long now = nanoTime.getAsLong();
        if (now - nextPrune >= 0 && relays.prune(address(), retention, PRUNE_MAX) < PRUNE_MAX) {
            nextPrune = now + PRUNE_PERIOD.toNanos();
        }
    }

    /**
     * Changes that pages have seen already come again from the stored position: the last record of a key is its newest. False: the
     * lease is another's now.
     */
    private boolean publishPresent(BindingPublisher open, Lease held) {
        long published = 0;
        Optional<EntryKey> last = Optional.empty();
        List<LoggedChange> page;
        do {
            page = log.page(address(), last, BATCH_MAX).stream()
                    .map(entry -> new LoggedChange(
                            entry.getVersion(), EntryKey.of(entry), Optional.of(entry), Optional.empty()))
                    .toList();
            if (!page.isEmpty()) {
                if (!publish(open, held, page)) {
                    return false;
                }
                last = Optional.of(page.getLast().key());
                published += page.size();
            }
        } while (page.size() == BATCH_MAX);
        LOG.info("topic has nothing of anchor {} yet: {} bindings published", address(), published);
        return true;
    }

    private LmaAddress address() {
        return anchor.lmaAddress();
    }

    private void fail(RuntimeException e) {
        state.failed(String.valueOf(e.getMessage()), clock.instant());
        if (!failing && stop.getCount() > 0) {
            failing = true;
            LOG.warn("relay of anchor {} stands still, registration goes on: {}", address(), e.getMessage());
        }
        closePublisher();
    }

    private void recovered() {
        state.published(0, clock.instant());
        if (failing) {
            failing = false;
            LOG.info("relay of anchor {} goes on", address());
        }
    }

    private void retire() {
        closePublisher();
        Lease held = lease;
        if (held != null) {
            try {
                relays.release(address(), held);
            } catch (RuntimeException e) {
                LOG.debug("lease of anchor {} ends by itself: {}", address(), e.getMessage());
            }
        }
    }

    private void closePublisher() {
        BindingPublisher open = publisher;
        publisher = null;
        if (open != null) {
            open.close();
        }
    }

    /** The running thread ends after what it waits for; interrupt it when that must not take long. */
    @Override
    public void close() {
        stop.countDown();
    }
}
