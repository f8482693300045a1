package org.flowanchor.testbed.wire;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.NetworkInterface;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A process that captures Mobility Headers and ICMPv6 Parameter Problems of one interface with a packet socket, in both directions. Prints
 * {@code capturing} when it sees everything from then on; ends with SIGTERM, and each frame is in the file as soon as it passed.
 */
public final class PacketCapture {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int ETH_P_ALL = 3;
    private static final int CAPACITY = 65_536;
    private static final int ETHERNET_HEADER = 14;
    private static final int IPV6_HEADER = 40;
    private static final int MOBILITY_HEADER = 135;
    private static final int ICMPV6 = 58;
    private static final int PARAMETER_PROBLEM = 4;

    private PacketCapture() {}

    /** @param arguments interface, file */
    public static void main(String[] arguments) throws Throwable {
        NetworkInterface device = NetworkInterface.getByName(arguments[0]);
        if (device == null) {
            throw new IOException("no interface " + arguments[0]);
        }
        int socket = open(device.getIndex());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1])));
                Arena arena = Arena.ofConfined()) {
            Pcap.begin(out, Pcap.ETHERNET);
            System.out.println("capturing");
            System.out.flush();
            MemorySegment buffer = arena.allocate(CAPACITY);
            MethodHandle receive =
                    function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
            while (true) {
                long length = (long) receive.invokeExact(socket, buffer, (long) CAPACITY, 0);
                if (length < 0) {
                    throw new IOException("recv failed");
                }
                byte[] frame = buffer.asSlice(0, length).toArray(JAVA_BYTE);
                if (isSignalling(frame)) {
                    Instant now = Instant.now();
                    Pcap.add(out, new Pcap.Frame(now.getEpochSecond() * 1_000_000 + now.getNano() / 1000, frame));
                }
            }
        }
    }

    private static boolean isSignalling(byte[] frame) {
        if (frame.length < ETHERNET_HEADER + IPV6_HEADER + 1
                || (frame[12] & 0xff) != ETH_P_IPV6 >>> 8
                || (frame[13] & 0xff) != (ETH_P_IPV6 & 0xff)) {
            return false;
        }
        int next = frame[ETHERNET_HEADER + 6] & 0xff;
        return next == MOBILITY_HEADER || next == ICMPV6 && frame[ETHERNET_HEADER + IPV6_HEADER] == PARAMETER_PROBLEM;
    }

    private static int open(int index) throws Throwable {
        MethodHandle socket = function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        MethodHandle bind = function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        int everything = Short.toUnsignedInt(Short.reverseBytes((short) ETH_P_ALL));
        int descriptor = (int) socket.invokeExact(AF_PACKET, SOCK_RAW, everything);
        if (descriptor < 0) {
            throw new IOException("packet socket refused: run as root");
        }
        try (Arena arena = Arena.ofConfined()) {
            // struct sockaddr_ll
            MemorySegment address = arena.allocate(20, 4);
            address.asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) AF_PACKET)
                    .putShort((short) everything)
                    .putInt(index);
            if ((int) bind.invokeExact(descriptor, address, 20) < 0) {
                throw new IOException("packet socket cannot be bound to interface " + index);
            }
        }
        return descriptor;
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
