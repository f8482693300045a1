package org.flowanchor.flow.application;

/** Port to one connected agent of an anchor. Both methods return at once and may be called after the peer has gone. */
public interface SteeringChannel {
    void send(SteeringCommand command);

    void close(String reason);
}
