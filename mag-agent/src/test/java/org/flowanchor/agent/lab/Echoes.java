package org.flowanchor.agent.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.mobility.Ipv6Address;

/**
 * ICMPv6 echoes from the correspondent node, which any kernel answers with the traffic class of the question: what became of its
 * congestion bits on the way there and back is seen on the answer.
 */
public final class Echoes {
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_TCLASS = 67;
    private static final int ECHO_REQUEST = 128;
    private static final int LOOKS_PER_QUESTION = 50;
    private static final AtomicInteger QUESTIONS = new AtomicInteger();
    private static final int PATIENCE_MILLIS = 10_000;

    /** How answers were marked: {@code not-ect}, {@code ect}, {@code ce}. */
    public record Answers(Set<String> marks) {
        public static Answers of(String... marks) {
            return new Answers(Set.of(marks));
        }

        public boolean any() {
            return !marks.isEmpty();
        }
    }

    private Echoes() {}

    /**
     * Asks, again when no answer comes, and waits for the first answer, for a while. Late answers to earlier questions do not count.
     *
     * @param trafficClass of the question
     * @param onTheWay what the backhaul's bridge does with packets, in the words of nft
     */
    public static Answers ask(Domain domain, String destination, int trafficClass, String onTheWay) throws Exception {
        int question = QUESTIONS.incrementAndGet() & 0x7fff;
        domain.backhaul.nft("""
                table bridge echoes
                delete table bridge echoes
                table bridge echoes {
                  chain forward {
                    type filter hook forward priority filter; policy accept;
                    %s
                  }
                }
                """.formatted(onTheWay));
        domain.correspondent.nft("""
                table ip6 echoes
                delete table ip6 echoes
                table ip6 echoes {
                  counter ce { }
                  counter ect { }
                  counter not-ect { }
                  chain pre {
                    type filter hook prerouting priority raw; policy accept;
                    icmpv6 type echo-reply icmpv6 sequence %1$d ip6 ecn ce counter name ce
                    icmpv6 type echo-reply icmpv6 sequence %1$d ip6 ecn { ect0, ect1 } counter name ect
                    icmpv6 type echo-reply icmpv6 sequence %1$d ip6 ecn not-ect counter name not-ect
                  }
                }
                """.formatted(question));
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        for (int look = 0; ; look++) {
            if (look % LOOKS_PER_QUESTION == 0) {
                domain.correspondent.run(() -> send(destination, trafficClass, question));
            }
            Set<String> marks = new TreeSet<>();
            for (String mark : List.of("ce", "ect", "not-ect")) {
                String listing = domain.correspondent.exec("nft", "list", "counter", "ip6", "echoes", mark);
                if (!listing.contains("packets 0 ")) {
                    marks.add(mark);
                }
            }
            if (!marks.isEmpty() || System.nanoTime() > end) {
                return new Answers(marks);
            }
            Thread.sleep(20);
        }
    }

    private static void send(String destination, int trafficClass, int question) throws Exception {
        ByteBuffer address = ByteBuffer.allocate(28)
                .order(ByteOrder.nativeOrder())
                .putShort((short) NativeSocket.AF_INET6)
                .position(8)
                .put(Ipv6Address.parse(destination).octets());
        byte[] echo = {(byte) ECHO_REQUEST, 0, 0, 0, 0x52, 0x13, (byte) (question >> 8), (byte) question, 1, 2, 3, 4};
        NativeSocket socket =
                NativeSocket.open(NativeSocket.AF_INET6, NativeSocket.SOCK_RAW, IPPROTO_ICMPV6, "echo socket");
        try (Arena arena = Arena.ofConfined()) {
            socket.option(SOL_IPV6, IPV6_TCLASS, trafficClass);
            socket.connect(address.array());
            // Unreachable as long as the other side is not there: asked again.
            int ignored = socket.send(arena.allocateFrom(ValueLayout.JAVA_BYTE, echo), echo.length);
        } finally {
            socket.close();
        }
    }
}
