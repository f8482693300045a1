package org.flowanchor.testbed.foreign;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.foreign.ForeignAnchor.Entry;

/**
 * Anchors of other makers. Each prints what its gateways' updates made of its entries, a line each, and, after a terminal's lifetime was
 * extended, asks its gateway what RFC 5847, 7864 and 5846 let an anchor ask, one thing after the other, and prints the answers.
 */
public final class ForeignAnchorProcess {
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);
    private static final int RESTART_COUNTER = 7;
    private static final int ADMINISTRATIVE_REASON = 1;

    private ForeignAnchorProcess() {}

    private enum Question {
        HEARTBEAT,
        FLOW_MOBILITY,
        NO_MORE_FLOW_MOBILITY,
        REVOCATION
    }

    private static final class Site {
        private final Maker maker;
        private final HeaderSocket socket;
        private final ForeignAnchor anchor;
        private final Ipv6Address offLink;
        private final Deque<Question> questions = new ArrayDeque<>();
        private List<Entry> entries = List.of();
        private int sequence = 100;
        private int updates;
        private boolean asked;
        private Instant due = Instant.MAX;

        Site(Maker maker, HeaderSocket socket, Ipv6Address pool) {
            this.maker = maker;
            this.socket = socket;
            anchor = new ForeignAnchor(maker, pool, RESTART_COUNTER);
            // Of the same block, and never assigned.
            offLink = new Ipv6Address(pool.high() + 0xff, 0);
        }

        void turn(Instant now) throws IOException {
            Optional<HeaderSocket.Packet> packet = socket.receive();
            if (packet.isPresent()) {
                take(packet.get());
            }
            if (updates > 1 && !asked && !entries.isEmpty()) {
                asked = true;
                questions.addAll(maker.has(Habit.NO_LATER_MESSAGES) ? List.of() : List.of(Question.values()));
                due = now;
            }
            if (!questions.isEmpty() && !entries.isEmpty() && now.isAfter(due)) {
                ask(questions.poll(), entries.getFirst());
                due = now.plus(BETWEEN_QUESTIONS);
            }
        }

        private void take(HeaderSocket.Packet packet) throws IOException {
            Optional<byte[]> answer = anchor.receive(packet.source(), packet.octets());
            if (answer.isPresent()) {
                socket.send(answer.get(), packet.source());
            }
            int type = packet.octets()[2] & 0xff;
            if (type == 5) {
                List<Entry> now = anchor.entries();
                updates += now.isEmpty() ? 0 : 1;
                say("update of " + packet.source() + " " + (answer.isPresent() ? "" : "not ") + "answered; "
                        + text(now));
                entries = now;
            } else {
                say("type " + type + " of " + packet.source() + " "
                        + HexFormat.of().formatHex(packet.octets()));
            }
        }

        private static String text(List<Entry> entries) {
            return entries.isEmpty()
                    ? "no entry"
                    : String.join(
                            ", ",
                            entries.stream()
                                    .map(entry -> entry.name() + " " + entry.prefix() + "/64 at " + entry.gateway())
                                    .toList());
        }

        private void ask(Question question, Entry entry) throws IOException {
            sequence++;
            byte[] message = switch (question) {
                case HEARTBEAT -> anchor.heartbeatRequest(sequence);
                case FLOW_MOBILITY -> anchor.flowMobilityInitiate(sequence, entry, List.of(offLink));
                case NO_MORE_FLOW_MOBILITY -> anchor.flowMobilityInitiate(sequence, entry, List.of());
                case REVOCATION -> anchor.revocation(sequence, entry, ADMINISTRATIVE_REASON);
            };
            say("asks " + question + " " + sequence);
            socket.send(message, entry.gateway());
        }

        private void say(String text) {
            System.out.println(maker.name() + " " + text);
            System.out.flush();
        }
    }

    /** @param arguments for each anchor: maker, its address, first address of its pool */
    public static void main(String[] arguments) throws IOException {
        List<Site> sites = new ArrayList<>();
        for (int i = 0; i + 2 < arguments.length; i += 3) {
            sites.add(new Site(
                    Maker.named(arguments[i]),
                    new HeaderSocket(Ipv6Address.parse(arguments[i + 1]), PATIENCE),
                    Ipv6Address.parse(arguments[i + 2])));
        }
        System.out.println("signalling");
        System.out.flush();
        while (true) {
            for (Site site : sites) {
                site.turn(Instant.now());
            }
        }
    }
}
