package org.flowanchor.binding.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
 * A repetition is answered alike at any replica ({@link GatewayRequest}): the node may have attached anew since.
 */
final class GatewayRevocations {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayRevocations.class);

    private final NodeSignalling domain;
    private final Function<ProxyCareOfAddress, Optional<MobileNodeIdentifier>> identities;
    private final Registrations registrations;
    private final GatewayStore store;
    private final SignallingMetrics metrics;
    private final InstantSource clock;
    private final Executor executor;
    private final RareWarning lost = new RareWarning();
    private final RareWarning refused = new RareWarning();

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
        metrics.revocationReceived();
        decide(anchor, gateway, revocation)
                .whenComplete((acknowledgement, failure) -> {
                    if (failure != null) {
                        LOG.atLevel(lost.level())
                                .log("a revocation by gateway {} is not durable: {}", gateway, failure.getMessage());
                        return;
                    }
                    metrics.revocationAnswered(acknowledgement.status());
                    if (!acknowledgement.status().accepted()) {
                        LOG.atLevel(refused.level())
                                .log(
                                        "gateway {} is refused, status {}: {}",
                                        gateway,
                                        acknowledgement.status(),
                                        revocation);
                    }
                    reply.accept(acknowledgement);
                })
                .whenComplete((told, failure) -> done.run());
    }

    private CompletableFuture<BindingRevocationAcknowledgement> decide(
            LmaAddress anchor, ProxyCareOfAddress gateway, ReceivedRevocation revocation) {
        Optional<RevocationStatus> refusal = RevocationByGateway.refusal(revocation, identities.apply(gateway));
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(revocation.answered(refusal.get()));
        }
        GatewayRequest request = new GatewayRequest(gateway, revocation);
        if (revocation.global()) {
            return CompletableFuture.supplyAsync(() -> everything(anchor, request), executor);
        }
        return registrations.decideOnce(
                anchor, revocation.identifier().orElseThrow(), request, Optional.empty(), (bindings, now) -> {
                    RevocationByGateway decided = domain.revokedBy(bindings, gateway, revocation, now);
                    return new Outcome<>(decided.records(), decided.answer());
                });
    }

    /** They go as bindings that the anchor revoked and whose gateway has answered. */
    private BindingRevocationAcknowledgement everything(LmaAddress anchor, GatewayRequest request) {
        Instant now = clock.instant();
        BindingRevocationAcknowledgement answer = request.revocation().answered(RevocationStatus.SUCCESS);
        store.decideOnce(
                anchor,
                request,
                answer,
                (peer, bound) -> GatewayPeer.Decision.quiet(
                        peer.revoked(Optional.empty(), now, now).orElse(peer)));
        LOG.info("gateway {} revokes all its bindings", request.gateway());
        return answer;
    }
}
