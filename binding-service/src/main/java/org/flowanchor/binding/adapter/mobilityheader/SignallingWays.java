package org.flowanchor.binding.adapter.mobilityheader;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.flowanchor.binding.application.RelayRegistry.Relay;
import org.flowanchor.binding.application.RelayedHeader;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.Transport;

/**
 * How messages that the anchor starts reach a gateway: the way of its last accepted update (RFC 5846 section 4), and the configured one
 * before there was any. What is remembered is one way per listed care-of address, of this replica; without it nothing is wrong but the port
 * of a revocation to a gateway that signals from another one than 5436.
 */
final class SignallingWays {
    private record Way(IpAddress address, int port) {}

    private final Map<ProxyCareOfAddress, Way> last = new ConcurrentHashMap<>();

    void accepted(ProxyCareOfAddress gateway, RelayedHeader update) {
        last.put(gateway, new Way(update.source(), update.sourcePort()));
    }

    /** The gateway's end; IPv4 only when the anchor has an IPv4 address, too. */
    IpAddress destination(ProxyCareOfAddress gateway, Peer peer, Relay relay) {
        Way way = last.get(gateway);
        if (way != null
                && peer.signallingAddresses().contains(way.address())
                && (way.address() instanceof Ipv6Address || relay.ipv4Address().isPresent())) {
            return way.address();
        }
        return peer.signallingAddress(gateway);
    }

    /**
     * A packet from the anchor. Over IPv4 a revocation goes to the port of the update (RFC 5846 section 4), everything else to 5436 (RFC
     * 7077 section 4.1, RFC 5847 section 4).
     */
    RelayedHeader packet(
            ProxyCareOfAddress gateway, IpAddress destination, GatewayMessage message, Relay relay, Octets octets) {
        return switch (destination) {
            case Ipv6Address ipv6 -> new RelayedHeader(relay.lmaAddress().address(), ipv6, 0, 0, octets);
            case Ipv4Address ipv4 ->
                new RelayedHeader(
                        relay.ipv4Address().orElseThrow(),
                        ipv4,
                        Transport.UDP_PORT,
                        port(gateway, ipv4, message),
                        octets);
        };
    }

    private int port(ProxyCareOfAddress gateway, Ipv4Address address, GatewayMessage message) {
        Way way = last.get(gateway);
        return message instanceof BindingRevocationIndication
                        && way != null
                        && way.address().equals(address)
                ? way.port()
                : Transport.UDP_PORT;
    }
}
