package org.flowanchor.agent.application;

import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Octets;

/**
 * A Mobility Header with the outer header that carried it, or is to carry it. The agent reads no more of it than that.
 *
 * @param source IPv6 stands for next header 135, IPv4 for UDP port 5436 (RFC 5844 section 4)
 * @param destination of the same family
 * @param sourcePort 0 with IPv6
 * @param destinationPort 0 with IPv6
 * @param octets from Payload Proto on
 */
public record RelayedHeader(
        IpAddress source, IpAddress destination, int sourcePort, int destinationPort, Octets octets) {
    public RelayedHeader {
        if (source.length() != destination.length()) {
            throw new IllegalArgumentException("from " + source + " to " + destination + ": two families");
        }
    }
}
