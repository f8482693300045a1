package org.flowanchor.testbed.benchmark.dataplane;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.mobility.FiveTuple;

/**
 * Sends frames made beforehand, as fast as the way behind the device takes them: between virtual devices the kernel forwards a packet
 * while it is being sent, to its end, so the sender's time is the way's time, its own part included.
 *
 * <p>Commands and answers are lines: {@code frames DEVICE ADDRESS TERMINALS NUMBERS COUNT SEED}, {@code once DEVICE}, {@code rate DEVICE
 * MILLIS}, {@code burst DEVICE PACKETS}.
 */
public final class PacketSource {
    private static final int AF_PACKET = 17;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int PAYLOAD = 64;
    private static final int FRAME = 14 + 40 + 8 + PAYLOAD;
    private static final long LEAST_CHUNK_NANOS = 1_000_000;

    private final Map<String, Frames> frames = new HashMap<>();

    private record Frames(NativeSocket socket, MemorySegment[] all, int[] next) {
        void send(int packets) {
            for (int sent = 0; sent < packets; sent++) {
                int outcome = socket.send(all[next[0]], FRAME);
                if (outcome < 0) {
                    throw new IllegalStateException("send: error " + -outcome);
                }
                next[0] = next[0] + 1 == all.length ? 0 : next[0] + 1;
            }
        }
    }

    private PacketSource() {}

    public static void main(String[] arguments) throws Exception {
        PacketSource source = new PacketSource();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(source.obey(line.split(" ")));
        }
    }

    private String obey(String[] words) throws Exception {
        if (words[0].equals("frames")) {
            frames.put(words[1], make(words));
            return "0";
        }
        Frames chosen = Objects.requireNonNull(frames.get(words[1]), words[1]);
        return switch (words[0]) {
            case "once" -> {
                chosen.send(chosen.all().length);
                yield Integer.toString(chosen.all().length);
            }
            case "burst" -> {
                chosen.send(Integer.parseInt(words[2]));
                yield words[2];
            }
            case "rate" -> rate(chosen, Long.parseLong(words[2]) * 1_000_000);
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    /** Packets sent, and packets per second of the median chunk: a chunk in which the machine did something else counts like any other. */
    private static String rate(Frames chosen, long nanos) {
        int chunk = 1;
        int sent = 0;
        long took = 0;
        while (true) {
            long begin = System.nanoTime();
            chosen.send(chunk);
            took = System.nanoTime() - begin;
            sent += chunk;
            if (took >= LEAST_CHUNK_NANOS) {
                break;
            }
            chunk *= 2;
        }
        List<Long> chunks = new ArrayList<>();
        long end = System.nanoTime() + nanos;
        do {
            long begin = System.nanoTime();
            chosen.send(chunk);
            chunks.add(System.nanoTime() - begin);
            sent += chunk;
        } while (System.nanoTime() < end || chunks.size() < 5);
        long[] sorted = chunks.stream().mapToLong(Long::longValue).sorted().toArray();
        return sent + " " + chunk * 1e9 / sorted[sorted.length / 2];
    }

    private static Frames make(String[] words) throws Exception {
        String device = words[1];
        byte[] destination = HexFormat.ofDelimiter(":").parseHex(words[2]);
        int terminals = Integer.parseInt(words[3]);
        int numbers = Integer.parseInt(words[4]);
        Random random = new Random(Long.parseLong(words[6]));
        MemorySegment[] all = new MemorySegment[Integer.parseInt(words[5])];
        boolean every = all.length == terminals * (long) numbers;
        MemorySegment memory = Arena.global().allocate((long) FRAME * all.length, 64);
        for (int at = 0; at < all.length; at++) {
            FiveTuple flow = every
                    ? Population.flow(at % terminals, at / terminals)
                    : Population.flow(random.nextInt(terminals), random.nextInt(numbers));
            all[at] = memory.asSlice((long) FRAME * at, FRAME);
            all[at].copyFrom(MemorySegment.ofArray(frame(destination, flow)));
        }
        int index = Integer.parseInt(
                Files.readString(Path.of("/sys/class/net", device, "ifindex")).strip());
        NativeSocket socket = NativeSocket.open(AF_PACKET, NativeSocket.SOCK_RAW, 0, "packet socket");
        socket.option(SOL_PACKET, PACKET_QDISC_BYPASS, 1);
        socket.bind(ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_PACKET)
                .putShort((short) 0)
                .putInt(index)
                .array());
        return new Frames(socket, all, new int[1]);
    }

    private static byte[] frame(byte[] destination, FiveTuple flow) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME);
        frame.put(destination).put(new byte[] {2, 0, 0, 0, 0, 1}).putShort((short) ETHERTYPE_IPV6);
        int length = 8 + PAYLOAD;
        frame.putInt(6 << 28).putShort((short) length).put((byte) FiveTuple.UDP).put((byte) 64);
        frame.put(flow.sourceAddress().octets()).put(flow.destinationAddress().octets());
        frame.putShort((short) flow.sourcePort()).putShort((short) flow.destinationPort());
        frame.putShort((short) length).putShort((short) 0);
        frame.putShort(60, (short) checksum(frame, length));
        return frame.array();
    }

    private static int checksum(ByteBuffer frame, int length) {
        int sum = length + FiveTuple.UDP;
        for (int at = 22; at < FRAME; at += 2) {
            sum += Short.toUnsignedInt(frame.getShort(at));
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }
}
