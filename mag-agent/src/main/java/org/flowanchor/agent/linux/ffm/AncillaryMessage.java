package org.flowanchor.agent.linux.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A datagram with its peer, IPv6 or IPv4 mapped into it (RFC 3493 section 3.7), and ancillary data (RFC 3542), reusable buffers:
 * {@code struct msghdr} with one iovec. Layout of 64-bit Linux.
 */
public final class AncillaryMessage implements AutoCloseable {
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPV6_RECVPKTINFO = 49;
    public static final int IPV6_PKTINFO = 50;
    public static final int IPV6_RECVHOPLIMIT = 51;
    public static final int IPV6_HOPLIMIT = 52;

    private static final int SOCKADDR_IN6_SIZE = 28;
    private static final int PORT = 2;
    private static final int CONTROL_SIZE = 256;
    private static final int CMSG_HEADER = 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment header = arena.allocate(56, 8);
    private final MemorySegment vector = arena.allocate(16, 8);
    private final MemorySegment peer = arena.allocate(SOCKADDR_IN6_SIZE, 8);
    private final MemorySegment control = arena.allocate(CONTROL_SIZE, 8);
    private final MemorySegment payload;

    /**
     * What came in.
     *
     * @param source 16 octets
     * @param sourcePort 0 for a raw socket
     * @param destination 16 octets; {@code ::} when the socket has not {@link #IPV6_RECVPKTINFO}
     * @param interfaceIndex 0 when the socket has not {@link #IPV6_RECVPKTINFO}
     * @param hopLimit -1 when the socket has not {@link #IPV6_RECVHOPLIMIT}
     */
    public record Received(
            byte[] payload, byte[] source, int sourcePort, byte[] destination, int interfaceIndex, int hopLimit) {}

    public AncillaryMessage(int capacity) {
        payload = arena.allocate(capacity, 8);
        header.set(ADDRESS, 0, peer);
        header.set(ADDRESS, 16, vector);
        header.set(JAVA_LONG, 24, 1L);
        header.set(ADDRESS, 32, control);
        vector.set(ADDRESS, 0, payload);
    }

    /**
     * Takes one datagram without waiting.
     *
     * @return null when there is none
     */
    public @Nullable Received receive(NativeSocket socket) throws SystemCallException {
        header.set(JAVA_INT, 8, SOCKADDR_IN6_SIZE);
        header.set(JAVA_LONG, 40, CONTROL_SIZE);
        header.set(JAVA_INT, 48, 0);
        vector.set(JAVA_LONG, 8, payload.byteSize());
        int length = socket.receiveMessage(header);
        if (length == -Errno.EAGAIN) {
            return null;
        }
        if (length < 0) {
            throw new SystemCallException(-length, "receive datagram");
        }
        byte[] destination = new byte[16];
        int interfaceIndex = 0;
        int hopLimit = -1;
        long end = header.get(JAVA_LONG, 40);
        for (long at = 0; at + CMSG_HEADER <= end; ) {
            long size = control.get(JAVA_LONG, at);
            int level = control.get(JAVA_INT, at + 8);
            int type = control.get(JAVA_INT, at + 12);
            if (size < CMSG_HEADER) {
                break;
            }
            if (level == IPPROTO_IPV6 && type == IPV6_PKTINFO) {
                destination = control.asSlice(at + CMSG_HEADER, 16).toArray(JAVA_BYTE);
                interfaceIndex = control.get(JAVA_INT, at + CMSG_HEADER + 16);
            } else if (level == IPPROTO_IPV6 && type == IPV6_HOPLIMIT) {
                hopLimit = control.get(JAVA_INT, at + CMSG_HEADER);
            }
            at += (size + 7) & ~7L;
        }
        return new Received(
                payload.asSlice(0, length).toArray(JAVA_BYTE),
                peer.asSlice(8, 16).toArray(JAVA_BYTE),
                Short.toUnsignedInt(peer.asByteBuffer().getShort(PORT)),
                destination,
                interfaceIndex,
                hopLimit);
    }

    /** As {@link #receive}, past errors that packets sent before came back with. */
    public @Nullable Received receiveNext(NativeSocket socket) throws SystemCallException {
        while (true) {
            try {
                return receive(socket);
            } catch (SystemCallException e) {
                if (!Errno.isOfAnEarlierPacket(e.errno())) {
                    throw e;
                }
            }
        }
    }

    /**
     * Sends from a given source address out of a given interface, without ports.
     *
     * @param destination 16 octets; link-local addresses are taken on {@code interfaceIndex}
     * @param source 16 octets, an address of the interface
     */
    public void send(
            NativeSocket socket,
            byte[] octets,
            byte[] destination,
            byte[] source,
            int interfaceIndex,
            int hopLimit,
            String object)
            throws SystemCallException {
        send(socket, octets, destination, 0, source, interfaceIndex, hopLimit, object);
    }

    /**
     * Sends from a given source address.
     *
     * @param destinationPort 0 with a raw socket
     * @param hopLimit has no effect on IPv4
     */
    public void send(
            NativeSocket socket,
            byte[] octets,
            byte[] destination,
            int destinationPort,
            byte[] source,
            int interfaceIndex,
            int hopLimit,
            String object)
            throws SystemCallException {
        MemorySegment.copy(octets, 0, payload, JAVA_BYTE, 0, octets.length);
        ByteBuffer address = peer.asByteBuffer().order(ByteOrder.nativeOrder());
        address.putShort((short) NativeSocket.AF_INET6)
                .putShort((short) 0)
                .putInt(0)
                .put(destination)
                .putInt(interfaceIndex);
        address.order(ByteOrder.BIG_ENDIAN).putShort(PORT, (short) destinationPort);
        control.fill((byte) 0);
        ByteBuffer ancillary = control.asByteBuffer().order(ByteOrder.nativeOrder());
        ancillary.putLong(CMSG_HEADER + 20).putInt(IPPROTO_IPV6).putInt(IPV6_PKTINFO);
        ancillary.put(source).putInt(interfaceIndex).putInt(0);
        ancillary
                .putLong(CMSG_HEADER + 4)
                .putInt(IPPROTO_IPV6)
                .putInt(IPV6_HOPLIMIT)
                .putInt(hopLimit)
                .putInt(0);
        header.set(JAVA_INT, 8, SOCKADDR_IN6_SIZE);
        header.set(JAVA_LONG, 40, ancillary.position());
        header.set(JAVA_INT, 48, 0);
        vector.set(JAVA_LONG, 8, octets.length);
        int sent = socket.sendMessage(header);
        if (sent < 0) {
            throw new SystemCallException(-sent, object);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
