package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.flowanchor.binding.application.BindingStore.Commit;
import org.flowanchor.binding.application.BindingStore.Prepared;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides for an anchor, and those that take its transactions to the disk: written side by side, committed one
 * after the other in the order they were decided in. Work on one mobile node is decided in the order of its arrival, and never while a
 * transaction with that node is under way.
 *
 * <pre>
 * waiting   -- decided, prepared --&gt; in flight: written; committed and told in this order
 * in flight -- beaten by another replica, or behind one that failed --&gt; alone: locked, decided anew, committed, in the old order
 * </pre>
 *
 * <p>Traps: a decision counts only after the commit, so what is decided again is decided anew; work that breaks a whole transaction is
 * isolated by halving, so one bad row never starves its neighbours; a store that does not answer, or an error, means silence, never a
 * status: the gateway retransmits. What is settled alone is told behind what was committed before it.
 */
final class AnchorLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(AnchorLoop.class);
    static final int BATCH_MAX = 256;
    static final int QUEUE_MAX = 65_536;

    /** A third would only make all of them smaller, and each costs as much again. */
    private static final int IN_FLIGHT_MAX = 2;

    private static final int TRIES_MAX = 5;

    /** A transaction that goes beside another has at least as much to do, unless the other one ends before that. */
    static final int COMPANY_LEAST = 32;

    /**
     * Work this old is not decided any more: this process was held, or the database was away. Meanwhile its gateway has repeated it, and
     * the mobile node may have gone on elsewhere.
     */
    static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** After another replica was faster, it is expected to stay active for so long. */
    private static final long CONTENDED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LmaAddress anchor;
    private final BindingStore store;
    private final AnchorVersions versions;
    private final MessageHints messages;
    private final RegistrationMetrics metrics;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Deque<Work<?>> queue = new ArrayDeque<>();
    private int flying;
    private int piecesFlying;
    /** The most that waited and was under way at a time, lately. */
    private int usualLoad;

    private boolean stopped;
    private boolean ended;

    // Owned by the deciding thread.
    private final Deque<Flight> inFlight = new ArrayDeque<>();
    private final Set<MobileNodeIdentifier> nodesInFlight = new HashSet<>();
    private long contendedUntil = System.nanoTime();

    /** One thing to decide on, and who waits for it. */
    private record Work<T>(
            BatchScope scope,
            Optional<String> traceparent,
            Function<BindingTransaction, T> decide,
            CompletableFuture<T> outcome,
            long bornNanos) {
        /** Decides; the result is told when it is durable. */
        Runnable decideOn(BindingTransaction transaction, long now) {
            if (now - bornNanos > STALE_NANOS) {
                return () -> outcome.completeExceptionally(new TimeoutException("waited too long"));
            }
            transaction.causedBy(traceparent);
            T decision = decide.apply(transaction);
            return () -> outcome.complete(decision);
        }
    }

    /** Takes transactions from their decision to their end. */
    private static final class Stages implements AutoCloseable {
        private final ExecutorService writers;
        private final ExecutorService committer;
        private final ExecutorService teller;

        Stages(LmaAddress anchor) {
            writers = Executors.newFixedThreadPool(
                    IN_FLIGHT_MAX,
                    Thread.ofPlatform().name("write-" + anchor + "-", 0).factory());
            committer = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("commit-" + anchor).factory());
            teller = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("tell-" + anchor).factory());
        }

        void tell(List<Runnable> all) {
            teller.execute(() -> all.forEach(Runnable::run));
        }

        @Override
        public void close() {
            writers.close();
            committer.close();
            teller.close();
        }
    }

    /** One transaction between its decision and its end. */
    private final class Flight {
        private final List<Work<?>> batch;
        private final List<Runnable> tell;
        private final Prepared prepared;
        private final long began;

        // Guarded by lock.
        private boolean over;
        private @Nullable Throwable failure;

        Flight(List<Work<?>> batch, List<Runnable> tell, Prepared prepared, long began) {
            this.batch = batch;
            this.tell = tell;
            this.prepared = prepared;
            this.began = began;
        }

        /** Written beside the one before it, committed after it. */
        void start(Stages stages) {
            CompletableFuture<Optional<Throwable>> written = CompletableFuture.supplyAsync(this::write, stages.writers);
            stages.committer.execute(() -> written.join().ifPresentOrElse(this::abandon, () -> commit(stages)));
        }

        /** Empty when it succeeded. */
        private Optional<Throwable> write() {
            try {
                prepared.write();
                return Optional.empty();
            } catch (Throwable e) {
                return Optional.of(e);
            }
        }

        private void abandon(Throwable why) {
            try {
                prepared.abandon(why);
            } finally {
                end(why);
            }
        }

        private void commit(Stages stages) {
            try {
                committed(batch, prepared.commit(), began);
                // Before the end: what is settled after it is told after it.
                stages.tell(tell);
            } catch (Throwable e) {
                end(e);
                return;
            }
            end(null);
        }

        private void end(@Nullable Throwable failed) {
            lock.lock();
            try {
                failure = failed;
                over = true;
                flying--;
                piecesFlying -= batch.size();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** @param clock of {@link System#nanoTime} */
    AnchorLoop(
            LmaAddress anchor,
            BindingStore store,
            AnchorVersions versions,
            MessageHints messages,
            RegistrationMetrics metrics,
            LongSupplier clock) {
        this.anchor = anchor;
        this.store = store;
        this.versions = versions;
        this.messages = messages;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Completes after the commit, on a thread of the loop's; exceptionally when the outcome is not known.
     *
     * @param decide pure: it may be asked more than once
     * @param overloaded the answer when too much waits already
     */
    <T> CompletableFuture<T> submit(
            BatchScope scope, Optional<String> traceparent, Function<BindingTransaction, T> decide, T overloaded) {
        Work<T> work = new Work<>(scope, traceparent, decide, new CompletableFuture<>(), clock.getAsLong());
        lock.lock();
        try {
            if (stopped || ended) {
                cancel(work);
            } else if (queue.size() >= QUEUE_MAX) {
                work.outcome.complete(overloaded);
            } else {
                queue.add(work);
                if (flying == 0 || queue.size() == company()) {
                    changed.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
        return work.outcome;
    }

    /**
     * How much must wait for a transaction beside one under way: an equal share of the usual load, so that all become as large as they
     * can be. Guarded by lock.
     */
    private int company() {
        return Math.clamp(usualLoad / IN_FLIGHT_MAX - usualLoad / 16, COMPANY_LEAST, BATCH_MAX);
    }

    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try (Stages stages = new Stages(anchor)) {
            List<Work<?>> batch = take(stages);
            while (!batch.isEmpty()) {
                turn(batch, stages);
                batch = take(stages);
            }
            land(stages);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** Nobody waits for what is not told by now. */
    private void end() {
        lock.lock();
        try {
            ended = true;
            inFlight.forEach(flight -> flight.batch.forEach(AnchorLoop::cancel));
            queue.forEach(AnchorLoop::cancel);
            queue.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void cancel(Work<?> work) {
        work.outcome.completeExceptionally(new CancellationException("stopping"));
    }

    /** It ended though nobody stopped it: the anchor is served here no more. */
    boolean brokeOff() {
        lock.lock();
        try {
            return ended && !stopped;
        } finally {
            lock.unlock();
        }
    }

    /** What the next transaction decides on; empty at the end. Settles what failed meanwhile. */
    private List<Work<?>> take(Stages stages) throws InterruptedException {
        while (true) {
            reap(stages);
            lock.lock();
            try {
                if (stopped) {
                    return List.of();
                }
                int needed = flying == 0 ? 1 : flying < IN_FLIGHT_MAX ? company() : Integer.MAX_VALUE;
                if (queue.size() >= needed) {
                    List<Work<?>> batch = pollFree();
                    if (!batch.isEmpty()) {
                        return batch;
                    }
                }
                if (inFlight.isEmpty() || !inFlight.getFirst().over) {
                    changed.await();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The next pieces of work whose mobile nodes are not under way, nor wait in an earlier piece. */
    private List<Work<?>> pollFree() {
        List<Work<?>> batch = new ArrayList<>(Math.min(queue.size(), BATCH_MAX));
        Set<MobileNodeIdentifier> passedOver = new HashSet<>();
        Iterator<Work<?>> waiting = queue.iterator();
        while (waiting.hasNext() && batch.size() < BATCH_MAX) {
            Work<?> work = waiting.next();
            Set<MobileNodeIdentifier> nodes = work.scope.mobileNodes();
            if (isFree(nodes, passedOver)) {
                waiting.remove();
                batch.add(work);
            } else {
                passedOver.addAll(nodes);
            }
        }
        return batch;
    }

    private boolean isFree(Set<MobileNodeIdentifier> nodes, Set<MobileNodeIdentifier> passedOver) {
        for (MobileNodeIdentifier node : nodes) {
            if (nodesInFlight.contains(node) || passedOver.contains(node)) {
                return false;
            }
        }
        return true;
    }

    /** Forgets the transactions that are over; when one failed, it and all behind it are settled alone. */
    private void reap(Stages stages) throws InterruptedException {
        lock.lock();
        try {
            while (!inFlight.isEmpty() && inFlight.getFirst().over && inFlight.getFirst().failure == null) {
                forget(inFlight.removeFirst());
            }
            if (inFlight.isEmpty() || !inFlight.getFirst().over) {
                return;
            }
        } finally {
            lock.unlock();
        }
        land(stages);
    }

    private void forget(Flight flight) {
        flight.batch.forEach(work -> nodesInFlight.removeAll(work.scope.mobileNodes()));
    }

    private void turn(List<Work<?>> batch, Stages stages) throws InterruptedException {
        if (System.nanoTime() - contendedUntil < 0) {
            land(stages);
            settle(batch, stages);
            return;
        }
        long began = System.nanoTime();
        List<Runnable> tell = new ArrayList<>(batch.size());
        Flight flight;
        try {
            flight = new Flight(batch, tell, store.prepare(anchor, scope(batch), decide(batch, tell)), began);
        } catch (RuntimeException e) {
            noteContention(e);
            land(stages);
            settle(batch, stages);
            return;
        } catch (Error e) {
            unanswered(batch, e);
            return;
        }
        lock.lock();
        try {
            flying++;
            piecesFlying += batch.size();
            usualLoad = Math.max(piecesFlying + queue.size(), usualLoad - usualLoad / 16);
        } finally {
            lock.unlock();
        }
        batch.forEach(work -> nodesInFlight.addAll(work.scope.mobileNodes()));
        inFlight.add(flight);
        flight.start(stages);
    }

    /** Waits for all transactions in flight and settles those that failed. */
    private void land(Stages stages) throws InterruptedException {
        while (!inFlight.isEmpty()) {
            Flight first = inFlight.getFirst();
            Throwable failure;
            lock.lock();
            try {
                while (!inFlight.stream().allMatch(flight -> flight.over)) {
                    changed.await();
                }
                failure = first.failure;
            } finally {
                lock.unlock();
            }
            forget(inFlight.removeFirst());
            if (failure != null) {
                noteContention(failure);
                if (failure instanceof StoreUnavailableException || failure instanceof Error) {
                    unanswered(first.batch, failure);
                } else {
                    settle(first.batch, stages);
                }
            }
        }
    }

    private void noteContention(Throwable failure) {
        if (failure instanceof StoreConflictException) {
            contendedUntil = System.nanoTime() + CONTENDED_NANOS;
        }
    }

    private void settle(List<Work<?>> batch, Stages stages) {
        RuntimeException failure;
        try {
            transactWithRetries(batch, stages);
            return;
        } catch (StoreUnavailableException | Error e) {
            unanswered(batch, e);
            return;
        } catch (RuntimeException e) {
            failure = e;
        }
        if (batch.size() == 1) {
            LOG.error("work of anchor {} cannot be done", anchor, failure);
            unanswered(batch, failure);
            return;
        }
        int half = batch.size() / 2;
        settle(batch.subList(0, half), stages);
        settle(batch.subList(half, batch.size()), stages);
    }

    private void unanswered(List<Work<?>> batch, Throwable cause) {
        if (cause instanceof Error) {
            LOG.error("{} pieces of work of anchor {} stay without answer", batch.size(), anchor, cause);
        } else {
            LOG.warn(
                    "{} pieces of work of anchor {} stay without answer: {}", batch.size(), anchor, cause.getMessage());
        }
        batch.forEach(work -> work.outcome.completeExceptionally(cause));
    }

    private void transactWithRetries(List<Work<?>> batch, Stages stages) {
        for (int tries = 1; ; tries++) {
            try {
                long began = System.nanoTime();
                List<Runnable> tell = new ArrayList<>(batch.size());
                committed(batch, store.transact(anchor, scope(batch), decide(batch, tell)), began);
                stages.tell(tell);
                return;
            } catch (StoreConflictException e) {
                if (tries == TRIES_MAX) {
                    throw e;
                }
            }
        }
    }

    private Consumer<BindingTransaction> decide(List<Work<?>> batch, List<Runnable> tell) {
        return transaction -> {
            long now = clock.getAsLong();
            tell.clear();
            batch.forEach(work -> tell.add(work.decideOn(transaction, now)));
        };
    }

    private void committed(List<Work<?>> batch, Commit commit, long began) {
        metrics.committed(batch.size(), Duration.ofNanos(System.nanoTime() - began));
        if (commit.changes() > 0) {
            versions.committed(anchor, commit.version());
        }
        if (commit.messages() > 0) {
            messages.wrote(anchor);
        }
    }

    private static BatchScope scope(List<Work<?>> batch) {
        return BatchScope.union(batch.stream().map(Work::scope).toList());
    }
}
