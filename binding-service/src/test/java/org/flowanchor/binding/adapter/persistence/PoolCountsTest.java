package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.START;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.application.OperatorQueries.PoolUsage;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

/** How often all prefixes are walked, by a clock that passes while they are. */
class PoolCountsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private final AtomicInteger walks = new AtomicInteger();
    private volatile Duration takes = Duration.ofSeconds(1);
    private volatile CountDownLatch held = new CountDownLatch(0);

    private PoolCounts counts(Duration patience) {
        return new PoolCounts(this::walk, Thread::startVirtualThread, now::get, patience);
    }

    /** The number of the walk is what it counts. */
    private List<PoolUsage> walk() {
        int walk = walks.incrementAndGet();
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        now.addAndGet(takes.toNanos());
        return List.of(new PoolUsage(
                ANCHOR, HomeNetworkPrefix.parse("2001:db8:100::/40"), 64, Optional.empty(), 9, walk, 0, 9, START));
    }

    private static long assigned(PoolCounts counts) {
        return counts.pools().getFirst().assigned();
    }

    @Test
    void whatTookLongIsToldAgainForAHundredTimesAsLong() {
        PoolCounts counts = counts(Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            assertThat(assigned(counts)).isEqualTo(1);
            now.addAndGet(Duration.ofMillis(999).toNanos());
        }
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(assigned(counts)).isEqualTo(2);
        assertThat(walks).hasValue(2);
    }

    @Test
    void whatIsCountedQuicklyIsCountedEachTime() {
        takes = Duration.ofMillis(999);
        PoolCounts counts = counts(Duration.ofMinutes(1));
        for (int i = 1; i <= 3; i++) {
            assertThat(assigned(counts)).isEqualTo(i);
        }
    }

    @Test
    void whoDoesNotWaitGetsAnOlderCountAndOneCountsForAll() {
        PoolCounts counts = counts(Duration.ZERO);
        held = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(counts::pools).isInstanceOf(StoreUnavailableException.class);
        }
        held.countDown();
        Await.until("there is a count", () -> isCounted(counts));
        held = new CountDownLatch(1);
        now.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(assigned(counts)).isEqualTo(1);
        }
        held.countDown();
        Await.until("there is a newer count", () -> assigned(counts) == 2);
        assertThat(walks).hasValue(2);
    }

    private static boolean isCounted(PoolCounts counts) {
        try {
            return assigned(counts) == 1;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    @Test
    void aFailureIsToldAndTheNextOneCountsAnew() {
        PoolCounts counts = new PoolCounts(
                () -> {
                    if (walks.get() == 0) {
                        walks.incrementAndGet();
                        throw new StoreUnavailableException("gone", new IllegalStateException());
                    }
                    return walk();
                },
                Thread::startVirtualThread,
                now::get,
                Duration.ofMinutes(1));
        assertThatThrownBy(counts::pools)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("gone");
        assertThat(assigned(counts)).isEqualTo(2);
    }
}
