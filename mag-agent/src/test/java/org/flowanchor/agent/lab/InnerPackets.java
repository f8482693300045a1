package org.flowanchor.agent.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.assertj.core.api.Assertions;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.mobility.Ipv6Address;

/** Hand-made packets, sent with an outer header through a raw socket. */
public final class InnerPackets {
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPPROTO_UDP = 17;
    private static final int SOCKADDR_IN6 = 28;

    private InnerPackets() {}

    /** An IPv6 packet with a UDP datagram whose payload is a number. */
    public static byte[] udp(String source, String destination, int sourcePort, int destinationPort, int number) {
        int length = 8 + 4;
        ByteBuffer packet = ByteBuffer.allocate(40 + length)
                .putInt(0x60000000)
                .putShort((short) length)
                .put((byte) IPPROTO_UDP)
                .put((byte) 64)
                .put(Ipv6Address.parse(source).octets())
                .put(Ipv6Address.parse(destination).octets())
                .putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putShort((short) length)
                .putShort((short) 0)
                .putInt(number);
        // Pseudo header: addresses, length, next header.
        int sum = length + IPPROTO_UDP;
        for (int at = 8; at < packet.capacity(); at += 2) {
            sum += Short.toUnsignedInt(packet.getShort(at));
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        int checksum = ~sum & 0xffff;
        return packet.putShort(46, (short) (checksum == 0 ? 0xffff : checksum)).array();
    }

    /** The kernel adds the outer header; the calling thread's namespace has {@code source}. */
    public static void send(String source, String destination, byte[] inner) throws Exception {
        NativeSocket socket =
                NativeSocket.open(NativeSocket.AF_INET6, NativeSocket.SOCK_RAW, IPPROTO_IPV6, "raw socket");
        try (Arena arena = Arena.ofConfined()) {
            socket.bind(address(source));
            socket.connect(address(destination));
            MemorySegment octets = arena.allocateFrom(ValueLayout.JAVA_BYTE, inner);
            Assertions.assertThat(socket.send(octets, inner.length)).isEqualTo(inner.length);
        } finally {
            socket.close();
        }
    }

    private static byte[] address(String text) {
        return ByteBuffer.allocate(SOCKADDR_IN6)
                .order(java.nio.ByteOrder.nativeOrder())
                .putShort((short) NativeSocket.AF_INET6)
                .position(8)
                .put(Ipv6Address.parse(text).octets())
                .array();
    }
}
