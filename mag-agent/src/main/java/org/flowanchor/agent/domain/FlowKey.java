package org.flowanchor.agent.domain;

import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;

/** A flow as five numbers: the halves of its addresses, and what {@link #transport} says. */
public final class FlowKey {
    private FlowKey() {}

    /** Never 0, whatever the flow. */
    public static long transport(int protocol, int sourcePort, int destinationPort) {
        return 1L << 62 | (long) protocol << 32 | (long) sourcePort << 16 | destinationPort;
    }

    /** The flow again. */
    public static FiveTuple flow(
            long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long transport) {
        return new FiveTuple(
                new Ipv6Address(sourceHigh, sourceLow),
                new Ipv6Address(destinationHigh, destinationLow),
                (int) (transport >>> 32) & 0xff,
                (int) (transport >>> 16) & 0xffff,
                (int) transport & 0xffff);
    }
}
