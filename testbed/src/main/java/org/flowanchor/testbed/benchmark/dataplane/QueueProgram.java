package org.flowanchor.testbed.benchmark.dataplane;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;

/** The rival in user space: every packet is handed to this process (NFQUEUE), which looks its flow up and gives it back with a mark. */
public final class QueueProgram {
    private static final int NETLINK_NETFILTER = 12;
    private static final int MESSAGE_PACKET = 3 << 8;
    private static final int MESSAGE_VERDICT = 3 << 8 | 1;
    private static final int MESSAGE_CONFIG = 3 << 8 | 2;
    private static final int NLM_F_REQUEST = 1;
    private static final int NF_ACCEPT = 1;
    private static final int LONGEST_QUEUE = 65_536;
    private static final int BUFFER = 1 << 20;
    private static final int SOCKET_BUFFER = 64 << 20;

    private QueueProgram() {}

    /** @param arguments number of flows, mark in hexadecimal */
    public static void main(String[] arguments) throws Exception {
        Map<FiveTuple, Integer> marks = new HashMap<>();
        for (int index = 0; index < Integer.parseInt(arguments[0]); index++) {
            marks.put(Population.flow(index), Integer.parseInt(arguments[1], 16));
        }
        try (Arena arena = Arena.ofConfined();
                NativeSocket socket = NativeSocket.open(
                        NativeSocket.AF_NETLINK, NativeSocket.SOCK_RAW, NETLINK_NETFILTER, "queue socket")) {
            socket.option(NativeSocket.SOL_SOCKET, NativeSocket.SO_RCVBUFFORCE, SOCKET_BUFFER);
            MemorySegment out = arena.allocate(256, 8);
            // Bind; whole packets; the longest queue.
            configure(socket, out, 1, ByteBuffer.allocate(4).put((byte) 1).array());
            configure(
                    socket,
                    out,
                    2,
                    ByteBuffer.allocate(5).putInt(0xffff).put((byte) 2).array());
            configure(
                    socket, out, 3, ByteBuffer.allocate(4).putInt(LONGEST_QUEUE).array());
            System.out.println("ready");
            MemorySegment in = arena.allocate(BUFFER, 8);
            ByteBuffer received = in.asByteBuffer().order(ByteOrder.nativeOrder());
            while (true) {
                int length = socket.receive(in, 0);
                for (int at = 0; at + 16 <= length; at += (received.getInt(at) + 3) & ~3) {
                    if (received.getShort(at + 4) == MESSAGE_PACKET) {
                        judge(socket, out, received, at, marks);
                    }
                }
            }
        }
    }

    private static void judge(
            NativeSocket socket, MemorySegment out, ByteBuffer received, int message, Map<FiveTuple, Integer> marks) {
        int end = message + received.getInt(message);
        int id = 0;
        Integer mark = null;
        for (int at = message + 20; at + 4 <= end; at += (received.getShort(at) + 3) & ~3) {
            switch (received.getShort(at + 2) & 0x3fff) {
                case 1 -> id = received.getInt(at + 4);
                case 10 -> mark = marks.get(flow(received, at + 4));
                default -> {
                    // Devices, times and the like.
                }
            }
        }
        ByteBuffer verdict = out.asByteBuffer().order(ByteOrder.nativeOrder());
        verdict.putInt(0)
                .putShort((short) MESSAGE_VERDICT)
                .putShort((short) NLM_F_REQUEST)
                .putInt(0)
                .putInt(0);
        verdict.putInt(0);
        verdict.putShort((short) 12)
                .putShort((short) 2)
                .putInt(Integer.reverseBytes(NF_ACCEPT))
                .putInt(id);
        if (mark != null) {
            verdict.putShort((short) 8).putShort((short) 3).putInt(Integer.reverseBytes(mark));
        }
        verdict.putInt(0, verdict.position());
        int sent = socket.send(out, verdict.position());
        if (sent < 0) {
            throw new IllegalStateException("verdict: error " + -sent);
        }
    }

    /** An IPv6 packet with ports. */
    private static FiveTuple flow(ByteBuffer octets, int packet) {
        ByteBuffer view = octets.duplicate().order(ByteOrder.BIG_ENDIAN);
        return new FiveTuple(
                new Ipv6Address(view.getLong(packet + 8), view.getLong(packet + 16)),
                new Ipv6Address(view.getLong(packet + 24), view.getLong(packet + 32)),
                view.get(packet + 6) & 0xff,
                Short.toUnsignedInt(view.getShort(packet + 40)),
                Short.toUnsignedInt(view.getShort(packet + 42)));
    }

    private static void configure(NativeSocket socket, MemorySegment out, int attribute, byte[] value) {
        ByteBuffer message = out.asByteBuffer().order(ByteOrder.nativeOrder());
        message.putInt(0)
                .putShort((short) MESSAGE_CONFIG)
                .putShort((short) NLM_F_REQUEST)
                .putInt(0)
                .putInt(0);
        // Family, version and the queue's number, 0.
        message.putInt(0);
        message.putShort((short) (4 + value.length)).putShort((short) attribute).put(value);
        while (message.position() % 4 != 0) {
            message.put((byte) 0);
        }
        message.putInt(0, message.position());
        int sent = socket.send(out, message.position());
        if (sent < 0) {
            throw new IllegalStateException("queue: error " + -sent);
        }
    }
}
