package org.flowanchor.agent.adapter.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import org.flowanchor.agent.application.ServiceAddress;

/** Makes connections. */
@FunctionalInterface
public interface Transport {
    /** A channel of its own, not connected yet. */
    ManagedChannel connect(ServiceAddress address, ChannelCredentials credentials);
}
