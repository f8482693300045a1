package org.flowanchor.binding.application;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.TraceContext;

/** The loops of all anchors: the one way in for everything that changes bindings. */
public final class AnchorLoops implements AutoCloseable {
    private final Map<LmaAddress, AnchorLoop> loops = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    public AnchorLoops(
            Collection<LmaAddress> anchors,
            BindingStore store,
            AnchorVersions versions,
            MessageHints messages,
            RegistrationMetrics metrics) {
        anchors.forEach(anchor ->
                loops.put(anchor, new AnchorLoop(anchor, store, versions, messages, metrics, System::nanoTime)));
    }

    public void start() {
        loops.forEach((anchor, loop) ->
                threads.add(Thread.ofPlatform().name("anchor-" + anchor).start(loop)));
    }

    public Set<LmaAddress> anchors() {
        return Collections.unmodifiableSet(loops.keySet());
    }

    public boolean serves(LmaAddress anchor) {
        return loops.containsKey(anchor);
    }

    /**
     * Decides on {@code scope} and makes the outcome durable. The result completes after the commit, on the committing thread: a callback
     * must not block. It completes exceptionally when the outcome is not known.
     *
     * @param traceparent W3C trace context of what caused it
     * @param decide pure: it may be asked more than once
     * @param overloaded the result when too much waits already
     * @throws IllegalArgumentException when the anchor is not served here
     */
    public <T> CompletableFuture<T> submit(
            LmaAddress anchor,
            BatchScope scope,
            Optional<String> traceparent,
            Function<BindingTransaction, T> decide,
            T overloaded) {
        AnchorLoop loop = loops.get(anchor);
        if (loop == null) {
            throw new IllegalArgumentException("no anchor " + anchor);
        }
        return loop.submit(scope, traceparent, decide, overloaded);
    }

    /** For what no message caused: a trace context that begins here. */
    static Optional<String> begun() {
        return Optional.of(TraceContext.begin(ThreadLocalRandom.current()).traceparent());
    }

    /** Work that waits for its transaction. */
    public int waiting() {
        return loops.values().stream().mapToInt(AnchorLoop::waiting).sum();
    }

    /** Anchors whose loop ended though nobody stopped it: only another process serves them. */
    public List<LmaAddress> brokenOff() {
        return loops.entrySet().stream()
                .filter(loop -> loop.getValue().brokeOff())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Finishes the transactions under way; what waits behind them stays without answer. */
    @Override
    public void close() {
        loops.values().forEach(AnchorLoop::stop);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
