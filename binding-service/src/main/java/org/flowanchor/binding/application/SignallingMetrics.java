package org.flowanchor.binding.application;

import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.PrepareMoveDecision;
import org.flowanchor.mobility.message.RevocationStatus;

/** Counts of what the anchor and its gateways say to each other beside registration. Its enums are closed label sets. */
public interface SignallingMetrics {
    /** How an answer, or its absence, was taken. */
    enum Result {
        SUCCEEDED,
        /** A status of 128 or more. */
        REFUSED,
        /** A Binding Error: the gateway does not know such messages. */
        UNKNOWN_MESSAGE,
        /** It answers nothing that is waiting, or what it must not leave out is missing (U-08, F-06). */
        UNEXPECTED,
        /** It never came, however often the message was repeated (U-04, R-05). */
        UNANSWERED
    }

    /** One transmission went to a channel. */
    void sent(MessageKind kind);

    void answered(MessageKind kind, Result result);

    /** A gateway revokes bindings; each transmission counts. */
    void revocationReceived();

    void revocationAnswered(RevocationStatus status);

    void prepared(PrepareMoveDecision decision);

    void peer(GatewayPeer.Event event);

    /** A gateway is refused, since its address is one of a pool (F-13). */
    void gatewayInPool();
}
