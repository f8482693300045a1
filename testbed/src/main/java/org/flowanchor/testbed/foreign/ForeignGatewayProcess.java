package org.flowanchor.testbed.foreign;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.foreign.ForeignGateway.Purpose;
import org.flowanchor.testbed.foreign.ForeignGateway.Verdict;

/**
 * Gateways of other makers, each with one terminal: attach, extend every few seconds, de-register at SIGTERM. What their makers make of
 * each acknowledgement is printed, a line each: {@code maker purpose verdict}; and once for each address what the anchor tunnels to them:
 * {@code maker CARRIED address}.
 */
public final class ForeignGatewayProcess {
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final Duration GLANCE = Duration.ofMillis(1);
    private static final int INNER_DESTINATION = 24;
    private static final Duration FIRST_RETRANSMISSION = Duration.ofSeconds(1);
    private static final Duration LAST_RETRANSMISSION = Duration.ofSeconds(8);
    private static final Duration LIFETIME = Duration.ofSeconds(60);
    private static final Duration EXTENSION = Duration.ofSeconds(4);
    private static final Duration FAREWELL = Duration.ofSeconds(8);

    private static volatile boolean leaving;

    private ForeignGatewayProcess() {}

    /** One gateway with its socket, and what it waits for. */
    private static final class Site {
        private final Ipv6Address anchor;
        private final HeaderSocket socket;
        private final HeaderSocket tunnel;
        private final ForeignGateway gateway;
        private final Set<Ipv6Address> carried = new HashSet<>();
        private Purpose purpose = Purpose.ATTACH;
        private boolean waits;
        private boolean gone;
        private Duration patience = FIRST_RETRANSMISSION;
        private Instant due = Instant.MIN;

        Site(Ipv6Address anchor, HeaderSocket socket, HeaderSocket tunnel, ForeignGateway gateway) {
            this.anchor = anchor;
            this.socket = socket;
            this.tunnel = tunnel;
            this.gateway = gateway;
        }

        void turn(Instant now) throws IOException {
            if (leaving && purpose != Purpose.DEREGISTER) {
                begin(Purpose.DEREGISTER, now);
            } else if (!waits && !gone && now.isAfter(due)) {
                begin(purpose, now);
            } else if (waits && now.isAfter(due)) {
                patience = patience.multipliedBy(2).compareTo(LAST_RETRANSMISSION) > 0
                        ? LAST_RETRANSMISSION
                        : patience.multipliedBy(2);
                transmit(now);
            }
            Optional<HeaderSocket.Packet> packet = socket.receive();
            if (packet.filter(one -> waits && one.source().equals(anchor)).isPresent()) {
                take(gateway.judge(packet.get().octets()), now);
            }
        }

        /** What the anchor sends to this gateway's terminal. */
        void carry() {
            Optional<HeaderSocket.Packet> packet = tunnel.receive();
            while (packet.isPresent()) {
                byte[] octets = packet.get().octets();
                int end = INNER_DESTINATION + Ipv6Address.LENGTH;
                if (packet.get().source().equals(anchor) && octets.length >= end) {
                    Ipv6Address destination = Ipv6Address.of(Arrays.copyOfRange(octets, INNER_DESTINATION, end));
                    if (carried.add(destination)) {
                        System.out.println(gateway.maker().name() + " CARRIED " + destination);
                        System.out.flush();
                    }
                }
                packet = tunnel.receive();
            }
        }

        private void begin(Purpose next, Instant now) throws IOException {
            purpose = next;
            patience = FIRST_RETRANSMISSION;
            waits = true;
            transmit(now);
        }

        private void transmit(Instant now) throws IOException {
            socket.send(gateway.update(purpose, LIFETIME, now), anchor);
            due = now.plus(patience);
        }

        private void take(Verdict verdict, Instant now) {
            say(verdict);
            if (verdict instanceof Verdict.Disregarded) {
                return;
            }
            waits = false;
            if (purpose == Purpose.DEREGISTER) {
                gone = true;
                return;
            }
            purpose = verdict instanceof Verdict.Served ? Purpose.EXTEND : Purpose.ATTACH;
            due = now.plus(EXTENSION);
        }

        private void say(Verdict verdict) {
            String text = switch (verdict) {
                case Verdict.Served(Ipv6Address prefix, Duration lifetime) ->
                    "served " + prefix + "/64 " + lifetime.toSeconds() + " s";
                case Verdict.Refused(int status) -> "refused " + status;
                case Verdict.Disregarded(String reason) -> "disregarded " + reason;
            };
            System.out.println(gateway.maker().name() + " " + purpose + " " + text);
            System.out.flush();
        }
    }

    /** @param arguments LMA address, then for each gateway: maker, its address, MAC address of the terminal, prefix, name */
    public static void main(String[] arguments) throws IOException {
        Ipv6Address anchor = Ipv6Address.parse(arguments[0]);
        List<Site> sites = new ArrayList<>();
        Instant began = Instant.now();
        for (int i = 1; i + 4 < arguments.length; i += 5) {
            Maker maker = Maker.named(arguments[i]);
            sites.add(new Site(
                    anchor,
                    new HeaderSocket(Ipv6Address.parse(arguments[i + 1]), PATIENCE),
                    HeaderSocket.tunnelled(Ipv6Address.parse(arguments[i + 1]), GLANCE),
                    new ForeignGateway(
                            maker,
                            new Terminal(
                                    arguments[i + 4],
                                    HexFormat.ofDelimiter(":").parseHex(arguments[i + 2]),
                                    Ipv6Address.parse(arguments[i + 3]),
                                    4),
                            (int) began.getEpochSecond() & 0xffff,
                            began)));
        }
        Thread story = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            leaving = true;
            try {
                story.join(FAREWELL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        System.out.println("signalling");
        System.out.flush();
        while (!sites.stream().allMatch(site -> site.gone)) {
            for (Site site : sites) {
                site.turn(Instant.now());
                site.carry();
            }
        }
    }
}
