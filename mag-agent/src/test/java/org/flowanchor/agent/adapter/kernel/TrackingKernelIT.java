package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.lab.ReadFlows;
import org.flowanchor.agent.lab.TrackedConnections;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connection tracking table is filled to its limit, in a namespace of the test's own. */
@Timeout(600)
class TrackingKernelIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int PORT = 6000;

    private int stamp = 1;

    @BeforeEach
    void asRoot() {
        Namespace.requireRoot();
    }

    /** Control: what happens where nobody looks after the table. */
    @Test
    void theKernelDropsWhatWouldBeginAConnectionBeyondItsLimit() throws Exception {
        try (Namespace alone = new Namespace("alone");
                TrackedConnections connections = new TrackedConnections(alone)) {
            alone.nft("table inet t { chain c { type filter hook output priority 0; ct state new counter; }; }");
            try (Datagrams receiver = new Datagrams(alone, "::1", PORT);
                    Datagrams before = new Datagrams(alone, "::1", 5000);
                    Datagrams after = new Datagrams(alone, "::1", 5001)) {
                assertThat(before.reaches(receiver, "::1", PORT, 1, SOON)).isTrue();
                connections.fillTo(connections.statistics().limit());
                try {
                    after.send("::1", PORT, 2, 64);
                } catch (IOException refused) {
                    // The sender of a dropped packet is told where it is on the same machine.
                    assertThat(refused).hasMessageContaining("not permitted");
                }
                before.send("::1", PORT, 3, 64);
                assertThat(receiver.receives(3, SOON)).as("a known flow").isTrue();
                assertThat(receiver.receives(2, Duration.ofMillis(500)))
                        .as("a new flow")
                        .isFalse();
                assertThat(connections.statistics().dropped()).isPositive();
            }
        }
    }

    @Test
    void aFullTableCostsNoPacketAndExceptionsStillSteer() throws Exception {
        try (Domain domain = new Domain();
                LinuxAnchorKernel anchor =
                        domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0"), 1L << 40));
                LinuxAccessKernel first =
                        domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
                LinuxAccessKernel second =
                        domain.second.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
                TrackedConnections connections = new TrackedConnections(domain.anchor);
                Datagrams receiver = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, PORT)) {
            domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
            domain.second.run(() -> second.apply(access(SECOND, Set.of(PREFIX))));
            domain.anchor.run(() -> anchor.apply(new AnchorState(
                    LMA,
                    Set.of(POOL),
                    Set.of(FIRST, SECOND),
                    Map.of(PREFIX, FIRST),
                    Map.of(),
                    List.of(),
                    Map.of(),
                    Map.of(flow(5100), SECOND))));
            ConnectionTracking empty = tend(domain, anchor);
            assertThat(empty.admission()).isEqualTo(TrackingAdmission.ALL);
            assertThat(empty.sizeRefusal().orElse(""))
                    .as("namespaces other than the first must not size the table, and that is told")
                    .contains("nf_conntrack_max", empty.limit() + " connections can be tracked");
            assertThat(path(domain, receiver, 5100)).isEqualTo("lte");
            assertThat(path(domain, receiver, 5200)).isEqualTo("wlan");

            connections.fillTo(empty.limit() * 70 / 100);
            assertThat(tend(domain, anchor).admission()).isEqualTo(TrackingAdmission.LEARNING);
            path(domain, receiver, 5100);
            path(domain, receiver, 5200);
            connections.fillTo(empty.limit());
            ConnectionTracking full = tend(domain, anchor);
            assertThat(full.admission()).isEqualTo(TrackingAdmission.KNOWN_ONLY);
            assertThat(full.entries()).isGreaterThanOrEqualTo(full.limit());

            long known = packets(anchor).getOrDefault(flow(5200), 0L);
            assertThat(known).isPositive();
            assertThat(path(domain, receiver, 5200)).as("a known flow").isEqualTo("wlan");
            assertThat(path(domain, receiver, 5100))
                    .as("a known flow's exception")
                    .isEqualTo("lte");
            assertThat(path(domain, receiver, 5300)).as("a new flow").isEqualTo("wlan");
            domain.anchor.run(() -> anchor.replaceFlow(flow(5301), SECOND));
            assertThat(path(domain, receiver, 5301))
                    .as("a new flow's exception")
                    .isEqualTo("lte");
            domain.anchor.run(() -> anchor.replaceFlow(flow(5200), SECOND));
            assertThat(path(domain, receiver, 5200))
                    .as("a known flow that is moved")
                    .isEqualTo("lte");
            try (Datagrams uplink = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5400);
                    Datagrams there = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5401)) {
                assertThat(uplink.reaches(there, Domain.CORRESPONDENT, 5401, stamp++, SOON))
                        .as("a new flow of the mobile node")
                        .isTrue();
            }
            assertThat(packets(anchor))
                    .as("known flows are still counted, new ones are not")
                    .containsEntry(flow(5200), known + 10)
                    .doesNotContainKeys(flow(5300), flow(5301));
            assertThat(tend(domain, anchor).dropped()).isZero();

            connections.clear();
            assertThat(tend(domain, anchor).admission()).isEqualTo(TrackingAdmission.ALL);
            path(domain, receiver, 5300);
            assertThat(packets(anchor)).as("tracked again").containsEntry(flow(5300), 5L);
            assertThat(domain.anchor.<Boolean>call(anchor::intact))
                    .as("our own doing is no drift")
                    .isTrue();
        }
    }

    /** A router with the table of an anchor that has room for 2,000 connections: 100 new ones a second, 100 at once. */
    @Test
    void aBurstOfNewFlowsIsBoundedByTheKernelAndWithoutAnAgentNothingIsTracked() throws Exception {
        try (Namespace left = new Namespace("left");
                Namespace router = new Namespace("router");
                Namespace right = new Namespace("right");
                SteeringDriver driver = router.call(() ->
                        new SteeringDriver(new KernelConfiguration("b0"), SteeringSizes.DEFAULT, System::nanoTime));
                TrackedConnections connections = new TrackedConnections(router)) {
            left.connect("r0", router, "l0");
            right.connect("r0", router, "b0");
            left.ip(
                    "addr add 2001:db8:c::2/64 dev r0 nodad",
                    "addr add fe80::1:2/64 dev r0 nodad",
                    "route add default via 2001:db8:c::1 dev r0");
            right.ip(
                    "addr add 2001:db8:100:1::2/64 dev r0 nodad",
                    "addr add fe80::2:2/64 dev r0 nodad",
                    "route add default via 2001:db8:100:1::1 dev r0");
            // A router without link-local addresses cannot ask for neighbours on behalf of what it forwards.
            router.ip("addr add fe80::1:1/64 dev l0 nodad", "addr add fe80::2:1/64 dev b0 nodad");
            router.ip("addr add 2001:db8:c::1/64 dev l0 nodad", "addr add 2001:db8:100:1::1/64 dev b0 nodad");
            router.run(() -> {
                KernelSettings.require("net/ipv6/conf/all/forwarding", "1");
                driver.use(TunnelKind.SEG6, 2_000);
                driver.refresh();
                driver.apply(
                        new DesiredSteering(
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                Map.of(POOL, true),
                                Map.of(),
                                Map.of(),
                                Set.of()),
                        null);
                driver.admit(TrackingAdmission.ALL);
            });
            right.nft("table inet t { counter seen { }\nchain c { type filter hook prerouting priority 0;\n"
                    + "meta l4proto udp counter name seen\n}\n}");
            try (Datagrams sender = new Datagrams(left, "2001:db8:c::2", 5000);
                    Datagrams receiver = new Datagrams(right, "2001:db8:100:1::2", PORT)) {
                assertThat(sender.reaches(receiver, "2001:db8:100:1::2", PORT, 1, SOON))
                        .isTrue();
                assertThat(metering(router)).as("open").contains("ipv6");
                int before = received(right);
                for (int port = 10_000; port < 14_000; port++) {
                    sender.send("2001:db8:100:1::2", port, port, 64);
                    if (port % 100 == 99) {
                        int due = before + port - 9_999;
                        Await.until(due + " packets arrive", SOON, () -> received(right) == due);
                    }
                }
                assertThat(metering(router)).as("closed by the kernel").doesNotContain("ipv6");
                assertThat(connections.statistics().entries()).isLessThan(2_000);
                router.run(() -> driver.admit(TrackingAdmission.ALL));
                assertThat(metering(router)).as("opened at the next look").contains("ipv6");

                Await.until(
                        "nobody looks any more",
                        Duration.ofSeconds(120),
                        () -> !metering(router).contains("ipv6"));
                connections.clear();
                sender.send("2001:db8:100:1::2", PORT, 2, 64);
                assertThat(receiver.receives(2, SOON)).isTrue();
                assertThat(connections.statistics().entries()).isZero();
            }
        }
    }

    private static String metering(Namespace router) {
        return router.exec("nft", "list", "set", "inet", "flowanchor", "metering")
                .replaceFirst("(?s).*elements", "");
    }

    private static int received(Namespace namespace) {
        String listing = namespace.exec("nft", "list", "counter", "inet", "t", "seen");
        return Integer.parseInt(listing.replaceFirst("(?s).*packets (\\d+).*", "$1"));
    }

    private static ConnectionTracking tend(Domain domain, LinuxAnchorKernel anchor) {
        return domain.anchor.call(anchor::tendTracking);
    }

    private static FiveTuple flow(int sourcePort) {
        return new FiveTuple(
                Ipv6Address.parse(Domain.CORRESPONDENT),
                Ipv6Address.parse(Domain.MOBILE_NODE),
                FiveTuple.UDP,
                sourcePort,
                PORT);
    }

    /** Over which access five packets arrive, every one of them. */
    private String path(Domain domain, Datagrams receiver, int sourcePort) throws Exception {
        int wlan = domain.received("wlan");
        int lte = domain.received("lte");
        try (Datagrams sender = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, sourcePort)) {
            for (int i = 0; i < 5; i++) {
                int number = stamp++;
                sender.send(Domain.MOBILE_NODE, PORT, number, 64);
                assertThat(receiver.receives(number, SOON))
                        .as("packet %d of flow %d", i, sourcePort)
                        .isTrue();
            }
        }
        int byWlan = domain.received("wlan") - wlan;
        int byLte = domain.received("lte") - lte;
        assertThat(byWlan + byLte).isEqualTo(5);
        return byWlan == 5 ? "wlan" : byLte == 5 ? "lte" : "both";
    }

    private static Map<FiveTuple, Long> packets(LinuxAnchorKernel anchor) throws Exception {
        ReadFlows flows = new ReadFlows();
        anchor.trackedFlows(flows);
        Map<FiveTuple, Long> packets = new HashMap<>();
        flows.flows().forEach((flow, tracked) -> packets.put(flow, tracked.downlinkPackets()));
        return packets;
    }
}
