package org.flowanchor.agent.application;

import java.util.Set;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** What the relay stream delivers; never blocks. */
public interface RelayInput {
    /**
     * Whose packets are relayed from now on.
     *
     * @param packetsPerSecond of one peer
     * @param burst of one peer
     */
    void peers(Set<IpAddress> peers, int packetsPerSecond, int burst);

    /** Where the tunnels of these peers end; said with them. */
    void gateways(Set<ProxyCareOfAddress> gateways);

    void send(RelayedHeader header);

    /** @param offset octets from the start of the Mobility Header */
    void parameterProblem(RelayedHeader invoking, int offset);
}
