package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.RawPackets;
import org.flowanchor.agent.lab.ReadFlows;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fragments, ICMP errors and ESP at the anchor, while connections are tracked and while its table is full. */
class OddPacketsKernelIT extends CountedAccesses {
    private static final int PORT = 6000;
    private static final int SPI = 0x12345678;
    private static final ClassName LABELLED = new ClassName("gold", "labels", "tunnel");
    private static final ClassName REST = new ClassName("gold", "labels", "rest");

    @Override
    String nextHeaders() {
        return "44, 50";
    }

    @BeforeAll
    void steer() {
        domain.anchor.run(() -> anchor.apply(new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST),
                Map.of(PREFIX, "gold"),
                List.of(
                        new ClassRule(
                                LABELLED,
                                List.of(new TrafficSelector(
                                        HomeNetworkPrefix.ALL_ZERO,
                                        new Range(FiveTuple.ESP, FiveTuple.ESP),
                                        TrafficSelector.ALL_PORTS,
                                        TrafficSelector.ALL_DSCP,
                                        new Range(0x12345, 0x12346)))),
                        new ClassRule(REST, List.of(TrafficSelector.ALL))),
                Map.of(new ClassAccess(LABELLED, PREFIX), SECOND),
                Map.of(
                        flow(FiveTuple.UDP, 5100, PORT),
                        SECOND,
                        flow(FiveTuple.ESP, SPI >>> 16, SPI & 0xffff),
                        SECOND))));
    }

    private static FiveTuple flow(int protocol, int sourcePort, int destinationPort) {
        return new FiveTuple(
                Ipv6Address.parse(Domain.CORRESPONDENT),
                Ipv6Address.parse(Domain.MOBILE_NODE),
                protocol,
                sourcePort,
                destinationPort);
    }

    private static void grows(String what, IntSupplier counter, int before, int by) {
        Await.until(what, SOON, () -> counter.getAsInt() == before + by);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void f12_everyFragmentFollowsTheExceptionOfItsFlow(boolean tracked) throws Exception {
        track(tracked);
        try (Datagrams moved = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5100);
                Datagrams other = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, 5101);
                Datagrams receiver = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, PORT)) {
            assertThat(other.reaches(receiver, Domain.MOBILE_NODE, PORT, 1, SOON))
                    .isTrue();
            assertThat(moved.reaches(receiver, Domain.MOBILE_NODE, PORT, 2, SOON))
                    .isTrue();
            // The sender learns the path's MTU by the first, which is too big for the tunnel.
            Await.until("a fragmented datagram", SOON, () -> {
                moved.send(Domain.MOBILE_NODE, PORT, 3, 4000);
                return receiver.receives(3, Duration.ofMillis(500));
            });
            int wlan = counted("wlan");
            int lte = counted("lte");
            moved.send(Domain.MOBILE_NODE, PORT, 4, 4000);
            assertThat(receiver.receives(4, SOON)).as("whole again").isTrue();
            assertThat(counted("wlan")).as("fragments on the binding's access").isEqualTo(wlan);
            assertThat(counted("lte")).isGreaterThanOrEqualTo(lte + 3);
            other.send(Domain.MOBILE_NODE, PORT, 5, 4000);
            assertThat(receiver.receives(5, SOON)).isTrue();
            assertThat(counted("wlan")).isGreaterThanOrEqualTo(wlan + 3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorAboutWhatTheMobileNodeSentReachesIt(boolean tracked) throws Exception {
        track(tracked);
        try (DatagramChannel uplink = domain.mobileNode.call(() -> {
            DatagramChannel opened = DatagramChannel.open(StandardProtocolFamily.INET6);
            opened.bind(new InetSocketAddress(InetAddress.ofLiteral(Domain.MOBILE_NODE), 5200));
            opened.connect(new InetSocketAddress(InetAddress.ofLiteral(Domain.CORRESPONDENT), 9));
            opened.configureBlocking(false);
            return opened;
        })) {
            Await.until("port unreachable", SOON, () -> {
                try {
                    uplink.write(ByteBuffer.allocate(8));
                    uplink.read(ByteBuffer.allocate(8));
                    return false;
                } catch (PortUnreachableException told) {
                    return true;
                }
            });
        }
    }

    /** An ESP packet begins with its Security Parameters Index, where others have their ports. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEspFlowIsMeteredAndMovedByItsSpiAndOthersFollowTheBinding(boolean tracked) throws Exception {
        track(tracked);
        int wlan = counted("wlan");
        int lte = counted("lte");
        Map<FiveTuple, TrackedFlow> before = read();
        for (int i = 0; i < 5; i++) {
            domain.correspondent.run(() -> esp(SPI, 0));
            domain.correspondent.run(() -> esp(SPI + 1, 0));
            domain.correspondent.run(() -> esp(SPI + 0x10000, 0));
        }
        grows("the one with an exception", () -> counted("lte"), lte, 5);
        grows("the others", () -> counted("wlan"), wlan, 10);
        Map<FiveTuple, TrackedFlow> after = read();
        for (int spi : List.of(SPI, SPI + 1, SPI + 0x10000)) {
            FiveTuple flow = flow(FiveTuple.ESP, spi >>> 16, spi & 0xffff);
            TrackedFlow none = new TrackedFlow(flow, 0, 0, null);
            TrackedFlow now = after.getOrDefault(flow, none);
            TrackedFlow then = before.getOrDefault(flow, none);
            assertThat(now.downlinkPackets() - then.downlinkPackets())
                    .as("%s: %s after %s", flow, now, then)
                    .isEqualTo(5);
            assertThat(now.downlinkBytes() - then.downlinkBytes()).isEqualTo(5 * 80);
        }
    }

    private @Nullable ClassName classOf(FiveTuple flow) {
        return Objects.requireNonNull(read().get(flow)).className();
    }

    private Map<FiveTuple, TrackedFlow> read() {
        ReadFlows read = new ReadFlows();
        domain.anchor.run(() -> anchor.trackedFlows(read));
        return read.flows();
    }

    /** A selector of RFC 6088 with flow labels: what looks alike up to its label is told apart by it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void t41_aClassIsMetByItsFlowLabels(boolean tracked) throws Exception {
        track(tracked);
        int wlan = counted("wlan");
        int lte = counted("lte");
        for (int label : List.of(0x12345, 0x12346)) {
            domain.correspondent.run(() -> esp(0x1000, label));
        }
        grows("the labels of the class", () -> counted("lte"), lte, 2);
        for (int label : List.of(0, 0x12344, 0x12347, 0x2345, 0xfffff)) {
            domain.correspondent.run(() -> esp(0x1000, label));
        }
        grows("the others", () -> counted("wlan"), wlan, 5);
        assertThat(counted("lte")).isEqualTo(lte + 2);
        FiveTuple flow = flow(FiveTuple.ESP, 0, 0x1000);
        assertThat(classOf(flow)).isEqualTo(tracked ? REST : null);
        domain.correspondent.run(() -> esp(0x1000, 0x12345));
        grows("once more", () -> counted("lte"), lte, 3);
        assertThat(classOf(flow)).as("the last one's").isEqualTo(tracked ? LABELLED : null);
    }

    private static void esp(int spi, int label) throws Exception {
        RawPackets.send(RawPackets.packet(
                FiveTuple.ESP,
                label,
                ByteBuffer.allocate(40).putInt(spi).putInt(1).array()));
    }
}
