package org.flowanchor.agent.adapter.grpc;

import io.grpc.ManagedChannel;
import org.flowanchor.agent.application.ServiceAddress;

/** Opens one connection to a service; the caller shuts it down. */
@FunctionalInterface
public interface ChannelFactory {
    ManagedChannel open(ServiceAddress address);
}
