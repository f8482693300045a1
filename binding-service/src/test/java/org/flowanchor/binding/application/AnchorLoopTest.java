package org.flowanchor.binding.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnchorLoopTest {
    private static final LmaAddress ANCHOR = LmaAddress.parse("2001:db8::1");
    private static final BatchScope SCOPE = BatchScope.of(List.of(new MobileNodeIdentifier("mn1@example.org")));

    private final AtomicLong clock = new AtomicLong(System.nanoTime());
    private final AtomicInteger decisions = new AtomicInteger();
    private final AtomicLong held = new AtomicLong();
    private final AtomicInteger prepared = new AtomicInteger();
    private final List<Integer> committed = new CopyOnWriteArrayList<>();

    private final CountDownLatch firstBegan = new CountDownLatch(1);

    /** The first transaction's rows are written when the second one's are. */
    private volatile CountDownLatch firstWrites = new CountDownLatch(0);

    /** What the next writing throws, once. */
    private final AtomicReference<@Nullable Throwable> breaksWriting = new AtomicReference<>();

    private final AnchorLoop loop = new AnchorLoop(
            ANCHOR, new HeldStore(), new AnchorVersions(), new MessageHints(), new Replica.Counts(), clock::get);
    private Thread thread;

    @BeforeEach
    void start() {
        thread = Thread.ofPlatform().start(loop);
    }

    @AfterEach
    void stop() throws InterruptedException {
        firstWrites.countDown();
        loop.stop();
        thread.join();
    }

    @Test
    void workIsDecidedOnAndToldAfterTheCommit() throws Exception {
        assertThat(submit().get(60, TimeUnit.SECONDS)).isEqualTo("decided");
        assertThat(decisions).hasValue(1);
    }

    /** A process that was held for seconds must not register a mobile node where it was then. */
    @Test
    void workThatWaitedTooLongIsNeitherDecidedNorAnswered() {
        held.set(AnchorLoop.STALE_NANOS + 1);
        CompletableFuture<String> outcome = submit();
        assertThatThrownBy(() -> outcome.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
        assertThat(decisions).hasValue(0);
    }

    @Test
    void aSecondTransactionIsWrittenBesideTheFirstAndCommittedAfterIt() throws InterruptedException {
        firstWrites = new CountDownLatch(1);
        List<CompletableFuture<String>> outcomes = new ArrayList<>();
        outcomes.add(submit());
        assertThat(firstBegan.await(60, TimeUnit.SECONDS)).isTrue();
        for (int node = 0; node < AnchorLoop.COMPANY_LEAST; node++) {
            outcomes.add(submit(BatchScope.of(List.of(new MobileNodeIdentifier("other" + node + "@example.org")))));
        }
        assertThat(CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)))
                .succeedsWithin(Duration.ofSeconds(60));
        assertThat(committed).startsWith(0, 1).isSorted();
    }

    @Test
    void anErrorWhileWritingLeavesThatWorkUnansweredAndTheLoopGoesOn() throws Exception {
        breaksWriting.set(new AssertionError("once"));
        CompletableFuture<String> first = submit();
        assertThatThrownBy(() -> first.get(60, TimeUnit.SECONDS)).hasRootCauseMessage("once");
        assertThat(submit().get(60, TimeUnit.SECONDS)).isEqualTo("decided");
        assertThat(loop.brokeOff()).isFalse();
    }

    @Test
    void anErrorOfADecisionLeavesThatWorkUnansweredAndTheLoopGoesOn() throws Exception {
        CompletableFuture<String> first = loop.submit(
                SCOPE,
                Optional.empty(),
                transaction -> {
                    throw new StackOverflowError("deep");
                },
                "overloaded");
        assertThatThrownBy(() -> first.get(60, TimeUnit.SECONDS)).hasRootCauseMessage("deep");
        assertThat(submit().get(60, TimeUnit.SECONDS)).isEqualTo("decided");
    }

    @Test
    void aLoopThatNobodyStoppedSaysThatItEndedAndAnswersNobody() throws Exception {
        thread.interrupt();
        thread.join();
        CompletableFuture<String> late = submit();
        assertThatThrownBy(() -> late.get(60, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(loop.brokeOff()).isTrue();
    }

    @Test
    void workThatIsSettledAloneIsToldAfterWhatWasCommittedBeforeIt() {
        CountDownLatch toldFirst = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        firstWrites = new CountDownLatch(1);
        CompletableFuture<Void> first = submit().thenAccept(answer -> {
            awaitUninterrupted(toldFirst);
            order.add("first");
        });
        firstWrites.countDown();
        Await.until("the first is committed", () -> committed.contains(0));
        breaksWriting.set(new StoreConflictException("another replica"));
        CompletableFuture<Void> second = submit().thenAccept(answer -> order.add("second"));
        Await.until("it is decided anew, alone", () -> decisions.get() == 3);
        CompletableFuture<String> third = submit();
        Await.until("the loop has gone on to the next", () -> decisions.get() == 4);
        assertThat(order).isEmpty();
        toldFirst.countDown();
        assertThat(CompletableFuture.allOf(first, second, third)).succeedsWithin(Duration.ofSeconds(60));
        assertThat(order).containsExactly("first", "second");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<String> submit() {
        return submit(SCOPE);
    }

    private CompletableFuture<String> submit(BatchScope scope) {
        return loop.submit(
                scope,
                Optional.empty(),
                transaction -> {
                    decisions.incrementAndGet();
                    return "decided";
                },
                "overloaded");
    }

    /** For failure injection: time passes between the request and the reading of its rows. */
    private final class HeldStore implements BindingStore {
        @Override
        public Prepared prepare(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            clock.addAndGet(held.get());
            work.accept(new BindingTransaction(
                    List.of(), Map.of(), (node, demand) -> Optional.empty(), List.of(), Map.of()));
            int number = prepared.getAndIncrement();
            return new Prepared() {
                @Override
                public void write() {
                    firstBegan.countDown();
                    switch (breaksWriting.getAndSet(null)) {
                        case RuntimeException e -> throw e;
                        case Error e -> throw e;
                        case null, default -> {}
                    }
                    if (number > 0) {
                        firstWrites.countDown();
                    }
                    try {
                        firstWrites.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }

                @Override
                public Commit commit() {
                    committed.add(number);
                    return Commit.NOTHING;
                }

                @Override
                public void abandon(Throwable why) {}
            };
        }

        @Override
        public Commit transact(LmaAddress anchor, BatchScope scope, Consumer<BindingTransaction> work) {
            work.accept(new BindingTransaction(
                    List.of(), Map.of(), (node, demand) -> Optional.empty(), List.of(), Map.of()));
            return Commit.NOTHING;
        }

        @Override
        public List<MobileNodeIdentifier> due(LmaAddress anchor, Instant now, int limit) {
            return List.of();
        }

        @Override
        public void postpone(LmaAddress anchor, Collection<MobileNodeIdentifier> mobileNodes, Instant now) {}
    }
}
