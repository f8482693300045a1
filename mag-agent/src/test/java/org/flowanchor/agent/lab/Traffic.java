package org.flowanchor.agent.lab;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A numbered UDP stream at a steady rate, counted at its end. */
public final class Traffic {
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** What became of the stream. */
    public record Result(int sent, int received, int lost, int duplicated, int reordered) {}

    private Traffic() {}

    /**
     * Sends and receives on threads of its own until {@code meanwhile} returns.
     *
     * @param packetsPerSecond at most 2,000
     */
    public static Result during(
            Datagrams from, Datagrams to, String address, int port, int packetsPerSecond, Namespace.Action meanwhile)
            throws Exception {
        Stream stream = new Stream(from, to, address, port, packetsPerSecond);
        Thread sender = Thread.ofPlatform().daemon(true).start(stream::send);
        Thread receiver = Thread.ofPlatform().daemon(true).start(stream::receive);
        try {
            meanwhile.run();
        } finally {
            stream.sending = false;
            sender.join();
            receiver.join();
        }
        if (stream.failure != null) {
            throw new AssertionError("stream", stream.failure);
        }
        return stream.result();
    }

    private static final class Stream {
        private final Datagrams from;
        private final Datagrams to;
        private final String address;
        private final int port;
        private final long gapNanos;
        private final BitSet seen = new BitSet();
        private volatile boolean sending = true;
        private volatile int sent;
        private volatile @Nullable Exception failure;
        private int received;
        private int duplicated;
        private int reordered;

        Stream(Datagrams from, Datagrams to, String address, int port, int packetsPerSecond) {
            if (packetsPerSecond > 2000) {
                throw new IllegalArgumentException("rate");
            }
            this.from = from;
            this.to = to;
            this.address = address;
            this.port = port;
            this.gapNanos = 1_000_000_000L / packetsPerSecond;
        }

        void send() {
            try {
                long next = System.nanoTime();
                int number = 0;
                while (sending) {
                    from.send(address, port, number++, 64);
                    sent = number;
                    next = Math.max(next + gapNanos, System.nanoTime() - gapNanos);
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        void receive() {
            try {
                int highest = -1;
                long end = Long.MAX_VALUE;
                while (System.nanoTime() < end && (sending || received - duplicated < sent)) {
                    Integer number = to.poll();
                    if (number == null) {
                        LockSupport.parkNanos(200_000);
                    } else {
                        received++;
                        duplicated += seen.get(number) ? 1 : 0;
                        reordered += number < highest ? 1 : 0;
                        highest = Math.max(highest, number);
                        seen.set(number);
                    }
                    if (!sending && end == Long.MAX_VALUE) {
                        end = System.nanoTime() + GRACE.toNanos();
                    }
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        Result result() {
            return new Result(sent, received, sent - seen.cardinality(), duplicated, reordered);
        }
    }
}
