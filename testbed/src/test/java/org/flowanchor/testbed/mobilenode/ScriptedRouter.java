package org.flowanchor.testbed.mobilenode;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/**
 * A tiny router for tests, run as a process inside a gateway: for each line on its standard input, an access link, a prefix and a
 * router lifetime, it multicasts one router advertisement (RFC 4861 section 4.2) with MTU 1460.
 */
final class ScriptedRouter {
    static final Ipv6Address ROUTER = Ipv6Address.parse("fe80::200:5eff:fe00:5213");

    private static final Linker LINKER = Linker.nativeLinker();
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_HOPS = 18;

    private ScriptedRouter() {}

    public static void main(String[] arguments) throws Throwable {
        System.out.println("ready");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = lines.readLine()) != null) {
            String[] words = line.split(" ");
            advertise(words[0], HomeNetworkPrefix.parse(words[1]), Integer.parseInt(words[2]));
            System.out.println("sent");
        }
        Runtime.getRuntime().halt(0);
    }

    private static void advertise(String link, HomeNetworkPrefix prefix, int lifetimeSeconds) throws Throwable {
        int index = NetworkInterface.getByName(link).getIndex();
        MethodHandle socket = function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        MethodHandle setsockopt = function(
                "setsockopt",
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT);
        MethodHandle bind = function("bind", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        MethodHandle sendto = function(
                "sendto",
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) socket.invokeExact(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
            require(descriptor, "socket");
            for (int[] option : new int[][] {{IPV6_MULTICAST_IF, index}, {IPV6_MULTICAST_HOPS, 255}}) {
                MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, option[1]);
                require((int) setsockopt.invokeExact(descriptor, IPPROTO_IPV6, option[0], value, 4), "setsockopt");
            }
            require((int) bind.invokeExact(descriptor, address(arena, ROUTER, index), 28), "bind");
            MemorySegment packet = arena.allocateFrom(ValueLayout.JAVA_BYTE, advertisement(prefix, lifetimeSeconds));
            MemorySegment allNodes = address(arena, Ipv6Address.parse("ff02::1"), index);
            require((int) sendto.invokeExact(descriptor, packet, packet.byteSize(), 0, allNodes, 28), "sendto");
        }
    }

    private static byte[] advertisement(HomeNetworkPrefix prefix, int lifetimeSeconds) {
        ByteBuffer message = ByteBuffer.allocate(16 + 8 + 32);
        message.put((byte) 134).put((byte) 0).putShort((short) 0);
        message.put((byte) 64)
                .put((byte) 0)
                .putShort((short) lifetimeSeconds)
                .putInt(0)
                .putInt(0);
        message.put((byte) 5).put((byte) 1).putShort((short) 0).putInt(1460);
        message.put((byte) 3).put((byte) 4).put((byte) prefix.length()).put((byte) 0x40);
        message.putInt(lifetimeSeconds).putInt(lifetimeSeconds).putInt(0);
        message.put(prefix.address().octets());
        return message.array();
    }

    private static MemorySegment address(Arena arena, Ipv6Address address, int scope) {
        ByteBuffer bytes = ByteBuffer.allocate(28).order(ByteOrder.nativeOrder());
        bytes.putShort((short) AF_INET6).putShort((short) 0).putInt(0);
        bytes.put(address.octets()).putInt(scope);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes.array());
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static void require(int result, String call) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed");
        }
    }
}
