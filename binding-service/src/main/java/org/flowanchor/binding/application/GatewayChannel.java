package org.flowanchor.binding.application;

import java.util.Set;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * One kind of way to gateways: the streams they opened here, or the relay to the sockets of an anchor's agent. Any thread; never blocks.
 */
public interface GatewayChannel {
    /** Gateways it reaches from this replica now, on behalf of {@code anchor}. */
    Set<ProxyCareOfAddress> reachable(LmaAddress anchor);

    /** Whether it reaches this one. */
    boolean reaches(LmaAddress anchor, ProxyCareOfAddress gateway);

    /**
     * Sends one message once. What is lost on the way is retransmitted by whoever decided it.
     *
     * @return false when the gateway is not reached any more
     */
    boolean send(LmaAddress anchor, ProxyCareOfAddress gateway, GatewayMessage message);
}
