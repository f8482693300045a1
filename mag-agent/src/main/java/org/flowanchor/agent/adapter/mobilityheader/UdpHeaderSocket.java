package org.flowanchor.agent.adapter.mobilityheader;

import java.nio.ByteBuffer;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.header.Transport;
import org.jspecify.annotations.Nullable;

/**
 * UDP port 5436 at one IPv4 address of this machine (RFC 5844 section 4).
 *
 * <p>Trap: it is a socket of IPv6 at the mapped address, which Java's own cannot be given a buffer as long as this one's, whatever
 * {@code net.core.rmem_max} says: a flood from one gateway has to be read, and dropped, before it costs the others their packets.
 */
final class UdpHeaderSocket implements AutoCloseable {
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_UDP = 17;
    private static final int IPV6_V6ONLY = 26;
    private static final int MAPPED = 12;

    private final SignallingSocket packets;
    private final Ipv4Address local;

    /** @throws SystemCallException EADDRNOTAVAIL when the machine does not have the address, EADDRINUSE when the port is taken */
    UdpHeaderSocket(Ipv4Address local) throws SystemCallException {
        this.local = local;
        packets = new SignallingSocket(
                SOCK_DGRAM,
                IPPROTO_UDP,
                mapped(local),
                Transport.UDP_PORT,
                IPV6_V6ONLY,
                0,
                "UDP port " + Transport.UDP_PORT + " at " + local);
    }

    /** RFC 4291 section 2.5.5.2. */
    private static byte[] mapped(Ipv4Address address) {
        return ByteBuffer.allocate(16)
                .putLong(0)
                .putInt(0xffff)
                .putInt(address.bits())
                .array();
    }

    NativeSocket socket() {
        return packets.socket();
    }

    /** @return null when there is none now */
    @Nullable
    RelayedHeader receive() throws SystemCallException {
        AncillaryMessage.@Nullable Received received = packets.receive();
        return received == null
                ? null
                : new RelayedHeader(
                        new Ipv4Address(ByteBuffer.wrap(received.source()).getInt(MAPPED)),
                        local,
                        received.sourcePort(),
                        Transport.UDP_PORT,
                        Octets.of(received.payload()));
    }

    void send(byte[] octets, Ipv4Address destination, int port) throws SystemCallException {
        packets.send(octets, mapped(destination), port, "send Mobility Header to " + destination + " port " + port);
    }

    @Override
    public void close() {
        packets.close();
    }
}
