package org.flowanchor.testbed.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import org.flowanchor.mobility.Ipv6Address;

/** A raw IPv6 socket at one address; of next header 135 the kernel fills in and verifies checksums. One thread. */
final class HeaderSocket implements AutoCloseable {
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_MH = 135;
    private static final int IPPROTO_IPV6 = 41;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SOCKADDR_IN6 = 28;
    private static final int ADDRESS_OFFSET = 8;
    private static final int CAPACITY = 2048;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(CAPACITY);
    private final MemorySegment peer = arena.allocate(SOCKADDR_IN6, 4);
    private final MemorySegment peerLength = arena.allocate(JAVA_INT);
    private final MethodHandle sendto = function(
            "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private final MethodHandle recvfrom = function(
            "recvfrom", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private final MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private final int descriptor;

    /** What came from whom. */
    record Packet(Ipv6Address source, byte[] octets) {}

    /** @param patience how long {@link #receive} waits */
    HeaderSocket(Ipv6Address local, Duration patience) throws IOException {
        this(local, IPPROTO_MH, patience);
    }

    /** Packets in packets: what comes out of tunnels that end here. */
    static HeaderSocket tunnelled(Ipv6Address local, Duration patience) throws IOException {
        return new HeaderSocket(local, IPPROTO_IPV6, patience);
    }

    private HeaderSocket(Ipv6Address local, int protocol, Duration patience) throws IOException {
        try {
            descriptor = (int) function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT))
                    .invokeExact(AF_INET6, SOCK_RAW, protocol);
            check(descriptor, "socket");
            MemorySegment timeout = arena.allocate(16, 8);
            timeout.set(JAVA_LONG, 0, patience.toSeconds());
            timeout.set(JAVA_LONG, 8, patience.toNanosPart() / 1000);
            check(
                    (int) function(
                                    "setsockopt",
                                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT))
                            .invokeExact(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout, 16),
                    "receive timeout");
            address(local);
            check(
                    (int) function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT))
                            .invokeExact(descriptor, peer, SOCKADDR_IN6),
                    "bind " + local);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + " refused");
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    private void address(Ipv6Address address) {
        // struct sockaddr_in6; a raw socket's port is 0.
        ByteBuffer fields = peer.asByteBuffer().order(ByteOrder.nativeOrder());
        fields.putShort((short) AF_INET6)
                .putShort((short) 0)
                .putInt(0)
                .put(address.octets())
                .putInt(0);
    }

    void send(byte[] octets, Ipv6Address destination) throws IOException {
        address(destination);
        MemorySegment.copy(octets, 0, buffer, JAVA_BYTE, 0, octets.length);
        try {
            long sent = (long) sendto.invokeExact(descriptor, buffer, (long) octets.length, 0, peer, SOCKADDR_IN6);
            check((int) sent, "send to " + destination);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Empty when nothing came in time. */
    Optional<Packet> receive() {
        peerLength.set(JAVA_INT, 0, SOCKADDR_IN6);
        try {
            long length = (long) recvfrom.invokeExact(descriptor, buffer, (long) CAPACITY, 0, peer, peerLength);
            if (length < 0) {
                return Optional.empty();
            }
            Ipv6Address source = Ipv6Address.of(
                    peer.asSlice(ADDRESS_OFFSET, Ipv6Address.LENGTH).toArray(JAVA_BYTE));
            return Optional.of(new Packet(source, buffer.asSlice(0, length).toArray(JAVA_BYTE)));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            int ignored = (int) close.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        arena.close();
    }
}
