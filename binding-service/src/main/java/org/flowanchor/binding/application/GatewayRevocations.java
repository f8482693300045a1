package org.flowanchor.binding.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flowanchor.binding.application.NodeDecision.Outcome;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.NodeSignalling;
import org.flowanchor.binding.domain.RevocationByGateway;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revocation that gateways begin (RFC 5846 section 8.2). Answered once it is durable, and not at all when it is not: the gateway asks again.
 *
 * <p>What was answered lately is answered alike when it is repeated, without being done again: the node may have attached anew since. That is
 * this replica's memory and no more; elsewhere a repetition finds nothing, which 128 says too.
 */
final class GatewayRevocations {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayRevocations.class);
    private static final int REMEMBERED_MAX = 10_000;

    /** A gateway repeats within seconds (RFC 5846 section 11: after 1 s, then 2), and numbers come round late. */
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private final NodeSignalling domain;
    private final Function<ProxyCareOfAddress, Optional<MobileNodeIdentifier>> identities;
    private final Registrations registrations;
    private final GatewayStore store;
    private final SignallingMetrics metrics;
    private final InstantSource clock;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Asked, Given> remembered = new LinkedHashMap<>();

    private record Asked(LmaAddress anchor, ProxyCareOfAddress gateway, int sequenceNumber) {}

    private record Given(
            ReceivedRevocation revocation, CompletableFuture<BindingRevocationAcknowledgement> answer, Instant at) {}

    /** @param identities what each gateway calls itself that may revoke all its bindings at once */
    GatewayRevocations(
            NodeSignalling domain,
            Function<ProxyCareOfAddress, Optional<MobileNodeIdentifier>> identities,
            Registrations registrations,
            GatewayStore store,
            SignallingMetrics metrics,
            InstantSource clock,
            Executor executor) {
        this.domain = domain;
        this.identities = identities;
        this.registrations = registrations;
        this.store = store;
        this.metrics = metrics;
        this.clock = clock;
        this.executor = executor;
    }

    /** Any thread; never blocks. */
    void received(
            LmaAddress anchor,
            ProxyCareOfAddress gateway,
            ReceivedRevocation revocation,
            Consumer<BindingRevocationAcknowledgement> reply,
            Runnable done) {
        Asked asked = new Asked(anchor, gateway, revocation.sequenceNumber());
        CompletableFuture<BindingRevocationAcknowledgement> answer = new CompletableFuture<>();
        Optional<Given> before = remember(asked, new Given(revocation, answer, clock.instant()));
        if (before.isPresent()) {
            before.get().answer().thenAccept(reply).whenComplete((told, failure) -> done.run());
            return;
        }
        metrics.revocationReceived();
        decide(anchor, gateway, revocation).whenComplete((acknowledgement, failure) -> {
            if (failure != null) {
                LOG.warn("a revocation by gateway {} is not durable: {}", gateway, failure.getMessage());
                forget(asked, answer);
                answer.completeExceptionally(failure);
                return;
            }
            metrics.revocationAnswered(acknowledgement.status());
            if (!acknowledgement.status().accepted()) {
                LOG.warn("gateway {} is refused, status {}: {}", gateway, acknowledgement.status(), revocation);
            }
            answer.complete(acknowledgement);
        });
        answer.thenAccept(reply).whenComplete((told, failure) -> done.run());
    }

    private CompletableFuture<BindingRevocationAcknowledgement> decide(
            LmaAddress anchor, ProxyCareOfAddress gateway, ReceivedRevocation revocation) {
        Optional<RevocationStatus> refusal = RevocationByGateway.refusal(revocation, identities.apply(gateway));
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(revocation.answered(refusal.get()));
        }
        if (revocation.global()) {
            return CompletableFuture.supplyAsync(() -> everything(anchor, gateway, revocation), executor);
        }
        return registrations.decide(anchor, revocation.identifier().orElseThrow(), (bindings, now) -> {
            RevocationByGateway decided = domain.revokedBy(bindings, gateway, revocation, now);
            return new Outcome<>(decided.records(), decided.answer());
        });
    }

    /** They go as bindings that the anchor revoked and whose gateway has answered. */
    private BindingRevocationAcknowledgement everything(
            LmaAddress anchor, ProxyCareOfAddress gateway, ReceivedRevocation revocation) {
        Instant now = clock.instant();
        store.decide(
                anchor,
                gateway,
                (peer, bound) -> GatewayPeer.Decision.quiet(
                        peer.revoked(Optional.empty(), now, now).orElse(peer)));
        LOG.info("gateway {} revokes all its bindings", gateway);
        return revocation.answered(RevocationStatus.SUCCESS);
    }

    /** @return the same one, asked before */
    private Optional<Given> remember(Asked asked, Given given) {
        lock.lock();
        try {
            Given before = remembered.get(asked);
            if (before != null && before.revocation().equals(given.revocation()) && isFresh(before, given.at())) {
                return Optional.of(before);
            }
            remembered.remove(asked);
            remembered.put(asked, given);
            Iterator<Given> eldest = remembered.values().iterator();
            while (eldest.hasNext()) {
                if (isFresh(eldest.next(), given.at()) && remembered.size() <= REMEMBERED_MAX) {
                    break;
                }
                eldest.remove();
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isFresh(Given given, Instant now) {
        return given.at().plus(REMEMBERED).isAfter(now);
    }

    private void forget(Asked asked, CompletableFuture<BindingRevocationAcknowledgement> unanswered) {
        lock.lock();
        try {
            remembered.computeIfPresent(asked, (key, given) -> given.answer() == unanswered ? null : given);
        } finally {
            lock.unlock();
        }
    }
}
