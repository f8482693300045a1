package org.flowanchor.binding.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.flowanchor.binding.application.GatewayStore.GatewayRevocation;
import org.flowanchor.binding.application.NodeDecision.Outcome;
import org.flowanchor.binding.application.OperatorRequests.OperatorRequest;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.BindingRecord;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.NodeSignalling;
import org.flowanchor.binding.domain.PrepareMoveDecision;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.binding.domain.SignallingRules;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the anchor starts with gateways: asked for by operators, flow-managers and profiles, or due by the clock. Decisions about a mobile
 * node go through the loop that commits its updates. What gateways answer is {@link GatewayAnswers}'.
 */
public final class Signalling {
    private static final Logger LOG = LoggerFactory.getLogger(Signalling.class);

    /** What a replica that is held amid them keeps from the others, until it is cut off. */
    private static final int PEERS_TOGETHER = 8;

    private final NodeSignalling domain;
    private final SignallingRules rules;
    private final Registrations registrations;
    private final GatewayStore store;
    private final PeerCapabilities capabilities;
    private final MessageHints hints;
    private final SignallingMetrics metrics;
    private final InstantSource clock;

    public Signalling(
            NodeSignalling domain,
            SignallingRules rules,
            Registrations registrations,
            GatewayStore store,
            PeerCapabilities capabilities,
            MessageHints hints,
            SignallingMetrics metrics,
            InstantSource clock) {
        this.domain = domain;
        this.rules = rules;
        this.registrations = registrations;
        this.store = store;
        this.capabilities = capabilities;
        this.hints = hints;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Remembers for all replicas that a gateway does not know a kind of message. Blocks. */
    void learn(LmaAddress anchor, ProxyCareOfAddress gateway, MessageKind kind) {
        learn(anchor, gateway, peer -> peer.doesNotKnow(kind));
    }

    /** What a gateway says of itself is true of it whatever it answered before, at all replicas alike. Blocks. */
    void learnUnsupported(LmaAddress anchor, ProxyCareOfAddress gateway, MessageKind kind) {
        learn(anchor, gateway, peer -> peer.doesNotSupport(kind));
    }

    /** A gateway answered a message of this kind. Blocks. */
    void learnKnown(LmaAddress anchor, ProxyCareOfAddress gateway, MessageKind kind) {
        learn(anchor, gateway, peer -> peer.knows(kind));
    }

    /** An administrator has a gateway asked again what it said it does not know. Blocks. */
    void askAgain(LmaAddress anchor, ProxyCareOfAddress gateway) {
        Instant now = clock.instant();
        learn(anchor, gateway, peer -> peer.askedAgain(now));
    }

    private void learn(LmaAddress anchor, ProxyCareOfAddress gateway, UnaryOperator<GatewayPeer> shown) {
        capabilities.learn(anchor, gateway, store.learn(anchor, gateway, shown).unknown());
    }

    /** Counts and logs what became of a gateway. */
    void tell(ProxyCareOfAddress gateway, GatewayPeer.Decision decision) {
        metrics.peer(decision.event());
        switch (decision.event()) {
            case NOTHING -> {}
            case BECAME_REACHABLE -> LOG.info("gateway {} is reachable again", gateway);
            case BECAME_UNREACHABLE ->
                LOG.warn(
                        "gateway {} is unreachable: {} heartbeats unanswered",
                        gateway,
                        decision.peer().heartbeats().missing());
            case RESTARTED -> LOG.warn("gateway {} restarted and lost its sessions", gateway);
        }
    }

    /**
     * Asks that a gateway carry a prefix another one anchors. Completes when the question is durable, not when it is answered.
     *
     * @param traceparent W3C trace context it came with
     */
    public CompletableFuture<PrepareMoveDecision> prepareMove(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            HomeNetworkPrefix prefix,
            ProxyCareOfAddress gateway,
            Optional<String> traceparent) {
        return registrations
                .<PrepareMoveDecision>decide(anchor, mobileNode, traceparent, (bindings, now) -> {
                    PrepareMoveDecision decision = domain.prepare(bindings, prefix, gateway, now);
                    return switch (decision) {
                        case PrepareMoveDecision.Prepared prepared -> new Outcome<>(prepared.records(), decision);
                        case PrepareMoveDecision.Requested requested -> new Outcome<>(requested.records(), decision);
                        case PrepareMoveDecision.Refused refused -> new Outcome<>(List.of(), decision);
                    };
                })
                .whenComplete((decision, failure) -> {
                    if (failure == null) {
                        metrics.prepared(decision);
                    }
                });
    }

    /**
     * No flow needs the prefix at that gateway any more.
     *
     * @param traceparent W3C trace context it came with
     */
    public CompletableFuture<Boolean> releasePrefix(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            HomeNetworkPrefix prefix,
            ProxyCareOfAddress gateway,
            Optional<String> traceparent) {
        return decide(
                anchor, mobileNode, traceparent, (bindings, now) -> domain.release(bindings, prefix, gateway, now));
    }

    /**
     * Revokes bindings of a mobile node.
     *
     * @param meant which of them
     * @param request under which it is done once
     * @param traceparent W3C trace context it came with
     * @return how many are under revocation now, or gone since their gateway cannot be asked
     */
    public CompletableFuture<Integer> revoke(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            Predicate<BindingCacheEntry> meant,
            RevocationTrigger trigger,
            Optional<OperatorRequest> request,
            Optional<String> traceparent) {
        NodeDecision<Integer> revocation = (bindings, now) -> {
            Set<BindingIdentifier> identifiers = new HashSet<>();
            bindings.entries().stream().filter(meant).forEach(entry -> identifiers.add(entry.bindingIdentifier()));
            return new Outcome<>(domain.revoke(bindings, identifiers, trigger, now), identifiers.size());
        };
        return request.map(once -> registrations.decideOnce(anchor, mobileNode, once, traceparent, revocation))
                .orElseGet(() -> registrations.decide(anchor, mobileNode, traceparent, revocation));
    }

    /**
     * The profile of a mobile node may not be what it was. Completes when its bindings agree with it, durably.
     *
     * @param withdrawn the operator deleted it
     * @return whether a binding changed
     */
    CompletableFuture<Boolean> profileChanged(LmaAddress anchor, MobileNodeIdentifier mobileNode, boolean withdrawn) {
        return registrations.confirm(anchor, mobileNode, (bindings, now) -> {
            List<BindingRecord> records = domain.profileChanged(bindings, withdrawn, now);
            return new Outcome<>(records, !records.isEmpty());
        });
    }

    /**
     * Revokes every binding with a gateway, or every one of a realm's mobile nodes (RFC 5846 section 8.1). Blocks.
     *
     * @param request under which it is done once
     * @return false: another loss of its bindings is not carried out yet
     */
    public boolean revokeAll(
            LmaAddress anchor, ProxyCareOfAddress gateway, Optional<Realm> realm, Optional<OperatorRequest> request) {
        Instant now = clock.instant();
        boolean asked = capabilities.knows(gateway, MessageKind.BINDING_REVOCATION_INDICATION);
        Optional<Instant> dueAt = asked ? Optional.of(rules.revocationDue(now, 1)) : Optional.empty();
        Instant patience = asked ? now.plus(rules.revocationPatience()) : now;
        boolean written = store.revokeAll(anchor, new GatewayRevocation(gateway, realm, now, dueAt, patience, request));
        if (written) {
            hints.wrote(anchor);
        }
        return written;
    }

    CompletableFuture<Boolean> decide(LmaAddress anchor, MobileNodeIdentifier mobileNode, Records decision) {
        return decide(anchor, mobileNode, Optional.empty(), decision);
    }

    private CompletableFuture<Boolean> decide(
            LmaAddress anchor, MobileNodeIdentifier mobileNode, Optional<String> traceparent, Records decision) {
        return registrations.decide(anchor, mobileNode, traceparent, (bindings, now) -> {
            List<BindingRecord> records = decision.of(bindings, now);
            return new Outcome<>(records, !records.isEmpty());
        });
    }

    @FunctionalInterface
    interface Records {
        List<BindingRecord> of(MobileNodeBindings bindings, Instant now);
    }

    // What every replica does by the clock.

    /** Heartbeats that are due, and messages to gateways that concern no single mobile node. Blocks. */
    void runPeers(LmaAddress anchor, int limit) {
        Instant now = clock.instant();
        int decided = 0;
        int requests = 0;
        List<GatewayPeer.Decision> decisions;
        do {
            decisions = store.decideDue(
                    anchor,
                    now,
                    PEERS_TOGETHER,
                    (peer, bound, sent) -> peer.due(bound && isAsked(peer), sent, rules, now));
            for (GatewayPeer.Decision decision : decisions) {
                tell(decision.peer().proxyCareOfAddress(), decision);
                if (decision.missed()) {
                    metrics.answered(MessageKind.HEARTBEAT, SignallingMetrics.Result.UNANSWERED);
                }
                requests += decision.request().isPresent() ? 1 : 0;
            }
            decided += decisions.size();
        } while (decisions.size() == PEERS_TOGETHER && decided < limit);
        int repeated = store.peerMessagesDue(
                anchor, now, limit, (gateway, kind, transmissions) -> next(gateway, kind, transmissions, now));
        if (repeated > 0 || requests > 0) {
            hints.wrote(anchor);
        }
    }

    private boolean isAsked(GatewayPeer peer) {
        return capabilities.knows(peer.proxyCareOfAddress(), MessageKind.HEARTBEAT);
    }

    /** Heartbeats are not repeated: {@link GatewayPeer} counts those that are missing. */
    private Optional<Instant> next(ProxyCareOfAddress gateway, MessageKind kind, int transmissions, Instant now) {
        if (kind != MessageKind.BINDING_REVOCATION_INDICATION) {
            return Optional.empty();
        }
        if (transmissions <= rules.briMaxRetriesNumber()) {
            return Optional.of(rules.revocationDue(now, transmissions + 1));
        }
        metrics.answered(kind, SignallingMetrics.Result.UNANSWERED);
        LOG.warn("gateway {} does not answer the revocation of many bindings: they go without it", gateway);
        return Optional.empty();
    }

    /** Bindings that gateways have lost, or that are revoked with their gateway: a part of them. Blocks; true when there may be more. */
    boolean runLosses(LmaAddress anchor, int limit) {
        boolean more = false;
        for (GatewayPeer peer : store.losing(anchor, clock.instant())) {
            GatewayPeer.Loss loss = peer.loss().orElseThrow();
            List<MobileNodeIdentifier> bound = store.bound(anchor, peer.proxyCareOfAddress(), loss, limit);
            List<CompletableFuture<Boolean>> decided = new ArrayList<>();
            for (MobileNodeIdentifier mobileNode : bound) {
                decided.add(decide(
                        anchor,
                        mobileNode,
                        (bindings, now) -> domain.lost(bindings, peer.proxyCareOfAddress(), loss, now)));
            }
            CompletableFuture.allOf(decided.toArray(new CompletableFuture<?>[0]))
                    .join();
            if (bound.size() < limit) {
                store.decide(
                        anchor,
                        peer.proxyCareOfAddress(),
                        (present, isBound) -> GatewayPeer.Decision.quiet(present.lossCarriedOut(loss)));
            } else {
                more = true;
            }
        }
        return more;
    }

    /** What other replicas learnt about gateways. Blocks. */
    void refreshCapabilities(LmaAddress anchor) {
        capabilities.refresh(anchor, () -> store.unknownMessages(anchor));
    }
}
