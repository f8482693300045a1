package org.flowanchor.agent.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.mobility.Ipv6Address;

/** Hand-made packets from the correspondent node to the mobile node of a {@link Domain}; the calling thread's namespace sends them. */
public final class RawPackets {
    private static final int IPPROTO_RAW = 255;
    private static final int FRAGMENT = 44;
    private static final int FRAGMENT_HEADER = 8;
    private static final int MORE = 1;

    private RawPackets() {}

    /** @param payload what follows the fixed header */
    public static byte[] packet(int nextHeader, int flowLabel, byte[] payload) {
        return ByteBuffer.allocate(40 + payload.length)
                .putInt(6 << 28 | flowLabel)
                .putShort((short) payload.length)
                .put((byte) nextHeader)
                .put((byte) 64)
                .put(Ipv6Address.parse(Domain.CORRESPONDENT).octets())
                .put(Ipv6Address.parse(Domain.MOBILE_NODE).octets())
                .put(payload)
                .array();
    }

    /**
     * The packet in two fragments (RFC 8200 section 4.5).
     *
     * @param first octets of the payload in the first one, a multiple of 8
     */
    public static List<byte[]> fragments(int nextHeader, int flowLabel, byte[] payload, int identification, int first) {
        ByteBuffer one = ByteBuffer.allocate(FRAGMENT_HEADER + first)
                .put((byte) nextHeader)
                .put((byte) 0)
                .putShort((short) MORE)
                .putInt(identification)
                .put(payload, 0, first);
        ByteBuffer other = ByteBuffer.allocate(FRAGMENT_HEADER + payload.length - first)
                .put((byte) nextHeader)
                .put((byte) 0)
                .putShort((short) first)
                .putInt(identification)
                .put(payload, first, payload.length - first);
        return List.of(packet(FRAGMENT, flowLabel, one.array()), packet(FRAGMENT, flowLabel, other.array()));
    }

    public static void send(byte[] packet) throws Exception {
        NativeSocket socket =
                NativeSocket.open(NativeSocket.AF_INET6, NativeSocket.SOCK_RAW, IPPROTO_RAW, "raw socket");
        try (Arena arena = Arena.ofConfined()) {
            socket.connect(ByteBuffer.allocate(28)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) NativeSocket.AF_INET6)
                    .position(8)
                    .put(Ipv6Address.parse(Domain.MOBILE_NODE).octets())
                    .array());
            Assertions.assertThat(socket.send(arena.allocateFrom(ValueLayout.JAVA_BYTE, packet), packet.length))
                    .isEqualTo(packet.length);
        } finally {
            socket.close();
        }
    }
}
