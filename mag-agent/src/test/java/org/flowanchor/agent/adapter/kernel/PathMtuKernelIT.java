package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Between the anchor and the first gateway, and only that way, there is a router whose other link takes 1400 octets. Tunnels are made by
 * segment routing.
 */
@Timeout(600)
class PathMtuKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ROUTER = "2001:db8:b::77";
    private static final int NARROW = 1400;
    private static final int FULL = 1460;
    private static final int HEADERS = 48;
    private static final int IPPROTO_ICMPV6 = 58;

    private Domain domain;
    private Namespace router;
    private LinuxAnchorKernel anchor;
    private LinuxAccessKernel first;

    @BeforeEach
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        router = new Namespace("router");
        domain.backhaul.connect("router", router, "b0");
        domain.backhaul.ip("link set router master br0");
        router.connect("r1", domain.first, "b1");
        router.ip(
                "addr add " + ROUTER + "/64 dev b0 nodad",
                "addr add fe80::77:1/64 dev b0 nodad",
                "addr add fe80::77:2/64 dev r1 nodad",
                "link set r1 mtu " + NARROW,
                "route add " + Domain.FIRST_COA + "/128 via fe80::11:2 dev r1");
        domain.first.ip("addr add fe80::11:2/64 dev b1 nodad");
        router.run(() -> KernelSettings.require("net/ipv6/conf/all/forwarding", "1"));
        domain.anchor.ip("route add " + Domain.FIRST_COA + "/128 via " + ROUTER + " dev b0");
        anchor = newAnchor();
        first = domain.first.call(() -> new LinuxAccessKernel(seg6()));
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
    }

    private static KernelConfiguration seg6() {
        return new KernelConfiguration("b0", KernelNumbering.DEFAULT, TunnelKind.SEG6);
    }

    private LinuxAnchorKernel newAnchor() {
        return domain.anchor.call(() -> {
            LinuxAnchorKernel made = new LinuxAnchorKernel(seg6());
            made.watch(() -> {});
            made.apply(new AnchorState(
                    LMA,
                    Set.of(POOL),
                    Set.of(FIRST, SECOND),
                    Map.of(PREFIX, FIRST),
                    Map.of(),
                    List.of(),
                    Map.of(),
                    Map.of()));
            return made;
        });
    }

    @AfterEach
    void tearDown() {
        if (domain != null) {
            first.close();
            anchor.close();
            router.close();
            domain.close();
        }
    }

    private String device(Namespace namespace, int number) {
        return namespace
                .exec("cat", "/proc/sys/net/ipv6/conf/fa" + number + "/mtu")
                .strip();
    }

    /** Number of the tunnel to a gateway, as the table behind its mark says. */
    private int tunnel(String gateway) {
        for (int number : List.of(1, 2)) {
            String table = domain.anchor.exec(
                    "ip",
                    "-6",
                    "route",
                    "show",
                    "table",
                    "" + (KernelNumbering.DEFAULT.encapsulationTables() + number));
            if (table.contains("throw " + gateway)) {
                return number;
            }
        }
        throw new AssertionError("no tunnel to " + gateway);
    }

    @Test
    void m32_aNarrowPathIsToldToTheSenderAndTheOtherDirectionStaysAsItIs() throws Exception {
        int narrow = tunnel(Domain.FIRST_COA);
        int other = tunnel(Domain.SECOND_COA);
        try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5001);
                Datagrams mobileNode = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5002)) {
            assertThat(correspondent.reaches(mobileNode, Domain.MOBILE_NODE, 5002, 1, SOON))
                    .isTrue();
            assertThat(device(domain.anchor, narrow)).isEqualTo("" + FULL);
            // The first is lost, the next is answered, what comes then is fragmented by its sender.
            Await.until("a datagram larger than the path", SOON, () -> {
                correspondent.send(Domain.MOBILE_NODE, 5002, 2, FULL - HEADERS);
                return mobileNode.receives(2, Duration.ofMillis(500));
            });
            assertThat(domain.correspondent.exec("ip", "-6", "route", "get", Domain.MOBILE_NODE))
                    .contains("mtu " + (NARROW - PathMtus.OUTER_HEADER) + " ");
            assertThat(device(domain.anchor, narrow)).isEqualTo("" + (NARROW - PathMtus.OUTER_HEADER));
            assertThat(device(domain.anchor, other)).isEqualTo("" + FULL);
            Await.until("a full datagram the other way", SOON, () -> {
                mobileNode.send(Domain.CORRESPONDENT, 5001, 3, FULL - HEADERS);
                return correspondent.receives(3, Duration.ofMillis(500));
            });
            assertThat(domain.mobileNode.exec("ip", "-6", "route", "get", Domain.CORRESPONDENT))
                    .doesNotContain("mtu");
        }
        LinuxAnchorKernel before = anchor;
        anchor = newAnchor();
        before.close();
        assertThat(device(domain.anchor, narrow))
                .as("after a restart")
                .isEqualTo("" + (NARROW - PathMtus.OUTER_HEADER));
    }

    @Test
    void aGatewaysOwnPathIsWhatItAdvertises() {
        assertThat((int) domain.first.call(first::tunnelMtu)).isEqualTo(FULL);
        domain.first.run(() -> first.watch(() -> {}));
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        Await.until("the gateway reduces it", SOON, () -> {
            tell(Domain.FIRST_COA, Domain.FIRST_COA, Domain.LMA_ADDRESS, 1390);
            return domain.first.call(first::tunnelMtu) == 1350;
        });
    }

    @Test
    void whatIsNotAboutATunnelOfOursChangesNothingAndNoPathIsBelow1280() throws Exception {
        int number = tunnel(Domain.FIRST_COA);
        String address = Domain.LMA_ADDRESS;
        tell(address, address, "2001:db8:b::99", 1300);
        tell(address, Domain.SECOND_COA, Domain.FIRST_COA, 1300);
        tell(address, address, Domain.FIRST_COA, 1_000_000);
        tell(address, address, Domain.FIRST_COA, 1500);
        Await.until("the one behind them", SOON, () -> {
            tell(address, address, Domain.FIRST_COA, 1480);
            return device(domain.anchor, number).equals("1440");
        });
        assertThat(device(domain.anchor, tunnel(Domain.SECOND_COA))).isEqualTo("" + FULL);
        tell(address, address, Domain.FIRST_COA, 1490);
        Await.until("the least", SOON, () -> {
            tell(address, address, Domain.FIRST_COA, 7);
            return device(domain.anchor, number).equals("1280");
        });
        tell(address, address, Domain.FIRST_COA, 1480);
        int other = tunnel(Domain.SECOND_COA);
        Await.until("all before it was taken", SOON, () -> {
            tell(address, address, Domain.SECOND_COA, NARROW);
            return device(domain.anchor, other).equals("1360");
        });
        AtomicLong time = new AtomicLong();
        Map<Ipv6Address, Integer> numbers = Map.of(FIRST.address(), number);
        domain.anchor.run(() -> {
            try (PathMtus successor = new PathMtus(KernelNumbering.DEFAULT, time::get)) {
                successor.tunnels(new PathMtus.Tunnels(LMA.address(), numbers, FULL));
                successor.look();
                time.set(PathMtus.REDUCED_FOR_NANOS - 1);
                successor.look();
                assertThat(KernelSettings.number("net/ipv6/conf/fa" + number + "/mtu", 0))
                        .isEqualTo(1280);
                time.set(PathMtus.REDUCED_FOR_NANOS);
                successor.look();
                assertThat(KernelSettings.number("net/ipv6/conf/fa" + number + "/mtu", 0))
                        .isEqualTo(FULL);
            }
        });
    }

    /** A Packet Too Big from the router about a packet between two addresses. */
    private void tell(String to, String source, String destination, int mtu) {
        byte[] octets = packetTooBig(source, destination, mtu);
        router.run(() -> {
            NativeSocket socket =
                    NativeSocket.open(NativeSocket.AF_INET6, NativeSocket.SOCK_RAW, IPPROTO_ICMPV6, "ICMPv6 socket");
            try (AncillaryMessage message = new AncillaryMessage(octets.length)) {
                message.send(
                        socket,
                        octets,
                        Ipv6Address.parse(to).octets(),
                        Ipv6Address.parse(ROUTER).octets(),
                        0,
                        64,
                        "send Packet Too Big");
            } finally {
                socket.close();
            }
        });
    }

    static byte[] packetTooBig(String source, String destination, int mtu) {
        return ByteBuffer.allocate(8 + 40 + 40 + 8)
                .put((byte) 2)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(mtu)
                .putInt(6 << 28)
                .putShort((short) 1400)
                .put((byte) 41)
                .put((byte) 63)
                .put(Ipv6Address.parse(source).octets())
                .put(Ipv6Address.parse(destination).octets())
                .putInt(6 << 28)
                .putShort((short) 1360)
                .put((byte) 17)
                .put((byte) 63)
                .put(Ipv6Address.parse(Domain.CORRESPONDENT).octets())
                .put(Ipv6Address.parse(Domain.MOBILE_NODE).octets())
                .array();
    }
}
