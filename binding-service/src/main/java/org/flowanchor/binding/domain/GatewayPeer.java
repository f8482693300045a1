package org.flowanchor.binding.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * What an anchor knows of a gateway as a peer (RFC 5847), and the heartbeats between them.
 *
 * <pre>
 * REACHABLE   -- interval over, last request answered ------&gt; REACHABLE    request
 * REACHABLE   -- interval over, last request unanswered ----&gt; REACHABLE    missing + 1, request
 * REACHABLE   -- missing above MISSING_HEARTBEATS_ALLOWED --&gt; UNREACHABLE  request; with the default on the 4th miss
 * UNREACHABLE -- a response, or its own connection ---------&gt; REACHABLE    missing 0
 * any, on the wire -- interval over, last request not sent -&gt; the same     request in its place, nothing counted
 * any         -- another restart counter -------------------&gt; its bindings are lost
 * any         -- Binding Error to a request ----------------&gt; no more requests (H-07)
 * </pre>
 *
 * <p>A gateway whose signalling takes the way of the traffic (on the wire) loses its bindings when it is unreachable (RFC 5847 section 3),
 * if it has ever answered a heartbeat: many makers know none and say nothing. One with a control stream does not: the loss of a control stream changes no forwarding, and the anchor's agent probes the way itself.
 *
 * @param onTheWire whether its signalling takes the way of the traffic
 * @param known messages it has answered
 * @param unknown messages it answered with a Binding Error
 * @param loss of its bindings, not yet carried out to the end
 */
public record GatewayPeer(
        ProxyCareOfAddress proxyCareOfAddress,
        boolean onTheWire,
        RestartCounter restartCounter,
        Heartbeats heartbeats,
        Set<MessageKind> known,
        Set<MessageKind> unknown,
        Optional<Loss> loss) {
    private static final long SEQUENCE_MASK = 0xffff_ffffL;

    /**
     * As the peer said last (RFC 5847 section 3.2).
     *
     * @param value empty: it has not said
     * @param at when it said so: what it registered later may be of the time after a restart
     */
    public record RestartCounter(OptionalLong value, Optional<Instant> at) {
        static final RestartCounter UNSAID = new RestartCounter(OptionalLong.empty(), Optional.empty());

        public RestartCounter {
            at = at.map(instant -> instant.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    /**
     * Requests to the peer.
     *
     * @param sequenceNumber of the last one
     * @param unanswered whether it waits for its response
     * @param missing MISSING_HEARTBEAT
     * @param nextAt when the next one is due; empty: none
     */
    public record Heartbeats(
            long sequenceNumber, boolean unanswered, int missing, boolean reachable, Optional<Instant> nextAt) {
        static final Heartbeats NONE = new Heartbeats(0, false, 0, true, Optional.empty());

        public Heartbeats {
            nextAt = nextAt.map(instant -> instant.truncatedTo(ChronoUnit.MILLIS));
        }

        /** Nothing is waited for. */
        private Heartbeats quiet(boolean isReachable, Optional<Instant> next) {
            return new Heartbeats(sequenceNumber, false, 0, isReachable, next);
        }
    }

    /**
     * Bindings accepted before {@code before} are to go.
     *
     * @param from when they begin to go: a revocation waits for its answer
     * @param realm of their mobile nodes; empty: whatever it is
     */
    public record Loss(Instant before, How how, Instant from, Optional<Realm> realm) {
        public enum How {
            /** The gateway lost them: they forward nothing, and a node that comes back finds its prefix. */
            INVALIDATE,
            /** They were revoked. */
            REMOVE
        }

        /** Of all mobile nodes. */
        public Loss(Instant before, How how, Instant from) {
            this(before, how, from, Optional.empty());
        }

        public Loss {
            if (realm.isPresent() && how != How.REMOVE) {
                throw new IllegalArgumentException("what a gateway loses it loses whatever the realm");
            }
            before = before.truncatedTo(ChronoUnit.MILLIS);
            from = from.truncatedTo(ChronoUnit.MILLIS);
        }

        /** The same, no later than {@code now}. */
        Loss due(Instant now) {
            return from.isAfter(now) ? new Loss(before, how, now, realm) : this;
        }
    }

    /** What became of the peer. */
    public enum Event {
        NOTHING,
        /** It was unreachable before. */
        BECAME_REACHABLE,
        /** It was reachable before. */
        BECAME_UNREACHABLE,
        /** It restarted and lost its sessions. */
        RESTARTED
    }

    /**
     * The peer from now on.
     *
     * @param request goes to it
     * @param missed the request before had no response
     */
    public record Decision(GatewayPeer peer, Optional<Heartbeat> request, boolean missed, Event event) {
        private Decision(GatewayPeer peer, Event event) {
            this(peer, Optional.empty(), false, event);
        }

        /** Nothing happened that anybody is to be told. */
        public static Decision quiet(GatewayPeer peer) {
            return new Decision(peer, Event.NOTHING);
        }
    }

    public GatewayPeer {
        known = Set.copyOf(known);
        unknown = Set.copyOf(unknown);
    }

    /** Never heard of. */
    public static GatewayPeer unheard(ProxyCareOfAddress gateway) {
        return new GatewayPeer(
                gateway, false, RestartCounter.UNSAID, Heartbeats.NONE, Set.of(), Set.of(), Optional.empty());
    }

    /**
     * It came within reach: over its own stream, or on the wire, where it is the anchor's agent that connected and the gateway has said nothing.
     *
     * @param counter as it says itself
     */
    public Decision connected(boolean wire, OptionalLong counter, SignallingRules rules, Instant now) {
        Optional<Instant> next = unknown.contains(MessageKind.HEARTBEAT)
                ? Optional.empty()
                : heartbeats.nextAt().or(() -> Optional.of(now.plus(rules.heartbeatInterval())));
        Heartbeats scheduled = wire
                ? new Heartbeats(
                        heartbeats.sequenceNumber(),
                        heartbeats.unanswered(),
                        heartbeats.missing(),
                        heartbeats.reachable(),
                        next)
                : heartbeats.quiet(true, next);
        GatewayPeer peer = new GatewayPeer(proxyCareOfAddress, wire, restartCounter, scheduled, known, unknown, loss);
        return peer.counted(counter, wire || heartbeats.reachable() ? Event.NOTHING : Event.BECAME_REACHABLE, now, now);
    }

    /**
     * Its next request is due.
     *
     * @param asked whether it has a binding here (H-01), and nobody said that it knows no heartbeats: otherwise nothing is sent
     * @param sent whether the last request went out. On the wire one that did not, because no agent of the anchor relays, says nothing of
     *     the gateway (RFC 5847 section 3.3 counts requests that were sent); without its own stream a gateway is not reachable
     */
    public Decision due(boolean asked, boolean sent, SignallingRules rules, Instant now) {
        if (unknown.contains(MessageKind.HEARTBEAT)) {
            return Decision.quiet(with(heartbeats.quiet(heartbeats.reachable(), Optional.empty())));
        }
        Optional<Instant> next = Optional.of(now.plus(rules.heartbeatInterval()));
        if (!asked) {
            return Decision.quiet(with(heartbeats.quiet(heartbeats.reachable(), next)));
        }
        boolean missed = heartbeats.unanswered() && (sent || !onTheWire);
        int missing = missed ? heartbeats.missing() + 1 : heartbeats.missing();
        boolean reachable = missing <= rules.missingHeartbeatsAllowed();
        boolean died = heartbeats.reachable() && !reachable;
        Heartbeat request = Heartbeat.request(heartbeats.sequenceNumber() + 1 & SEQUENCE_MASK);
        GatewayPeer peer = with(new Heartbeats(request.sequenceNumber(), true, missing, reachable, next));
        return new Decision(
                died && onTheWire && known.contains(MessageKind.HEARTBEAT)
                        ? peer.with(Optional.of(invalid(now, now)))
                        : peer,
                Optional.of(request),
                missed,
                died ? Event.BECAME_UNREACHABLE : Event.NOTHING);
    }

    /** A response; one that answers another request than the last is none, unless it is unsolicited. */
    public Decision answered(Heartbeat response, Instant now) {
        if (response.unsolicited()) {
            // Whatever it answers, it is there; the request under way still waits.
            return with(new Heartbeats(
                            heartbeats.sequenceNumber(), heartbeats.unanswered(), 0, true, heartbeats.nextAt()))
                    .counted(
                            response.restartCounter(),
                            heartbeats.reachable() ? Event.NOTHING : Event.BECAME_REACHABLE,
                            now,
                            now);
        }
        if (!heartbeats.unanswered() || response.sequenceNumber() != heartbeats.sequenceNumber()) {
            return Decision.quiet(knows(MessageKind.HEARTBEAT));
        }
        return with(heartbeats.quiet(true, heartbeats.nextAt()))
                .knows(MessageKind.HEARTBEAT)
                .counted(
                        response.restartCounter(),
                        heartbeats.reachable() ? Event.NOTHING : Event.BECAME_REACHABLE,
                        restartCounter.at().orElse(now),
                        now);
    }

    /** @param lostBefore should the counter have changed: a connection and an unsolicited response are of the restart itself */
    private Decision counted(OptionalLong counter, Event otherwise, Instant lostBefore, Instant now) {
        if (counter.isEmpty()) {
            return new Decision(this, otherwise);
        }
        boolean restarted =
                restartCounter.value().isPresent() && !restartCounter.value().equals(counter);
        GatewayPeer peer = new GatewayPeer(
                proxyCareOfAddress,
                onTheWire,
                new RestartCounter(counter, Optional.of(now)),
                heartbeats,
                known,
                unknown,
                restarted ? Optional.of(lost(lostBefore, now)) : loss);
        return new Decision(peer, restarted ? Event.RESTARTED : otherwise);
    }

    private static Loss invalid(Instant before, Instant now) {
        return new Loss(before, Loss.How.INVALIDATE, now);
    }

    /** What it lost is lost now; but a loss of all its bindings that reaches further is not cut short, only due. */
    private Loss lost(Instant before, Instant now) {
        return loss.filter(one -> one.realm().isEmpty() && !one.before().isBefore(before))
                .map(one -> one.due(now))
                .orElseGet(() -> invalid(before, now));
    }

    /** It answered a message of this kind, with whatever status: what was said of that kind before was said of another. */
    public GatewayPeer knows(MessageKind kind) {
        return known.contains(kind)
                ? this
                : new GatewayPeer(
                        proxyCareOfAddress,
                        onTheWire,
                        restartCounter,
                        heartbeats,
                        plus(known, kind),
                        minus(unknown, kind),
                        loss);
    }

    /** It says itself that it does not support such messages, which a Binding Error does not: also where it answered one before. */
    public GatewayPeer doesNotSupport(MessageKind kind) {
        return new GatewayPeer(
                        proxyCareOfAddress, onTheWire, restartCounter, heartbeats, minus(known, kind), unknown, loss)
                .doesNotKnow(kind);
    }

    /**
     * It answered a message of this kind with a Binding Error: no more of them until an administrator says otherwise (U-09, H-07). What it
     * has once answered it knows.
     */
    public GatewayPeer doesNotKnow(MessageKind kind) {
        if (known.contains(kind) || unknown.contains(kind)) {
            return this;
        }
        Heartbeats next =
                kind == MessageKind.HEARTBEAT ? heartbeats.quiet(heartbeats.reachable(), Optional.empty()) : heartbeats;
        return new GatewayPeer(proxyCareOfAddress, onTheWire, restartCounter, next, known, plus(unknown, kind), loss);
    }

    /** An administrator says otherwise (U-09, H-07): it is asked again, what it does not know it says again. */
    public GatewayPeer askedAgain(Instant now) {
        Heartbeats next = unknown.contains(MessageKind.HEARTBEAT)
                ? heartbeats.quiet(heartbeats.reachable(), Optional.of(now))
                : heartbeats;
        return new GatewayPeer(proxyCareOfAddress, onTheWire, restartCounter, next, known, Set.of(), loss);
    }

    private static Set<MessageKind> minus(Set<MessageKind> kinds, MessageKind kind) {
        EnumSet<MessageKind> rest = EnumSet.complementOf(EnumSet.of(kind));
        rest.retainAll(kinds);
        return rest;
    }

    private static Set<MessageKind> plus(Set<MessageKind> kinds, MessageKind kind) {
        EnumSet<MessageKind> all = EnumSet.of(kind);
        all.addAll(kinds);
        return all;
    }

    /**
     * All its bindings, or those of a realm, are being revoked (RFC 5846 section 8.1): they go when it has answered, or does not.
     *
     * @return empty: others are to go first, and one loss at a time is remembered; that of all bindings takes the place of any other
     */
    public Optional<GatewayPeer> revoked(Optional<Realm> realm, Instant now, Instant from) {
        return realm.isPresent() && loss.isPresent()
                ? Optional.empty()
                : Optional.of(with(Optional.of(new Loss(now, Loss.How.REMOVE, from, realm))));
    }

    /** It answered the revocation of all its bindings, or of a realm's. They go also where it refuses: nothing else would end them. */
    public GatewayPeer revocationAnswered(Instant now) {
        return with(loss.map(one -> one.how() == Loss.How.REMOVE ? one.due(now) : one));
    }

    /** All the bindings that were to go are gone. */
    public GatewayPeer lossCarriedOut(Loss carriedOut) {
        return with(loss.filter(one -> !one.equals(carriedOut)));
    }

    private GatewayPeer with(Optional<Loss> newLoss) {
        return new GatewayPeer(proxyCareOfAddress, onTheWire, restartCounter, heartbeats, known, unknown, newLoss);
    }

    private GatewayPeer with(Heartbeats newHeartbeats) {
        return new GatewayPeer(proxyCareOfAddress, onTheWire, restartCounter, newHeartbeats, known, unknown, loss);
    }
}
