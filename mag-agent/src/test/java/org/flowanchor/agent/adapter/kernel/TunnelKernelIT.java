package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.InnerPackets;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TunnelKernelIT {
    static final HomeNetworkPrefix POOL = HomeNetworkPrefix.parse("2001:db8:100::/40");
    static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    static final LmaAddress LMA = LmaAddress.parse(Domain.LMA_ADDRESS);
    static final ProxyCareOfAddress FIRST = ProxyCareOfAddress.parse(Domain.FIRST_COA);
    static final ProxyCareOfAddress SECOND = ProxyCareOfAddress.parse(Domain.SECOND_COA);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration RESENDING = Duration.ofMillis(200);

    private Domain domain;
    private LinuxAnchorKernel anchor;
    private LinuxAccessKernel first;

    @BeforeAll
    void build() {
        Namespace.requireRoot();
        domain = new Domain();
        anchor = domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
        first = domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        applyUsual();
    }

    private void applyUsual() {
        domain.anchor.run(() -> anchor.apply(routes(Map.of(PREFIX, FIRST))));
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
    }

    private static AnchorState routes(Map<HomeNetworkPrefix, ProxyCareOfAddress> routes) {
        return new AnchorState(
                LMA, Set.of(POOL), Set.of(FIRST, SECOND), routes, Map.of(), List.of(), Map.of(), Map.of());
    }

    /** The table in which packets from an access link are looked up. */
    static String uplinkTable(Namespace gateway, String accessLink) {
        String index =
                gateway.exec("cat", "/sys/class/net/" + accessLink + "/ifindex").strip();
        return Integer.toString(KernelNumbering.DEFAULT.uplinkTables() + Integer.parseInt(index));
    }

    static AccessState access(ProxyCareOfAddress gateway, Set<HomeNetworkPrefix> prefixes) {
        String address = gateway.equals(FIRST) ? Domain.FIRST_LINK_LOCAL : Domain.SECOND_LINK_LOCAL;
        return new AccessState(
                gateway,
                LMA,
                Set.of("a0"),
                Set.of(new AttachedTerminal(
                        "a0", Ipv6Address.parse(address), LinkLayerIdentifier.parse("02:00:00:00:00:01"), prefixes)));
    }

    @AfterAll
    void tearDown() {
        if (domain != null) {
            first.close();
            anchor.close();
            domain.close();
        }
    }

    @Test
    void l32_packetsPassTheTunnelBothWays() throws Exception {
        try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5001);
                Datagrams mobileNode = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5002)) {
            assertThat(correspondent.reaches(mobileNode, Domain.MOBILE_NODE, 5002, 7, SOON))
                    .isTrue();
            assertThat(mobileNode.reaches(correspondent, Domain.CORRESPONDENT, 5001, 8, SOON))
                    .isTrue();
        }
    }

    /** Section 6.10.5: of two terminals of a gateway each gets what is for its prefix, and the other's link carries none of it. */
    @Test
    void m30_whatComesOutOfTheTunnelGoesToTheLinkThatHostsItsPrefix() throws Exception {
        HomeNetworkPrefix prefix = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
        String address = "2001:db8:100:2::2";
        AccessState usual = access(FIRST, Set.of(PREFIX));
        AttachedTerminal neighbour = new AttachedTerminal(
                "a1", Ipv6Address.parse("fe80::2:2"), LinkLayerIdentifier.parse("02:00:00:00:00:02"), Set.of(prefix));
        try (Namespace other = new Namespace("mn2")) {
            other.connect("wlan", domain.first, "a1");
            other.ip(
                    "addr add fe80::2:2/64 dev wlan nodad",
                    "addr add " + address + "/128 dev lo nodad",
                    "route add default via " + Domain.GATEWAY_LINK_LOCAL + " dev wlan src " + address);
            domain.anchor.run(() -> anchor.apply(routes(Map.of(PREFIX, FIRST, prefix, FIRST))));
            domain.first.run(() -> first.apply(new AccessState(
                    FIRST,
                    LMA,
                    Set.of("a0", "a1"),
                    Set.of(usual.terminals().iterator().next(), neighbour))));
            try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5101);
                    Datagrams mobileNode = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5102);
                    Datagrams neighbours = new Datagrams(other, address, 5102)) {
                assertThat(correspondent.reaches(neighbours, address, 5102, 1, SOON))
                        .isTrue();
                assertThat(correspondent.reaches(mobileNode, Domain.MOBILE_NODE, 5102, 2, SOON))
                        .isTrue();
                int before = domain.received("wlan");
                for (int number = 100; number < 140; number++) {
                    correspondent.send(address, 5102, number, 100);
                }
                assertThat(correspondent.reaches(neighbours, address, 5102, 140, SOON))
                        .isTrue();
                assertThat(domain.received("wlan")).as("at the other terminal").isEqualTo(before);
                assertThat(neighbours.reaches(correspondent, Domain.CORRESPONDENT, 5101, 3, SOON))
                        .isTrue();
            }
        } finally {
            applyUsual();
        }
    }

    @Test
    void m32_anInnerPacketLongerThanTheTunnelMtuIsAnsweredPacketTooBig() throws Exception {
        try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5003)) {
            Await.until("path MTU 1460 at the correspondent", SOON, () -> {
                correspondent.send(Domain.MOBILE_NODE, 5004, 1, 1452);
                return domain.correspondent
                        .exec("ip", "-6", "route", "get", Domain.MOBILE_NODE)
                        .contains("mtu 1460");
            });
        }
        assertThat(domain.first.<Integer>call(() -> first.tunnelMtu())).isEqualTo(1460);
    }

    private void backhaulTakes(int octets) {
        domain.anchor.ip("link set b0 mtu " + octets);
        domain.first.ip("link set b0 mtu " + octets);
        applyUsual();
    }

    /** Below 1280 the kernel would take IPv6 off the tunnel's device, and nothing at all would be forwarded. */
    @Test
    void m32_aBackhaulOfLessThan1320OctetsStillCarriesWhatFitsItsOuterHeader() throws Exception {
        backhaulTakes(1300);
        try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5031);
                Datagrams mobileNode = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5032)) {
            assertThat(domain.anchor.exec("ip", "link", "show", "fa1")).contains("mtu 1280");
            assertThat(domain.first.exec("ip", "link", "show", "fa1")).contains("mtu 1280");
            Await.until("500 octets to the mobile node", SOON, () -> {
                correspondent.send(Domain.MOBILE_NODE, 5032, 1, 500);
                return mobileNode.receives(1, RESENDING);
            });
            Await.until("1260 octets from the mobile node", SOON, () -> {
                mobileNode.send(Domain.CORRESPONDENT, 5031, 2, 1212);
                return correspondent.receives(2, RESENDING);
            });
        } finally {
            backhaulTakes(1500);
        }
    }

    /** Marks, like a congested router, every packet between the tunnel's ends; counts what arrives at both inner ends by their marks. */
    private void congest(String words) {
        domain.backhaul.nft("""
                table bridge congestion
                delete table bridge congestion
                table bridge congestion {
                  chain forward {
                    type filter hook forward priority filter; policy accept;
                    %s
                  }
                }
                """.formatted(words));
        for (Namespace end : List.of(domain.mobileNode, domain.correspondent)) {
            end.nft("""
                    table inet marks
                    delete table inet marks
                    table inet marks {
                      counter ce { }
                      counter ect { }
                      counter none { }
                      chain pre {
                        type filter hook prerouting priority raw; policy accept;
                        meta l4proto udp ip6 ecn ce counter name ce
                        meta l4proto udp ip6 ecn { ect0, ect1 } counter name ect
                        meta l4proto udp ip6 ecn not-ect counter name none
                      }
                    }
                    """);
        }
    }

    @AfterEach
    void backhaulIsQuiet() {
        domain.backhaul.nft("flush ruleset");
    }

    private String arrivedAs(Namespace end) {
        StringBuilder arrived = new StringBuilder();
        for (String mark : List.of("ce", "ect", "none")) {
            String listing = end.exec("nft", "list", "counter", "inet", "marks", mark);
            if (!listing.contains("packets 0 ")) {
                arrived.append(mark).append(' ');
            }
        }
        return arrived.toString().strip();
    }

    private String sentAndArrived(int ecn, boolean down, String congestion) throws Exception {
        congest(congestion);
        try (Datagrams correspondent =
                        new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5011).trafficClass(ecn);
                Datagrams mobileNode = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, 5012).trafficClass(ecn)) {
            if (down) {
                assertThat(correspondent.reaches(mobileNode, Domain.MOBILE_NODE, 5012, 7, SOON))
                        .isTrue();
                return arrivedAs(domain.mobileNode);
            }
            assertThat(mobileNode.reaches(correspondent, Domain.CORRESPONDENT, 5011, 8, SOON))
                    .isTrue();
            return arrivedAs(domain.correspondent);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void l33_aCongestionMarkOfTheBackhaulReachesTheInnerHeaderAndNothingElseChangesIt(boolean down) throws Exception {
        String mark = "meta protocol ip6 ip6 nexthdr 41 ip6 ecn set ce";
        assertThat(sentAndArrived(2, down, mark)).as("ECT(0), marked").isEqualTo("ce");
        assertThat(sentAndArrived(1, down, mark)).as("ECT(1), marked").isEqualTo("ce");
        assertThat(sentAndArrived(0, down, mark)).as("not capable, marked").isEqualTo("none");
        assertThat(sentAndArrived(2, down, "")).as("ECT(0), not marked").isEqualTo("ect");
        assertThat(sentAndArrived(3, down, "")).as("marked before the tunnel").isEqualTo("ce");
        assertThat(sentAndArrived(0, down, "")).as("not capable, not marked").isEqualTo("none");
    }

    @Test
    void l33_theOuterHeaderTellsTheBackhaulThatTheInnerPacketIsCapable() throws Exception {
        assertThat(sentAndArrived(2, true, "meta protocol ip6 ip6 nexthdr 41 ip6 ecn not-ect drop"))
                .isEqualTo("ect");
    }

    @Test
    void aPacketWithAnotherOuterSourceIsNotTakenFromTheTunnel() throws Exception {
        domain.backhaul.ip("addr add 2001:db8:b::66/64 dev br0 nodad", "link set br0 up");
        byte[] inner = InnerPackets.udp(Domain.MOBILE_NODE, Domain.CORRESPONDENT, 5021, 5022, 9);
        try (Datagrams correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5022)) {
            domain.backhaul.run(() -> InnerPackets.send("2001:db8:b::66", Domain.LMA_ADDRESS, inner));
            domain.first.run(() -> InnerPackets.send(Domain.FIRST_COA, Domain.LMA_ADDRESS, inner));
            assertThat(correspondent.receives(9, SOON)).as("from the gateway").isTrue();
            assertThat(correspondent.receives(9, Duration.ofMillis(300)))
                    .as("from somebody else")
                    .isFalse();
        }
    }
}
