package org.flowanchor.binding.application;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.flowanchor.binding.application.NodeDecision.Outcome;
import org.flowanchor.binding.application.SignallingMetrics.Result;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.BindingRecord;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.NodeSignalling;
import org.flowanchor.binding.domain.OutstandingMessage;
import org.flowanchor.binding.domain.SignallingRules;
import org.flowanchor.binding.domain.message.BindingError;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.binding.domain.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.BindingErrorStatus;
import org.flowanchor.mobility.message.RevocationStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the anchor makes of what gateways say beside updates: answers, heartbeats, errors, and that they are there. Decisions about a mobile
 * node go through the loop that commits its updates; whatever blocks runs on the executor.
 */
public final class GatewayAnswers implements GatewaySignals {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayAnswers.class);

    private final List<LmaAddress> anchors;
    private final NodeSignalling domain;
    private final SignallingRules rules;
    private final Signalling signalling;
    private final Registrations registrations;
    private final GatewayRevocations revocations;
    private final GatewayStore store;
    private final GatewayChannels channels;
    private final MessageHints hints;
    private final SignallingMetrics metrics;
    private final InstantSource clock;
    private final Executor executor;
    private final Map<LmaAddress, Long> restartCounters = new ConcurrentHashMap<>();
    private final RareWarning misdirected = new RareWarning();
    private final RareWarning unexpected = new RareWarning();
    private final RareWarning refusing = new RareWarning();
    private final RareWarning erring = new RareWarning();
    private final RareWarning lost = new RareWarning();

    public GatewayAnswers(
            List<LmaAddress> anchors,
            NodeSignalling domain,
            Admission admission,
            SignallingRules rules,
            Signalling signalling,
            Registrations registrations,
            GatewayStore store,
            GatewayChannels channels,
            MessageHints hints,
            SignallingMetrics metrics,
            InstantSource clock,
            Executor executor) {
        this.anchors = List.copyOf(anchors);
        this.domain = domain;
        this.rules = rules;
        this.signalling = signalling;
        this.registrations = registrations;
        this.revocations = new GatewayRevocations(
                domain, admission::globalRevocationIdentity, registrations, store, metrics, clock, executor);
        this.store = store;
        this.channels = channels;
        this.hints = hints;
        this.metrics = metrics;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void connected(ProxyCareOfAddress gateway, boolean onTheWire, OptionalLong restartCounter) {
        Instant now = clock.instant();
        for (LmaAddress anchor : anchors) {
            run("the connection of gateway " + gateway, () -> {}, () -> {
                GatewayPeer.Decision decision = store.decide(
                        anchor, gateway, (peer, bound) -> peer.connected(onTheWire, restartCounter, rules, now));
                signalling.tell(gateway, decision);
                hints.look(anchor);
            });
        }
    }

    @Override
    public void received(LmaAddress anchor, List<ProxyCareOfAddress> senders, GatewayAnswer answer, Runnable done) {
        if (!anchors.contains(anchor)) {
            LOG.atLevel(misdirected.level())
                    .log("gateway {} answers anchor {}, which is not here", senders.getFirst(), anchor);
            done.run();
            return;
        }
        run("an answer of gateway " + senders.getFirst(), done, () -> {
            if (answer instanceof Heartbeat request && !request.response()) {
                // Answered also while the database is away: nothing is asked of it that may be remembered.
                answer(anchor, senders.getFirst(), request);
                return;
            }
            ProxyCareOfAddress sender = asked(anchor, senders, answer);
            switch (answer) {
                case UpdateNotificationAcknowledgement acknowledgement ->
                    acknowledged(
                            anchor,
                            sender,
                            MessageKind.UPDATE_NOTIFICATION,
                            acknowledgement.sequenceNumber(),
                            acknowledgement,
                            acknowledgement.status().accepted());
                case BindingRevocationAcknowledgement acknowledgement -> revoked(anchor, sender, acknowledgement);
                case Heartbeat heartbeat
                when heartbeat.unsolicited() -> senders.forEach(each -> heartbeat(anchor, each, heartbeat));
                case Heartbeat heartbeat -> heartbeat(anchor, sender, heartbeat);
                case BindingError error -> unknown(anchor, sender, error);
            }
        });
    }

    /** A gateway has one signalling for all its Proxy-CoAs: the one for which something like that waits, else the likeliest. */
    private ProxyCareOfAddress asked(LmaAddress anchor, List<ProxyCareOfAddress> senders, GatewayAnswer answer) {
        return senders.size() == 1
                ? senders.getFirst()
                : senders.stream()
                        .filter(sender -> waits(anchor, sender, answer))
                        .findFirst()
                        .orElseGet(senders::getFirst);
    }

    private boolean waits(LmaAddress anchor, ProxyCareOfAddress gateway, GatewayAnswer answer) {
        return switch (answer) {
            case UpdateNotificationAcknowledgement acknowledgement ->
                waits(
                        anchor,
                        gateway,
                        MessageKind.UPDATE_NOTIFICATION,
                        acknowledgement.sequenceNumber(),
                        false,
                        acknowledgement.mobileNodeIdentifier());
            case BindingRevocationAcknowledgement acknowledgement ->
                waits(
                        anchor,
                        gateway,
                        MessageKind.BINDING_REVOCATION_INDICATION,
                        acknowledgement.sequenceNumber(),
                        acknowledgement.global(),
                        acknowledgement.mobileNodeIdentifier());
            case Heartbeat heartbeat -> {
                GatewayPeer.Heartbeats asked = store.decide(
                                anchor, gateway, (peer, bound) -> GatewayPeer.Decision.quiet(peer))
                        .peer()
                        .heartbeats();
                yield asked.unanswered() && asked.sequenceNumber() == heartbeat.sequenceNumber();
            }
            case BindingError error -> !store.unanswered(anchor, gateway).isEmpty();
        };
    }

    private boolean waits(
            LmaAddress anchor,
            ProxyCareOfAddress gateway,
            MessageKind kind,
            int sequenceNumber,
            boolean global,
            Optional<MobileNodeIdentifier> named) {
        return store.unanswered(anchor, gateway).stream()
                .anyMatch(message -> message.kind() == kind
                        && message.sequenceNumber() == sequenceNumber
                        && message.mobileNode().isEmpty() == global
                        && (global || named.isEmpty() || message.mobileNode().equals(named)));
    }

    @Override
    public void revoked(
            LmaAddress anchor,
            ProxyCareOfAddress sender,
            ReceivedRevocation revocation,
            Consumer<BindingRevocationAcknowledgement> reply,
            Runnable done) {
        if (!anchors.contains(anchor)) {
            LOG.atLevel(misdirected.level())
                    .log("gateway {} revokes bindings at anchor {}, which is not here", sender, anchor);
            done.run();
            return;
        }
        revocations.received(anchor, sender, revocation, reply, done);
    }

    private void revoked(
            LmaAddress anchor, ProxyCareOfAddress sender, BindingRevocationAcknowledgement acknowledgement) {
        RevocationStatus status = acknowledgement.status();
        boolean accepted = status.accepted() || status.equals(RevocationStatus.BINDING_DOES_NOT_EXIST);
        boolean unsupported = saysUnsupported(acknowledgement);
        if (acknowledgement.global()) {
            boolean waiting = store.settleRevokeAll(anchor, sender, acknowledgement.sequenceNumber(), clock.instant());
            if (waiting && unsupported) {
                signalling.learnUnsupported(anchor, sender, MessageKind.BINDING_REVOCATION_INDICATION);
            }
            count(
                    anchor,
                    sender,
                    MessageKind.BINDING_REVOCATION_INDICATION,
                    !waiting ? Result.UNEXPECTED : accepted ? Result.SUCCEEDED : Result.REFUSED,
                    acknowledgement);
            return;
        }
        if (unsupported && waits(anchor, sender, acknowledgement)) {
            // Before the node is decided about: what waits for the answer must not ask again.
            signalling.learnUnsupported(anchor, sender, MessageKind.BINDING_REVOCATION_INDICATION);
        }
        acknowledged(
                anchor,
                sender,
                MessageKind.BINDING_REVOCATION_INDICATION,
                acknowledgement.sequenceNumber(),
                acknowledgement,
                accepted);
    }

    /** U-08: an answer that nobody waits for is discarded, and counted. */
    private void acknowledged(
            LmaAddress anchor,
            ProxyCareOfAddress sender,
            MessageKind kind,
            int sequenceNumber,
            GatewayAnswer answer,
            boolean accepted) {
        Optional<MobileNodeIdentifier> mobileNode = store.mobileNode(anchor, sender, kind, sequenceNumber);
        if (mobileNode.isEmpty()) {
            count(anchor, sender, kind, Result.UNEXPECTED, answer);
            return;
        }
        Result result;
        try {
            result = registrations
                    .<Result>decide(anchor, mobileNode.get(), Optional.empty(), (bindings, now) -> {
                        Optional<OutstandingMessage> asked = bindings.outstanding(sender, kind)
                                .filter(message -> message.sequenceNumber().orElse(-1) == sequenceNumber);
                        Optional<List<BindingRecord>> records =
                                asked.flatMap(message -> domain.answered(bindings, message, answer, now));
                        return new Outcome<>(
                                records.orElse(List.of()),
                                records.isEmpty() ? Result.UNEXPECTED : accepted ? Result.SUCCEEDED : Result.REFUSED);
                    })
                    .join();
        } catch (CompletionException | CancellationException e) {
            // The message is repeated, and so is its answer.
            LOG.debug("an answer of gateway {} is not durable", sender, e);
            return;
        }
        count(anchor, sender, kind, result, answer);
    }

    private void count(
            LmaAddress anchor, ProxyCareOfAddress sender, MessageKind kind, Result result, GatewayAnswer answer) {
        metrics.answered(kind, result);
        switch (result) {
            case UNEXPECTED ->
                LOG.atLevel(unexpected.level()).log("gateway {} answers nothing that waits: {}", sender, answer);
            case REFUSED -> LOG.atLevel(refusing.level()).log("gateway {} refuses: {}", sender, answer);
            case SUCCEEDED -> {}
            case UNKNOWN_MESSAGE -> LOG.warn("gateway {} does not know {}", sender, kind);
            case UNANSWERED -> throw new IllegalArgumentException("no answer: " + answer);
        }
        if (!saysUnsupported(answer)) {
            // A refusal is an answer, too, and so is one nobody waits for any more since a Binding Error was taken for
            // its own.
            signalling.learnKnown(anchor, sender, kind);
        }
    }

    private static boolean saysUnsupported(GatewayAnswer answer) {
        return answer instanceof BindingRevocationAcknowledgement acknowledgement
                && (acknowledgement.status().equals(RevocationStatus.REVOCATION_FUNCTION_NOT_SUPPORTED)
                        || acknowledgement.status().equals(RevocationStatus.PROXY_BINDING_REVOCATION_NOT_SUPPORTED));
    }

    /** H-02: a request is always answered, with this anchor's restart counter. */
    private void answer(LmaAddress anchor, ProxyCareOfAddress sender, Heartbeat request) {
        channels.send(anchor, sender, Heartbeat.response(request.sequenceNumber(), restartCounter(anchor)));
    }

    private void heartbeat(LmaAddress anchor, ProxyCareOfAddress sender, Heartbeat response) {
        Instant now = clock.instant();
        metrics.answered(MessageKind.HEARTBEAT, Result.SUCCEEDED);
        signalling.tell(sender, store.decide(anchor, sender, (peer, bound) -> peer.answered(response, now)));
    }

    /** As the database says now, which may be another one than before; while it does not answer, what it said last. */
    private long restartCounter(LmaAddress anchor) {
        try {
            long counter = store.restartCounter(anchor);
            restartCounters.put(anchor, counter);
            return counter;
        } catch (StoreUnavailableException e) {
            Long last = restartCounters.get(anchor);
            if (last == null) {
                throw e;
            }
            return last;
        }
    }

    /**
     * A Binding Error with status 2 does not say which message it means. It is the latest unanswered one of a kind that the gateway has
     * never answered; should it be another, the gateway says so again.
     */
    private void unknown(LmaAddress anchor, ProxyCareOfAddress sender, BindingError error) {
        if (!error.status().equals(BindingErrorStatus.UNRECOGNIZED_MH_TYPE)) {
            LOG.atLevel(erring.level())
                    .log("gateway {} reports a Binding Error with status {}", sender, error.status());
            return;
        }
        GatewayPeer peer = store.decide(anchor, sender, (known, bound) -> GatewayPeer.Decision.quiet(known))
                .peer();
        List<GatewayStore.Unanswered> candidates = store.unanswered(anchor, sender).stream()
                .filter(message -> !peer.known().contains(message.kind()))
                .toList();
        if (candidates.isEmpty()) {
            LOG.atLevel(erring.level())
                    .log(
                            "gateway {} reports an unrecognised message, but it was sent none that it has not known before",
                            sender);
            return;
        }
        MessageKind kind = candidates.getFirst().kind();
        metrics.answered(kind, Result.UNKNOWN_MESSAGE);
        LOG.warn("gateway {} does not know {}: it is not sent any more", sender, kind);
        signalling.learn(anchor, sender, kind);
        Set<MobileNodeIdentifier> mobileNodes = new HashSet<>();
        candidates.stream()
                .filter(message -> message.kind() == kind)
                .forEach(message -> message.mobileNode().ifPresent(mobileNodes::add));
        for (MobileNodeIdentifier mobileNode : mobileNodes) {
            signalling.decide(
                    anchor,
                    mobileNode,
                    (bindings, now) -> bindings.outstanding(sender, kind)
                            .map(message -> domain.unknown(bindings, message, now))
                            .orElse(List.of()));
        }
        candidates.stream()
                .filter(message -> message.kind() == MessageKind.BINDING_REVOCATION_INDICATION
                        && kind == MessageKind.BINDING_REVOCATION_INDICATION
                        && message.mobileNode().isEmpty())
                .forEach(message -> store.settleRevokeAll(anchor, sender, message.sequenceNumber(), clock.instant()));
    }

    /** @param done after the task, whatever came of it */
    private void run(String what, Runnable done, Runnable task) {
        executor.execute(() -> {
            try {
                task.run();
            } catch (StoreUnavailableException | StoreConflictException e) {
                // It is repeated: by the gateway, or by the clock.
                LOG.atLevel(lost.level()).log("{} is not durable: {}", what, e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("{} cannot be decided", what, e);
            } finally {
                done.run();
            }
        });
    }
}
