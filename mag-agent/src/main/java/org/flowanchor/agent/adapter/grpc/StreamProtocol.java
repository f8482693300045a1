package org.flowanchor.agent.adapter.grpc;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.flowanchor.agent.application.ServiceAddress;

/**
 * What one kind of stream says. Callbacks of one session come one after the other.
 *
 * @param <Q> what the agent sends
 * @param <R> what the service sends
 */
interface StreamProtocol<Q, R> {
    /** Starts the call. */
    StreamObserver<Q> call(Channel channel, StreamObserver<R> responses);

    /** First message of each session, when there is one. */
    Optional<Q> greeting();

    /**
     * The session is up and greeted.
     *
     * @param number of the session, counted from 1
     */
    void opened(long number);

    void received(R response, StreamSession<Q> session);

    /** Another place to dial instead, from how the service ended the stream. */
    default Optional<ServiceAddress> redirected(Status status, Metadata trailers) {
        return Optional.empty();
    }
}
