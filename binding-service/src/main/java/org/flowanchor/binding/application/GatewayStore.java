package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.flowanchor.binding.application.OperatorRequests.OperatorRequest;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Durable peers, and the messages to them. Calls block; each is one transaction, or none. */
public interface GatewayStore {
    /** A message as it goes out now. */
    record Ready(ProxyCareOfAddress gateway, GatewayMessage message) {}

    /** Decides about a peer, which is locked meanwhile. */
    @FunctionalInterface
    interface PeerDecision {
        /** @param bound whether the gateway has an active binding */
        GatewayPeer.Decision decide(GatewayPeer peer, boolean bound);
    }

    /** The same, of a peer whose heartbeat is due. */
    @FunctionalInterface
    interface DueDecision {
        /**
         * @param bound whether the gateway has an active binding
         * @param sent false: its last heartbeat request waits for somebody who reaches it
         */
        GatewayPeer.Decision decide(GatewayPeer peer, boolean bound, boolean sent);
    }

    /**
     * Takes transmissions that are not sent yet, each once over all replicas.
     *
     * @param reachable gateways this replica reaches
     */
    List<Ready> take(LmaAddress anchor, Set<ProxyCareOfAddress> reachable, int limit);

    /** Whose message that is; empty when it is not waiting for an answer, or concerns no mobile node. */
    Optional<MobileNodeIdentifier> mobileNode(
            LmaAddress anchor, ProxyCareOfAddress gateway, MessageKind kind, long sequenceNumber);

    /** Unanswered messages to a gateway that went out, the latest first. */
    List<Unanswered> unanswered(LmaAddress anchor, ProxyCareOfAddress gateway);

    /** @param mobileNode empty: it concerns none, or many */
    record Unanswered(MessageKind kind, long sequenceNumber, Optional<MobileNodeIdentifier> mobileNode) {}

    /** Decides about one gateway and stores what it is from now on. */
    GatewayPeer.Decision decide(LmaAddress anchor, ProxyCareOfAddress gateway, PeerDecision decision);

    /**
     * A gateway shows what it is: stored when that is new, and only read otherwise, without its lock.
     *
     * @return what it is from now on
     */
    GatewayPeer learn(LmaAddress anchor, ProxyCareOfAddress gateway, UnaryOperator<GatewayPeer> shown);

    /**
     * Decides about a gateway that revokes, and stores the answer with what it is from now on; of a request that was answered before it
     * does nothing.
     */
    void decideOnce(
            LmaAddress anchor, GatewayRequest request, BindingRevocationAcknowledgement answer, PeerDecision decision);

    /** As {@link #decide}, for gateways whose heartbeat is due, as far as nobody else holds them. */
    List<GatewayPeer.Decision> decideDue(LmaAddress anchor, Instant now, int limit, DueDecision decision);

    /** What each gateway has said it does not know. */
    Map<ProxyCareOfAddress, Set<MessageKind>> unknownMessages(LmaAddress anchor);

    /** Gateways whose bindings are lost or revoked, are to go by now, and are not all gone yet. */
    Collection<GatewayPeer> losing(LmaAddress anchor, Instant now);

    /** Mobile nodes with an active entry there that is lost. */
    List<MobileNodeIdentifier> bound(LmaAddress anchor, ProxyCareOfAddress gateway, GatewayPeer.Loss loss, int limit);

    /**
     * Writes a revocation of all bindings with the gateway (RFC 5846 section 8.1: G, trigger 128), in the place of an earlier one that is
     * not answered, or of those of a realm (trigger 129).
     *
     * @return false: nothing is written, since another loss of bindings is not carried out yet
     * @throws UnknownGatewayException nothing is written
     * @throws IdempotencyKeyReusedException nothing is written
     */
    boolean revokeAll(LmaAddress anchor, GatewayRevocation revocation);

    /**
     * A revocation of many bindings.
     *
     * @param dueAt when it is repeated; empty: the gateway is not asked
     * @param patience when it counts as answered
     * @param request under which it is done once
     */
    record GatewayRevocation(
            ProxyCareOfAddress gateway,
            Optional<Realm> realm,
            Instant now,
            Optional<Instant> dueAt,
            Instant patience,
            Optional<OperatorRequest> request) {}

    /** The answer to a revocation of all bindings, whatever it says: nobody waits for it any more. False: nobody did. */
    boolean settleRevokeAll(LmaAddress anchor, ProxyCareOfAddress gateway, long sequenceNumber, Instant now);

    /**
     * Decides about messages that are due and concern no single mobile node, as far as nobody else holds them.
     *
     * @return how many go out once more
     */
    int peerMessagesDue(LmaAddress anchor, Instant now, int limit, PeerMessageWork work);

    /** What becomes of such a message. */
    @FunctionalInterface
    interface PeerMessageWork {
        /** @return when it is looked at again, after going out once more; empty: it is over */
        Optional<Instant> next(ProxyCareOfAddress gateway, MessageKind kind, int transmissions);
    }

    /**
     * This anchor's own counter, 0..2^32-1 (RFC 5847 section 3.2): another and higher one when its database was made anew, brought into a
     * new system from a dump, or went on at another timeline (a restore to a point in time, a fail-over), and so may have lost sessions.
     */
    long restartCounter(LmaAddress anchor);
}
