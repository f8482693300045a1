package org.flowanchor.agent.linux.xfrm;

import java.util.OptionalInt;

/**
 * Packets of one protocol.
 *
 * @param protocol next header
 * @param sourcePort empty: from every port
 * @param destinationPort empty: to every port
 */
public record XfrmTraffic(int protocol, OptionalInt sourcePort, OptionalInt destinationPort) {
    private static final int MOBILITY_HEADER = 135;
    private static final int UDP = 17;

    /** The kernel takes the MH Type for the source port and 0 for the other (RFC 4877 section 5). */
    public static XfrmTraffic mobilityHeader(int messageType) {
        return new XfrmTraffic(MOBILITY_HEADER, OptionalInt.of(messageType), OptionalInt.of(0));
    }

    public static XfrmTraffic udpFrom(int port) {
        return new XfrmTraffic(UDP, OptionalInt.of(port), OptionalInt.empty());
    }

    public static XfrmTraffic udpTo(int port) {
        return new XfrmTraffic(UDP, OptionalInt.empty(), OptionalInt.of(port));
    }
}
