package org.flowanchor.agent.adapter.mobilityheader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;

/**
 * Raw IPv6 socket of next header 135 at one address of this machine. The kernel verifies the checksum of what comes in and fills it in on
 * what goes out ({@code IPV6_CHECKSUM}), always with the addresses of the wire (W-03).
 *
 * <p>Traps: bound, so that another address of the machine signals nothing; packets of any length arrive without their IPv6 header, and
 * one longer than the buffer would arrive cut, so the buffer is as long as an IPv6 payload can be.
 */
final class MobilityHeaderSocket implements AutoCloseable {
    private static final int IPPROTO_MH = 135;
    private static final int IPV6_CHECKSUM = 7;
    private static final int CHECKSUM_OFFSET = 4;
    private static final int CAPACITY = 65_535;
    private static final int RECEIVE_BUFFER = 8 * 1024 * 1024;
    private static final int HOP_LIMIT = 64;

    private final NativeSocket socket;
    private final AncillaryMessage incoming = new AncillaryMessage(CAPACITY);
    // Guarded by itself.
    private final AncillaryMessage outgoing = new AncillaryMessage(CAPACITY);
    private final Ipv6Address local;
    private boolean closed;

    /** @throws SystemCallException EADDRNOTAVAIL when the machine does not have the address, EPERM without CAP_NET_RAW */
    MobilityHeaderSocket(Ipv6Address local) throws SystemCallException {
        this.local = local;
        socket = NativeSocket.open(
                NativeSocket.AF_INET6,
                NativeSocket.SOCK_RAW | NativeSocket.SOCK_NONBLOCK,
                IPPROTO_MH,
                "Mobility Header socket at " + local);
        try {
            socket.option(AncillaryMessage.IPPROTO_IPV6, IPV6_CHECKSUM, CHECKSUM_OFFSET);
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVBUFFORCE, RECEIVE_BUFFER);
            socket.bind(ByteBuffer.allocate(28)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) NativeSocket.AF_INET6)
                    .putShort((short) 0)
                    .putInt(0)
                    .put(local.octets())
                    .putInt(0)
                    .array());
        } catch (SystemCallException e) {
            close();
            throw e;
        }
    }

    NativeSocket socket() {
        return socket;
    }

    Ipv6Address local() {
        return local;
    }

    /** @return null when there is none; errors that earlier packets caused are taken and count as none */
    AncillaryMessage.@Nullable Received receive() throws SystemCallException {
        try {
            return incoming.receive(socket);
        } catch (SystemCallException e) {
            if (Errno.isOfAnEarlierPacket(e.errno())) {
                return null;
            }
            throw e;
        }
    }

    void send(byte[] octets, Ipv6Address destination) throws SystemCallException {
        synchronized (outgoing) {
            if (!closed) {
                outgoing.send(
                        socket,
                        octets,
                        destination.octets(),
                        local.octets(),
                        0,
                        HOP_LIMIT,
                        "send Mobility Header to " + destination);
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
