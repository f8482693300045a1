package org.flowanchor.binding.application;

import java.util.Collection;
import java.util.Optional;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Signalling with gateways that speak RFC 5213 on the wire. */
public interface WireSignalling {
    /** Packets per second of one peer that the agent relays. */
    int PACKETS_PER_SECOND = 2000;

    /** Packets of one peer that may come at once: a gateway that registers its terminals after a restart. */
    int BURST = 4000;

    /** Whose packets are relayed; all others are dropped. */
    Collection<IpAddress> peers();

    /** Where their tunnels end. */
    Collection<ProxyCareOfAddress> gateways();

    /** An agent of the anchor relays from now on: gateways on the wire are reached, what waits for them goes out. */
    void opened(LmaAddress anchor);

    /**
     * A packet of a peer, on the transport's thread: returns at once, answers through the channel, now or after a commit.
     *
     * @param traceparent W3C trace context that the agent relayed it with
     */
    void received(LmaAddress anchor, RelayedHeader header, Optional<String> traceparent, RelayChannel channel);
}
