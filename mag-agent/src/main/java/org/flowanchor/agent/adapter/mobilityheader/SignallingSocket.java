package org.flowanchor.agent.adapter.mobilityheader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.jspecify.annotations.Nullable;

/** An IPv6 socket at one address: one thread takes its packets, any thread sends. */
final class SignallingSocket implements AutoCloseable {
    /** As long as a payload can be: a longer packet would arrive cut. */
    private static final int CAPACITY = 65_535;

    private static final int RECEIVE_BUFFER = 8 * 1024 * 1024;
    private static final int HOP_LIMIT = 64;

    private final NativeSocket socket;
    private final AncillaryMessage incoming = new AncillaryMessage(CAPACITY);
    // Guarded by itself.
    private final AncillaryMessage outgoing = new AncillaryMessage(CAPACITY);
    private final byte[] local;
    private boolean closed;

    /**
     * @param local 16 octets
     * @param port 0 where there are none
     * @param option of level {@code IPPROTO_IPV6}, set before it is bound
     * @throws SystemCallException EADDRNOTAVAIL when the machine does not have the address, EADDRINUSE when the port is taken, EPERM
     *     without CAP_NET_RAW
     */
    SignallingSocket(int type, int protocol, byte[] local, int port, int option, int value, String description)
            throws SystemCallException {
        this.local = local.clone();
        socket = NativeSocket.open(NativeSocket.AF_INET6, type | NativeSocket.SOCK_NONBLOCK, protocol, description);
        try {
            socket.option(AncillaryMessage.IPPROTO_IPV6, option, value);
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVBUFFORCE, RECEIVE_BUFFER);
            ByteBuffer address = ByteBuffer.allocate(28).order(ByteOrder.nativeOrder());
            address.putShort((short) NativeSocket.AF_INET6);
            address.order(ByteOrder.BIG_ENDIAN).putShort((short) port);
            address.putInt(0).put(local).putInt(0);
            socket.bind(address.array());
        } catch (SystemCallException e) {
            close();
            throw e;
        }
    }

    NativeSocket socket() {
        return socket;
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

    /**
     * @param destination 16 octets
     * @param what is done, for the error
     */
    void send(byte[] octets, byte[] destination, int port, String what) throws SystemCallException {
        synchronized (outgoing) {
            if (!closed) {
                outgoing.send(socket, octets, destination, port, local, 0, HOP_LIMIT, what);
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
