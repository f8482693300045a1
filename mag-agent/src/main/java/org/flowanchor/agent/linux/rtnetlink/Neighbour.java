package org.flowanchor.agent.linux.rtnetlink;

import org.flowanchor.mobility.Ipv6Address;

/**
 * An entry of the neighbour table.
 *
 * @param state NUD_* bits
 * @param linkLayerAddress empty when it is not known
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record Neighbour(int device, Ipv6Address address, int state, byte[] linkLayerAddress) {
    /** It answered a solicitation lately (RFC 4861 section 7.3.2). */
    public boolean isReachable() {
        return (state & Rtnetlink.NUD_REACHABLE) != 0;
    }

    /** It answered none of several. */
    public boolean hasFailed() {
        return (state & Rtnetlink.NUD_FAILED) != 0;
    }
}
