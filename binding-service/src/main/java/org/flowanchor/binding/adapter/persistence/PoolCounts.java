package org.flowanchor.binding.adapter.persistence;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.flowanchor.binding.application.OperatorQueries.PoolUsage;
import org.flowanchor.binding.application.StoreUnavailableException;

/**
 * How full pools are. Counting walks every prefix that was ever assigned, and counts that were kept beside them would cost every
 * attachment. So it is done by one at a time, and what took long is told again for a hundred times as long: counting never takes more
 * than a hundredth of the time, however many ask. Each answer says when it was counted.
 */
final class PoolCounts {
    /** What is counted sooner is counted each time. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int SHARE = 100;

    private final Supplier<List<PoolUsage>> counting;
    private final Executor threads;
    private final LongSupplier clock;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private Optional<Counted> last = Optional.empty();
    private Optional<CompletableFuture<Counted>> underWay = Optional.empty();

    private record Counted(List<PoolUsage> pools, long tookNanos, long atNanos) {
        boolean holds(long now) {
            return tookNanos >= LONG_NANOS && (now - atNanos) / SHARE < tookNanos;
        }
    }

    /**
     * @param clock of {@link System#nanoTime}
     * @param patience after which who asks gets an older count, if there is one
     */
    PoolCounts(Supplier<List<PoolUsage>> counting, Executor threads, LongSupplier clock, Duration patience) {
        this.counting = counting;
        this.threads = threads;
        this.clock = clock;
        this.patience = patience;
    }

    /** @throws StoreUnavailableException when nothing was counted yet, and it takes long */
    List<PoolUsage> pools() {
        Optional<Counted> earlier;
        CompletableFuture<Counted> newer;
        lock.lock();
        try {
            earlier = last;
            if (earlier.filter(counted -> counted.holds(clock.getAsLong())).isPresent()) {
                return earlier.get().pools();
            }
            newer = underWay.orElseGet(this::begin);
        } finally {
            lock.unlock();
        }
        try {
            return newer.get(patience.toMillis(), TimeUnit.MILLISECONDS).pools();
        } catch (TimeoutException e) {
            return earlier.map(Counted::pools)
                    .orElseThrow(() -> new StoreUnavailableException("prefixes are being counted", e));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted", e);
        }
    }

    private CompletableFuture<Counted> begin() {
        CompletableFuture<Counted> begun = CompletableFuture.supplyAsync(this::count, threads);
        underWay = Optional.of(begun);
        return begun;
    }

    private Counted count() {
        Optional<Counted> counted = Optional.empty();
        try {
            long began = clock.getAsLong();
            List<PoolUsage> pools = counting.get();
            long now = clock.getAsLong();
            counted = Optional.of(new Counted(pools, now - began, now));
            return counted.get();
        } finally {
            end(counted);
        }
    }

    private void end(Optional<Counted> counted) {
        lock.lock();
        try {
            underWay = Optional.empty();
            last = counted.or(() -> last);
        } finally {
            lock.unlock();
        }
    }
}
