package org.flowanchor.testbed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.Awaiting;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic;
import org.flowanchor.testbed.lab.CarriedTraffic.Protocol;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.lab.LabShape;
import org.flowanchor.testbed.lab.PlainRouters;
import org.flowanchor.testbed.lab.ShapedLink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrafficKernelIT {
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:8::/64");
    private static final String MOBILE_NODE = "2001:db8:100:8::2";
    private static final String ROUTER = "fe80::f";

    private Lab lab;
    private TrafficEndProcess correspondent;
    private TrafficEndProcess node;

    @BeforeEach
    void start() {
        lab = Lab.create(LabShape.DEFAULT, command -> {});
        PlainRouters.start(lab, PREFIX, ROUTER);
        lab.linkUp(Access.WLAN);
        lab.ip(
                LabNode.MOBILE_NODE,
                "address add " + MOBILE_NODE + "/128 dev lo nodad",
                "route add default via " + ROUTER + " dev wlan");
        long epoch = System.nanoTime();
        correspondent = TrafficEndProcess.start(lab, LabNode.CORRESPONDENT_NODE, epoch);
        node = TrafficEndProcess.start(lab, LabNode.MOBILE_NODE, epoch);
    }

    @AfterEach
    void stop() {
        correspondent.close();
        node.close();
        lab.close();
    }

    @Test
    void endsAndCountersAgreeOnEveryPacketOfAnUndisturbedStream() {
        CarriedTraffic carried = CarriedTraffic.install(lab);
        send(250, 1000, 0);
        awaitReceived(0, 250);
        FlowAccount sent = correspondent.stop("bulk");
        awaitReceived(0, sent.phase(0).sent());
        FlowAccount received = node.stop("bulk");
        assertThat(received.phase(0).received()).isEqualTo(sent.phase(0).sent());
        assertThat(received.phase(0).duplicated()).isZero();
        assertThat(received.phase(0).reordered()).isZero();
        assertThat(carried.received().of(Access.WLAN, Protocol.UDP, 6000).packets())
                .isEqualTo(sent.phase(0).sent());
    }

    @Test
    void aLossOfOnePacketInTenIsMeasuredExactly() {
        lab.runWithInput(LabNode.WLAN_GATEWAY, """
                table inet loss {
                  chain forward {
                    type filter hook forward priority 0
                    udp dport 6001 numgen inc mod 10 == 3 counter drop
                  }
                }
                """, "nft", "-f", "-");
        send(500, 200, 0);
        awaitReceived(0, 450);
        FlowAccount sent = correspondent.stop("bulk");
        long dropped = Long.parseLong(lab.run(LabNode.WLAN_GATEWAY, "nft", "list", "table", "inet", "loss")
                .replaceAll("(?s).*counter packets (\\d+) .*", "$1"));
        awaitReceived(0, sent.phase(0).sent() - dropped);
        FlowAccount received = node.stop("bulk");
        assertThat(dropped).isGreaterThan(40);
        assertThat(sent.phase(0).sent() - received.phase(0).received()).isEqualTo(dropped);
        assertThat(received.phase(0).reordered()).isZero();
    }

    @Test
    void dscpIsOnEveryPacket() {
        lab.runWithInput(LabNode.WLAN_GATEWAY, """
                table inet dscp {
                  chain forward {
                    type filter hook forward priority 0
                    udp dport 6001 ip6 dscp != ef counter drop
                  }
                }
                """, "nft", "-f", "-");
        send(100, 160, 0xb8);
        awaitReceived(0, 50);
        assertThat(lab.run(LabNode.WLAN_GATEWAY, "nft", "list", "table", "inet", "dscp"))
                .contains("packets 0");
    }

    @Test
    void accountsOfPhasesAreExactAcrossTheirBorder() {
        send(250, 500, 0);
        awaitReceived(0, 100);
        correspondent.tell(new EndCommand.Phase("bulk", 1));
        awaitReceived(1, 100);
        FlowAccount sent = correspondent.stop("bulk");
        awaitReceived(1, sent.phase(1).sent());
        FlowAccount received = node.stop("bulk");
        assertThat(received.phase(0).received()).isEqualTo(sent.phase(0).sent());
        assertThat(received.phase(1).received()).isEqualTo(sent.phase(1).sent());
    }

    @Test
    void t92_aDownloadFillsTheLinkWithoutLossAndAnOverloadLoses() {
        correspondent.tell(new EndCommand.ServeDownloads("elephant", 5201));
        ShapedLink before = ShapedLink.read(lab, Access.WLAN);
        node.tell(new EndCommand.Download(
                "elephant", MOBILE_NODE, 40001, Lab.CORRESPONDENT_NODE.toString(), 5201, 65_536, 0));
        // Neither the window nor the queue: the link is the limit, whenever this machine has time for all of them.
        Awaiting.until(
                "two seconds at 6.5 Mbit/s",
                () -> fastest(node.account("elephant").octetsPer100Millis()) > 6_500_000);
        FlowAccount account = node.stop("elephant");
        ShapedLink alone = ShapedLink.read(lab, Access.WLAN).since(before);
        assertThat(alone.drops()).as("nothing is lost by filling it").isZero();
        assertThat(fastest(account.octetsPer100Millis())).isLessThan(8_200_000);
        assertThat(account.phase(0).reordered()).isZero();

        correspondent.tell(new EndCommand.UdpSend("cross", MOBILE_NODE, 6001, 6000, 0, 1400, 1100, 0));
        Awaiting.until(
                "drops of an overloaded link",
                () -> ShapedLink.read(lab, Access.WLAN).since(before).drops() > 200);
        assertThat(correspondent.stop("cross").problem()).isEmpty();
    }

    /** Bits per second of the best two seconds; 0 until there are so many. */
    private static long fastest(List<Long> octetsPer100Millis) {
        long fastest = 0;
        for (int end = 20; end <= octetsPer100Millis.size(); end++) {
            long octets = octetsPer100Millis.subList(end - 20, end).stream()
                    .mapToLong(Long::longValue)
                    .sum();
            fastest = Math.max(fastest, octets * 4);
        }
        return fastest;
    }

    @Test
    void requestsAreAnsweredEachOnItsOwnConnection() {
        correspondent.tell(new EndCommand.ServeRequests("small", 8080));
        node.tell(new EndCommand.Request("small", MOBILE_NODE, Lab.CORRESPONDENT_NODE.toString(), 8080, 20, 0));
        Awaiting.until("20 answers", () -> node.account("small").phase(0).received() >= 20);
        node.stop("small");
        Awaiting.until(
                "the last answers",
                () -> node.account("small").phase(0).received()
                        == node.account("small").phase(0).sent());
        assertThat(node.account("small").problem()).isEmpty();
    }

    @Test
    void aProbeComesBackOrIsReportedLost() {
        correspondent.tell(new EndCommand.Echo("echo", 7));
        var probe = new EndCommand.Probe("probe", MOBILE_NODE, 4007, Lab.CORRESPONDENT_NODE.toString(), 7, 0, 30_000);
        assertThat(node.probe(probe).answered()).isTrue();
        correspondent.stop("echo");
        assertThat(node.probe(new EndCommand.Probe(
                                "probe", MOBILE_NODE, 4007, Lab.CORRESPONDENT_NODE.toString(), 9, 0, 200))
                        .answered())
                .isFalse();
    }

    private void send(int packetsPerSecond, int payloadOctets, int trafficClass) {
        node.tell(new EndCommand.UdpReceive("bulk", 6001));
        correspondent.tell(new EndCommand.UdpSend(
                "bulk", MOBILE_NODE, 6001, 6000, trafficClass, payloadOctets, packetsPerSecond, 0));
    }

    private void awaitReceived(int phase, long packets) {
        Awaiting.until(
                packets + " packets of phase " + phase,
                () -> node.account("bulk").phase(phase).received() >= packets);
    }
}
