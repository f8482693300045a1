package org.flowanchor.agent.adapter.kernel;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.flowanchor.agent.application.EchoSocket;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.Icmpv6Socket;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * ICMPv6 echoes from the anchor's address to the gateways' Proxy-CoAs: between the ends of the tunnels, so what they meet on the way is
 * what tunnelled packets meet. Every node answers them (RFC 4443 section 4.2), and Linux without a limit of rate. For one thread.
 */
public final class LinuxEchoSocket implements EchoSocket {
    private static final int ECHO_REQUEST = 128;
    private static final int ECHO_REPLY = 129;
    private static final int LENGTH = 16;
    private static final int CAPACITY = 512;
    private static final int HOP_LIMIT = 64;
    private static final int RECEIVE_BUFFER = 4 * 1024 * 1024;
    /** Of all gateways in a row, also while the backhaul is busy: what waits there takes of it. */
    private static final int SEND_BUFFER = 16 * 1024 * 1024;

    private final Ipv6Address local;
    private final NativeSocket socket;
    private final AncillaryMessage message = new AncillaryMessage(CAPACITY);
    /** Tells our answers from those to others on this machine. */
    private final long nonce = ThreadLocalRandom.current().nextLong();

    /** @throws KernelException EPERM without CAP_NET_RAW */
    public LinuxEchoSocket(Ipv6Address local) throws KernelException {
        this.local = local;
        this.socket = Refusal.translated(LinuxEchoSocket::open);
    }

    private static NativeSocket open() throws SystemCallException {
        NativeSocket socket = Icmpv6Socket.open(NativeSocket.SOCK_NONBLOCK, ECHO_REPLY);
        try {
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVBUFFORCE, RECEIVE_BUFFER);
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_SNDBUFFORCE, SEND_BUFFER);
            return socket;
        } catch (SystemCallException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public boolean ask(ProxyCareOfAddress gateway, int round) throws KernelException {
        ByteBuffer echo = ByteBuffer.allocate(LENGTH)
                .put((byte) ECHO_REQUEST)
                .put((byte) 0)
                // The kernel's to fill in.
                .putShort((short) 0)
                .putShort((short) nonce)
                .putShort((short) round)
                .putLong(nonce);
        return Refusal.translated(() -> {
            // The first may only have met an error of an earlier packet.
            boolean sent = sends(gateway, echo.array());
            return sent || sends(gateway, echo.array());
        });
    }

    /** @return false: an error of an earlier packet came back, or there is no way */
    private boolean sends(ProxyCareOfAddress gateway, byte[] echo) throws SystemCallException {
        try {
            send(gateway, echo);
            return true;
        } catch (SystemCallException e) {
            if (!Errno.isOfAnEarlierPacket(e.errno())) {
                throw e;
            }
            return false;
        }
    }

    private void send(ProxyCareOfAddress gateway, byte[] echo) throws SystemCallException {
        message.send(socket, echo, gateway.address().octets(), local.octets(), 0, HOP_LIMIT, "send echo to " + gateway);
    }

    @Override
    public void answers(Consumer<ProxyCareOfAddress> answered) throws KernelException {
        Refusal.translated(() -> {
            while (true) {
                AncillaryMessage.Received received = message.receiveNext(socket);
                if (received == null) {
                    return;
                }
                byte[] payload = received.payload();
                Ipv6Address source = Ipv6Address.of(received.source());
                if (payload.length == LENGTH
                        && ByteBuffer.wrap(payload).getLong(8) == nonce
                        && !source.isLinkLocal()
                        && !source.isUnspecified()) {
                    answered.accept(new ProxyCareOfAddress(source));
                }
            }
        });
    }

    @Override
    public void close() {
        socket.close();
        message.close();
    }
}
