package org.flowanchor.agent.adapter.mobilityheader;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Icmpv6Socket;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Sends ICMPv6 Parameter Problem, code 0 (RFC 4443 section 3.4), about Mobility Headers (RFC 6275 section 9.2); receives nothing. Limited
 * to {@value #PER_SECOND} a second, as RFC 4443 section 2.4(f) wants. The invoking packet is rebuilt: a raw socket does not tell its IPv6
 * header, whose hop limit and traffic class nobody needs here.
 */
final class ParameterProblemSocket implements AutoCloseable {
    static final int PER_SECOND = 10;

    private static final int PARAMETER_PROBLEM = 4;
    private static final int NEXT_HEADER = 135;
    private static final int IPV6_HEADER = 40;
    private static final int ICMPV6_HEADER = 8;
    private static final int MINIMUM_MTU = 1280;
    private static final int HOP_LIMIT = 64;
    private static final long INTERVAL = 1_000_000_000L / PER_SECOND;

    private final NativeSocket socket;
    private final AncillaryMessage message = new AncillaryMessage(MINIMUM_MTU);
    private final LongSupplier nanoTime;
    private long spentUntil;
    private boolean closed;

    ParameterProblemSocket(LongSupplier nanoTime) throws SystemCallException {
        this.nanoTime = nanoTime;
        this.spentUntil = nanoTime.getAsLong() - INTERVAL * PER_SECOND;
        socket = Icmpv6Socket.open(NativeSocket.SOCK_NONBLOCK);
    }

    /**
     * @param source and {@code destination} of the invoking packet
     * @param offset of the field, octets from the start of the Mobility Header
     * @return false when the rate is used up
     */
    synchronized boolean send(Ipv6Address source, Ipv6Address destination, byte[] mobilityHeader, int offset)
            throws SystemCallException {
        long now = nanoTime.getAsLong();
        // A bucket of one second's worth.
        long earliest = now - INTERVAL * PER_SECOND;
        if (spentUntil - earliest < 0) {
            spentUntil = earliest;
        }
        if (closed || now - spentUntil < INTERVAL) {
            return false;
        }
        spentUntil += INTERVAL;
        int quoted = Math.min(mobilityHeader.length, MINIMUM_MTU - 2 * IPV6_HEADER - ICMPV6_HEADER);
        ByteBuffer octets = ByteBuffer.allocate(ICMPV6_HEADER + IPV6_HEADER + quoted)
                .put((byte) PARAMETER_PROBLEM)
                .put((byte) 0)
                // The kernel's to fill in.
                .putShort((short) 0)
                .putInt(IPV6_HEADER + offset)
                .putInt(6 << 28)
                .putShort((short) mobilityHeader.length)
                .put((byte) NEXT_HEADER)
                .put((byte) HOP_LIMIT)
                .put(source.octets())
                .put(destination.octets())
                .put(mobilityHeader, 0, quoted);
        message.send(
                socket,
                octets.array(),
                source.octets(),
                destination.octets(),
                0,
                HOP_LIMIT,
                "send Parameter Problem to " + source);
        return true;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            socket.close();
            message.close();
        }
    }
}
