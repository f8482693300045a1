package org.flowanchor.binding.application;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.BindingDecision.Rejected;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Registration of mobile nodes (RFC 5213 section 5.3): the one way in for updates, whatever brought them. */
public final class Registrations implements AutoCloseable {
    private final BindingCache cache;
    private final RegistrationMetrics metrics;
    private final Map<LmaAddress, RegistrationLoop> loops = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    public Registrations(
            Collection<LmaAddress> anchors,
            BindingCache cache,
            BindingStore store,
            AnchorVersions versions,
            RegistrationMetrics metrics) {
        this.cache = cache;
        this.metrics = metrics;
        anchors.forEach(anchor -> loops.put(anchor, new RegistrationLoop(anchor, cache, store, versions, metrics)));
    }

    public void start() {
        loops.forEach((anchor, loop) ->
                threads.add(Thread.ofPlatform().name("registration-" + anchor).start(loop)));
    }

    /**
     * Decides an update and makes it durable. The result completes after the commit, on the committing thread: a callback must not
     * block. It completes exceptionally when no acknowledgement may be sent.
     */
    public CompletableFuture<BindingDecision> register(ReceivedUpdate received) {
        metrics.attempted();
        Optional<Rejected> screened = cache.screen(received);
        Optional<MobileNodeIdentifier> mobileNode = received.update().mobileNodeIdentifier();
        if (screened.isPresent() || mobileNode.isEmpty()) {
            return answered(screened.orElseThrow());
        }
        RegistrationLoop loop = loops.get(received.update().lmaAddress());
        if (loop == null) {
            return answered(BindingCache.notServed(received.update()));
        }
        return loop.submit(received, mobileNode.get());
    }

    private CompletableFuture<BindingDecision> answered(BindingDecision decision) {
        metrics.decided(decision);
        return CompletableFuture.completedFuture(decision);
    }

    /** Updates that wait for their transaction. */
    public int waiting() {
        return loops.values().stream().mapToInt(RegistrationLoop::waiting).sum();
    }

    /** Finishes the transaction under way; what waits behind it stays without answer. */
    @Override
    public void close() {
        loops.values().forEach(RegistrationLoop::stop);
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
