package org.flowanchor.agent.adapter.grpc;

/**
 * One connection of a stream; outlives it harmlessly.
 *
 * @param <Q> what the agent sends
 */
interface StreamSession<Q> {
    /** Sends, also when the peer is slow. False when the session is over. */
    boolean send(Q message);

    /** How many responses came before the present one. */
    long earlierResponses();

    /** The peer does its part: the next loss starts with the shortest wait. */
    void proven();

    /** Gives the session up and dials again: what came over it cannot be used, a full state can. */
    void restart(String reason);
}
