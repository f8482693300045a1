package org.flowanchor.agent.adapter.mobilityheader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Octets;
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
    private static final int CAPACITY = 65_535;
    private static final int RECEIVE_BUFFER = 8 * 1024 * 1024;
    private static final int HOP_LIMIT = 64;
    private static final int MAPPED = 12;

    private final NativeSocket socket;
    private final AncillaryMessage incoming = new AncillaryMessage(CAPACITY);
    // Guarded by itself.
    private final AncillaryMessage outgoing = new AncillaryMessage(CAPACITY);
    private final Ipv4Address local;
    private boolean closed;

    /** @throws SystemCallException EADDRNOTAVAIL when the machine does not have the address, EADDRINUSE when the port is taken */
    UdpHeaderSocket(Ipv4Address local) throws SystemCallException {
        this.local = local;
        socket = NativeSocket.open(
                NativeSocket.AF_INET6,
                SOCK_DGRAM | NativeSocket.SOCK_NONBLOCK,
                IPPROTO_UDP,
                "UDP port " + RelayedHeader.UDP_PORT + " at " + local);
        try {
            socket.option(AncillaryMessage.IPPROTO_IPV6, IPV6_V6ONLY, 0);
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVBUFFORCE, RECEIVE_BUFFER);
            ByteBuffer address = ByteBuffer.allocate(28).order(ByteOrder.nativeOrder());
            address.putShort((short) NativeSocket.AF_INET6);
            address.order(ByteOrder.BIG_ENDIAN).putShort((short) RelayedHeader.UDP_PORT);
            address.putInt(0).put(mapped(local)).putInt(0);
            socket.bind(address.array());
        } catch (SystemCallException e) {
            close();
            throw e;
        }
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
        return socket;
    }

    /** @return null when there is none; errors that earlier packets caused are taken and count as none */
    @Nullable
    RelayedHeader receive() throws SystemCallException {
        AncillaryMessage.@Nullable Received received;
        try {
            received = incoming.receive(socket);
        } catch (SystemCallException e) {
            if (Errno.isOfAnEarlierPacket(e.errno())) {
                return null;
            }
            throw e;
        }
        return received == null
                ? null
                : new RelayedHeader(
                        new Ipv4Address(ByteBuffer.wrap(received.source()).getInt(MAPPED)),
                        local,
                        received.sourcePort(),
                        RelayedHeader.UDP_PORT,
                        Octets.of(received.payload()));
    }

    void send(byte[] octets, Ipv4Address destination, int port) throws SystemCallException {
        synchronized (outgoing) {
            if (!closed) {
                outgoing.send(
                        socket,
                        octets,
                        mapped(destination),
                        port,
                        mapped(local),
                        0,
                        HOP_LIMIT,
                        "send Mobility Header to " + destination + " port " + port);
            }
        }
    }

    @Override
    public void close() {
        synchronized (outgoing) {
            if (!closed) {
                closed = true;
                socket.close();
                incoming.close();
                outgoing.close();
            }
        }
    }
}
