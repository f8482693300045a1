package org.flowanchor.binding.application;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.BindingDecision.Rejected;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/** Registration of mobile nodes (RFC 5213 section 5.3): the one way in for updates, whatever brought them. */
public final class Registrations {
    private final BindingCache cache;
    private final AnchorLoops loops;
    private final RegistrationMetrics metrics;

    public Registrations(BindingCache cache, AnchorLoops loops, RegistrationMetrics metrics) {
        this.cache = cache;
        this.loops = loops;
        this.metrics = metrics;
    }

    /**
     * Decides an update and makes it durable. The result completes after the commit, on the committing thread: a callback must not
     * block. It completes exceptionally when no acknowledgement may be sent.
     *
     * @param traceparent W3C trace context the update came with
     */
    public CompletableFuture<BindingDecision> register(ReceivedUpdate received, Optional<String> traceparent) {
        metrics.attempted();
        return decide(received, traceparent).whenComplete(this::count);
    }

    private CompletableFuture<BindingDecision> decide(ReceivedUpdate received, Optional<String> traceparent) {
        Optional<Rejected> screened = cache.screen(received);
        Optional<MobileNodeIdentifier> named = received.update().mobileNodeIdentifier();
        if (screened.isPresent() || named.isEmpty()) {
            return CompletableFuture.completedFuture(screened.orElseThrow());
        }
        if (!loops.serves(received.update().lmaAddress())) {
            return CompletableFuture.completedFuture(BindingCache.notServed(received.update()));
        }
        MobileNodeIdentifier mobileNode = named.get();
        return loops.submit(
                received.update().lmaAddress(),
                scope(received, mobileNode),
                traceparent,
                transaction -> {
                    BindingDecision decision = cache.decide(
                            received, transaction.bindings(mobileNode), transaction.holders(), transaction.supplier());
                    if (decision instanceof BindingDecision.Accepted accepted) {
                        transaction.replay(mobileNode, accepted.records());
                    }
                    return decision;
                },
                BindingCache.overloaded(received.update()));
    }

    private static BatchScope scope(ReceivedUpdate received, MobileNodeIdentifier mobileNode) {
        Set<HomeNetworkPrefix> prefixes = new HashSet<>();
        int wanted = 0;
        for (HomeNetworkPrefix prefix : received.update().homeNetworkPrefixes()) {
            if (prefix.isAllZero()) {
                wanted++;
            } else {
                prefixes.add(prefix);
            }
        }
        return new BatchScope(Set.of(mobileNode), prefixes, wanted);
    }

    private void count(@Nullable BindingDecision decision, @Nullable Throwable failure) {
        if (decision != null) {
            metrics.decided(decision);
        } else if (!(failure instanceof CancellationException)) {
            metrics.unanswered();
        }
    }
}
