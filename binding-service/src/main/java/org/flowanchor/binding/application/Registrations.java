package org.flowanchor.binding.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.flowanchor.binding.application.NodeDecision.Outcome;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.BindingDecision.Rejected;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.PrefixDemand;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Registration of mobile nodes (RFC 5213 section 5.3): the one way in for updates, whatever brought them.
 *
 * <p>An update whose decision waits for another gateway is parked here and nowhere else: its gateway's retransmission brings it back
 * should this process die.
 */
public final class Registrations implements AutoCloseable {
    private final BindingCache cache;
    private final AnchorLoops loops;
    private final RegistrationMetrics metrics;
    private final InstantSource clock;
    private final ParkedUpdates parked = new ParkedUpdates();
    private @Nullable Thread thread;

    /** An update until it is answered. */
    static final class Update {
        final ReceivedUpdate received;
        final MobileNodeIdentifier mobileNode;
        final Optional<String> traceparent;
        final Runnable waits;
        final CompletableFuture<BindingDecision> answer = new CompletableFuture<>();

        Update(ReceivedUpdate received, MobileNodeIdentifier mobileNode, Optional<String> traceparent, Runnable waits) {
            this.waits = waits;
            this.received = received;
            this.mobileNode = mobileNode;
            this.traceparent = traceparent;
        }

        void overtaken() {
            answer.complete(
                    new BindingDecision.Ignored("a later update of the same gateway about this interface came"));
        }
    }

    public Registrations(BindingCache cache, AnchorLoops loops, RegistrationMetrics metrics, InstantSource clock) {
        this.cache = cache;
        this.loops = loops;
        this.metrics = metrics;
        this.clock = clock;
    }

    public void start() {
        thread = Thread.ofVirtual().name("parked-updates").start(this::watch);
    }

    /**
     * Decides an update and makes it durable. The result completes after the commit, on the committing thread: a callback must not
     * block. It completes exceptionally when no acknowledgement may be sent. It is never {@link BindingDecision.Deferred}.
     *
     * @param traceparent W3C trace context the update came with
     */
    public CompletableFuture<BindingDecision> register(ReceivedUpdate received, Optional<String> traceparent) {
        return register(received, traceparent, () -> {});
    }

    /** @param waits runs when the decision turns out to wait for another gateway: at most once, before the result completes */
    public CompletableFuture<BindingDecision> register(
            ReceivedUpdate received, Optional<String> traceparent, Runnable waits) {
        metrics.attempted();
        return decide(received, traceparent, waits).whenComplete(this::count);
    }

    private CompletableFuture<BindingDecision> decide(
            ReceivedUpdate received, Optional<String> traceparent, Runnable waits) {
        Optional<Rejected> screened = cache.screen(received);
        Optional<MobileNodeIdentifier> named = received.update().mobileNodeIdentifier();
        if (screened.isPresent() || named.isEmpty()) {
            return CompletableFuture.completedFuture(screened.orElseThrow());
        }
        if (!loops.serves(received.update().lmaAddress())) {
            return CompletableFuture.completedFuture(BindingCache.notServed(received.update()));
        }
        Update update = new Update(received, named.get(), traceparent, waits);
        // A gateway's later update about an interface makes its waiting one moot: it is the retransmission, or the node
        // has left.
        parked.overtakenBy(update).ifPresent(Update::overtaken);
        decide(update, false);
        return update.answer;
    }

    private void decide(Update update, boolean again) {
        loops.<BindingDecision>submit(
                        update.received.update().lmaAddress(),
                        scope(update),
                        update.traceparent,
                        transaction -> decideOn(transaction, update, again),
                        BindingCache.overloaded(update.received.update()))
                .whenComplete((decision, failure) -> {
                    if (failure != null) {
                        update.answer.completeExceptionally(failure);
                    } else if (decision instanceof BindingDecision.Deferred deferred) {
                        if (!again) {
                            update.waits.run();
                        }
                        parked.park(update, clock.instant(), deferred.until()).ifPresent(Update::overtaken);
                    } else {
                        update.answer.complete(decision);
                        parked.changed(update.mobileNode);
                    }
                });
    }

    private BindingDecision decideOn(BindingTransaction transaction, Update update, boolean again) {
        ReceivedUpdate received = update.received;
        MobileNodeBindings bindings = transaction.bindings(update.mobileNode);
        Instant now = clock.instant();
        Instant at = now.isBefore(received.receivedAt()) ? received.receivedAt() : now;
        BindingDecision decision = again
                ? cache.decideAgain(received, bindings, transaction.holders(), transaction.supplier(), at)
                : cache.decide(received, bindings, transaction.holders(), transaction.supplier(), at);
        switch (decision) {
            case BindingDecision.Accepted accepted -> transaction.replay(update.mobileNode, accepted.records());
            case BindingDecision.Deferred deferred -> transaction.replay(update.mobileNode, deferred.records());
            case BindingDecision.Rejected rejected -> {}
            case BindingDecision.Ignored ignored -> {}
        }
        return decision;
    }

    private BatchScope scope(Update update) {
        PrefixDemand demand = cache.demand(update.received);
        return BatchScope.of(
                update.mobileNode,
                update.received.update().nonZeroPrefixes(),
                demand.count() > 0 ? List.of(demand) : List.of());
    }

    /**
     * Decides something else about a mobile node, in the same transactions and in order with its updates. The result completes after the
     * commit, on the committing thread; exceptionally when nothing was decided.
     *
     * @param traceparent W3C trace context of what caused it; empty: one begins
     */
    public <T> CompletableFuture<T> decide(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            Optional<String> traceparent,
            NodeDecision<T> decision) {
        return submit(
                anchor,
                mobileNode,
                BatchScope.of(List.of(mobileNode)),
                traceparent,
                transaction -> carryOut(transaction, mobileNode, decision));
    }

    /** As {@link #decide}; the decision also counts where it changes nothing: see {@link BindingTransaction#confirm}. */
    <T> CompletableFuture<T> confirm(LmaAddress anchor, MobileNodeIdentifier mobileNode, NodeDecision<T> decision) {
        return submit(anchor, mobileNode, BatchScope.of(List.of(mobileNode)), Optional.empty(), transaction -> {
            transaction.confirm();
            return carryOut(transaction, mobileNode, decision);
        });
    }

    /**
     * As {@link #decide}, but once: a repetition is answered alike and changes nothing.
     *
     * @return fails with {@link IdempotencyKeyReusedException} when another request took the operator's key meanwhile
     */
    <A> CompletableFuture<A> decideOnce(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            RepeatableRequest<A> request,
            Optional<String> traceparent,
            NodeDecision<A> decision) {
        BatchScope scope = BatchScope.of(mobileNode, request);
        return this.<Supplier<A>>submit(anchor, mobileNode, scope, traceparent, transaction -> {
                    Optional<IdempotencyKey> taken = transaction.takenKey(request);
                    if (taken.isPresent()) {
                        return () -> {
                            throw new IdempotencyKeyReusedException(taken.get());
                        };
                    }
                    Optional<A> before = transaction.answered(request);
                    if (before.isPresent()) {
                        return before::get;
                    }
                    A answer = carryOut(transaction, mobileNode, decision);
                    transaction.answer(request, answer);
                    return () -> answer;
                })
                .thenApply(Supplier::get);
    }

    private <T> T carryOut(BindingTransaction transaction, MobileNodeIdentifier mobileNode, NodeDecision<T> decision) {
        Outcome<T> outcome = decision.decide(transaction.bindings(mobileNode), clock.instant());
        transaction.replay(mobileNode, outcome.records());
        return outcome.answer();
    }

    private <T> CompletableFuture<T> submit(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            BatchScope scope,
            Optional<String> traceparent,
            Function<BindingTransaction, T> decide) {
        if (!loops.serves(anchor)) {
            return CompletableFuture.failedFuture(new NoSuchElementException("no anchor " + anchor));
        }
        return loops.<Optional<T>>submit(
                        anchor,
                        scope,
                        traceparent.or(AnchorLoops::begun),
                        transaction -> Optional.of(decide.apply(transaction)),
                        Optional.empty())
                .thenApply(answer -> {
                    parked.changed(mobileNode);
                    return answer.orElseThrow(() -> new CancellationException("too much waits already"));
                });
    }

    private void watch() {
        try {
            for (List<Update> due = parked.await(clock); !due.isEmpty(); due = parked.await(clock)) {
                due.forEach(update -> decide(update, true));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(@Nullable BindingDecision decision, @Nullable Throwable failure) {
        if (decision != null) {
            metrics.decided(decision);
        } else if (!(failure instanceof CancellationException)) {
            metrics.unanswered();
        }
    }

    /** What is parked stays without answer. */
    @Override
    public void close() {
        parked.close().forEach(update -> update.answer.completeExceptionally(new CancellationException("stopping")));
        Thread watching = thread;
        if (watching != null) {
            try {
                watching.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
