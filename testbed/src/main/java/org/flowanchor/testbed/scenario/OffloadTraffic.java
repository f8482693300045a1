package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic.Protocol;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.report.Report.FlowFigures;
import org.flowanchor.testbed.report.Series;
import org.flowanchor.testbed.traffic.EndCommand;
import org.flowanchor.testbed.traffic.FlowAccount;
import org.flowanchor.testbed.traffic.FlowAccount.PhaseAccount;
import org.flowanchor.testbed.traffic.ProbeAnswer;
import org.flowanchor.testbed.traffic.TrafficEndProcess;

/**
 * The traffic of the offload story and its accounts. Together never more than 2,000 packets/s, also while WLAN is overloaded: the
 * elephant stands at 6 Mbit/s then, some 510 packets and 260 acknowledgements a second, beside 800 packets/s of other users.
 */
final class OffloadTraffic implements AutoCloseable {
    /** Expedited forwarding (RFC 3246) as an octet of the IPv6 header. */
    private static final int EXPEDITED_FORWARDING = 0xb8;

    static final TrafficFlow VOIP = new TrafficFlow("voip", Protocol.UDP, 5004, 5005);
    static final TrafficFlow BULK = new TrafficFlow("bulk", Protocol.UDP, 6000, 6001);
    /** Other users of the WLAN; it is not the mobile node's, so nobody steers it. */
    static final TrafficFlow CROSS = new TrafficFlow("cross", Protocol.UDP, 7000, 7001);

    private static final TrafficFlow ECHO = new TrafficFlow("echo", Protocol.UDP, 4000, 4001);

    private static final int DOWNLOAD_PORT = 5201;
    private static final int REQUEST_PORT = 8080;

    /** 1,048 octets on IP, 250 times a second: 2.1 Mbit/s, at most half of either link. */
    private static final int BULK_PACKETS_PER_SECOND = 250;

    private static final int BULK_PAYLOAD = 1000;
    private static final int VOIP_PACKETS_PER_SECOND = 50;
    private static final int VOIP_PAYLOAD = 160;
    private static final int REQUESTS_PER_SECOND = 5;
    /** With headers 9.7 Mbit/s: with the elephant about 1.5 times what the WLAN can carry, alone 1.2 times. */
    private static final int CROSS_PACKETS_PER_SECOND = 800;

    private static final int CROSS_PAYLOAD = 1452;
    /** Bounds the download's window well below the links' queues. */
    private static final int WINDOW_OCTETS = 65_536;

    /** More than a link's queue holds. */
    private static final Duration QUEUE_LIMIT = Duration.ofMillis(400);

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);

    /** What became of one phase of a flow. */
    record PhaseResult(long sent, long received, long lost, long duplicated, long reordered, double longestGapMillis) {
        boolean lossless() {
            return received > 0 && lost == 0 && duplicated == 0 && reordered == 0;
        }
    }

    private final TrafficEndProcess correspondent;
    private final TrafficEndProcess node;
    private final TrafficEndProcess otherUsers;
    private final Supplier<Ipv6Address> mobileNode;
    private final List<TrafficFlow> running = new ArrayList<>();
    private final Map<String, TrafficFlow> known = new LinkedHashMap<>();
    private int phase;
    private int elephants;
    private int requestLoops;

    /** Starts the ends; {@code mobileNode} is asked for its address when a flow begins. */
    OffloadTraffic(Lab lab, Supplier<Ipv6Address> mobileNode, long epochNanos) {
        this.mobileNode = mobileNode;
        correspondent = TrafficEndProcess.start(lab, LabNode.CORRESPONDENT_NODE, epochNanos);
        node = TrafficEndProcess.start(lab, LabNode.MOBILE_NODE, epochNanos);
        otherUsers = TrafficEndProcess.start(lab, LabNode.WLAN_GATEWAY, epochNanos);
        correspondent.tell(new EndCommand.Echo(ECHO.name(), ECHO.correspondentPort()));
        correspondent.tell(new EndCommand.ServeDownloads("downloads", DOWNLOAD_PORT));
        correspondent.tell(new EndCommand.ServeRequests("requests", REQUEST_PORT));
    }

    /** One packet to the correspondent node and back, from this port. */
    ProbeAnswer probe(int sourcePort, int timeoutMillis) {
        return node.probe(new EndCommand.Probe(
                "probe",
                mobileNode.get().toString(),
                sourcePort,
                Lab.CORRESPONDENT_NODE.toString(),
                ECHO.correspondentPort(),
                0,
                timeoutMillis));
    }

    void startVoip() {
        startStream(VOIP, EXPEDITED_FORWARDING, VOIP_PAYLOAD, VOIP_PACKETS_PER_SECOND);
    }

    void startBulk() {
        startStream(BULK, 0, BULK_PAYLOAD, BULK_PACKETS_PER_SECOND);
    }

    private void startStream(TrafficFlow flow, int trafficClass, int payload, int packetsPerSecond) {
        node.tell(new EndCommand.UdpReceive(flow.name(), flow.mobileNodePort()));
        correspondent.tell(new EndCommand.UdpSend(
                flow.name(),
                mobileNode.get().toString(),
                flow.mobileNodePort(),
                flow.correspondentPort(),
                trafficClass,
                payload,
                packetsPerSecond,
                phase));
        begun(flow);
    }

    /** Starts another download; each has a port of its own at the mobile node. */
    TrafficFlow startElephant() {
        elephants++;
        TrafficFlow flow = new TrafficFlow("elephant-" + elephants, Protocol.TCP, DOWNLOAD_PORT, 40_000 + elephants);
        node.tell(new EndCommand.Download(
                flow.name(),
                mobileNode.get().toString(),
                flow.mobileNodePort(),
                Lab.CORRESPONDENT_NODE.toString(),
                flow.correspondentPort(),
                WINDOW_OCTETS,
                phase));
        begun(flow);
        return flow;
    }

    /** Starts another loop of small requests, each on a connection of its own. */
    TrafficFlow startRequests() {
        requestLoops++;
        TrafficFlow flow = new TrafficFlow("small-" + requestLoops, Protocol.TCP, REQUEST_PORT, 0);
        node.tell(new EndCommand.Request(
                flow.name(),
                mobileNode.get().toString(),
                Lab.CORRESPONDENT_NODE.toString(),
                flow.correspondentPort(),
                REQUESTS_PER_SECOND,
                phase));
        begun(flow);
        return flow;
    }

    /** Other users load the WLAN's access link directly at its gateway. */
    void startCross() {
        node.tell(new EndCommand.UdpReceive(CROSS.name(), CROSS.mobileNodePort()));
        otherUsers.tell(new EndCommand.UdpSend(
                CROSS.name(),
                Access.WLAN.mobileNodeLinkLocalAddress() + "%" + Access.ACCESS_LINK,
                CROSS.mobileNodePort(),
                CROSS.correspondentPort(),
                0,
                CROSS_PAYLOAD,
                CROSS_PACKETS_PER_SECOND,
                phase));
        known.put(CROSS.name(), CROSS);
    }

    void stopCross() {
        otherUsers.stop(CROSS.name());
    }

    private void begun(TrafficFlow flow) {
        running.add(flow);
        known.put(flow.name(), flow);
    }

    /** Stops a flow at its source; what is on its way still arrives and counts. */
    void stop(TrafficFlow flow) {
        if (running.remove(flow)) {
            if (flow.protocol() == Protocol.UDP) {
                correspondent.stop(flow.name());
                Await.holds(QUEUE_LIMIT, () -> now(flow, phase).lost() == 0);
                // From here on silence is no gap.
                node.stop(flow.name());
            } else {
                node.stop(flow.name());
            }
        }
    }

    List<TrafficFlow> running() {
        return List.copyOf(running);
    }

    /** Begins a new phase of every running flow and returns its number. */
    int nextPhase() {
        phase++;
        for (TrafficFlow flow : running) {
            (flow.protocol() == Protocol.UDP ? correspondent : node).tell(new EndCommand.Phase(flow.name(), phase));
        }
        return phase;
    }

    /** What this phase of a flow came to, once all of it arrived or no more can. The phase must be over, or the flow stopped. */
    PhaseResult result(TrafficFlow flow, int ofPhase) {
        Await.holds(DRAIN_LIMIT, () -> now(flow, ofPhase).lost() == 0);
        return now(flow, ofPhase);
    }

    private PhaseResult now(TrafficFlow flow, int ofPhase) {
        PhaseAccount received = node.account(flow.name()).phase(ofPhase);
        long sent = sent(flow, ofPhase, received);
        return new PhaseResult(
                sent,
                received.received(),
                sent - received.received(),
                received.duplicated(),
                received.reordered(),
                received.longestGapMillis());
    }

    private long sent(TrafficFlow flow, int ofPhase, PhaseAccount received) {
        if (flow.protocol() == Protocol.UDP) {
            return correspondent.account(flow.name()).phase(ofPhase).sent();
        }
        // TCP gives no packet to count: a download's blocks come in order or not at all; a request is counted where it
        // is made.
        return flow.correspondentPort() == REQUEST_PORT ? received.sent() : received.received();
    }

    /** The receiving side's account now. */
    FlowAccount received(TrafficFlow flow) {
        return node.account(flow.name());
    }

    /** Payload octets per second of a flow in the bins of a time span, in bit/s. */
    double bitsPerSecond(TrafficFlow flow, long fromNanos, long toNanos, long epochNanos) {
        List<Long> bins = received(flow).octetsPer100Millis();
        long bin = 100_000_000;
        int first = (int) Math.ceilDiv(fromNanos - epochNanos, bin);
        int last = (int) Math.floorDiv(toNanos - epochNanos, bin);
        long octets = 0;
        for (int i = first; i < last && i < bins.size(); i++) {
            octets += bins.get(i);
        }
        return last <= first ? 0 : octets * 80.0 / (last - first);
    }

    /** Figures of every flow over the whole scenario; stops what still runs. */
    List<FlowFigures> figures(Map<String, Long> movesByFlow) {
        List.copyOf(running).forEach(this::stop);
        List<FlowFigures> figures = new ArrayList<>();
        for (TrafficFlow flow : known.values()) {
            if (flow.equals(CROSS)) {
                continue;
            }
            long sent = 0;
            long received = 0;
            long duplicated = 0;
            long reordered = 0;
            double gap = 0;
            for (int i = 0; i <= phase; i++) {
                PhaseResult result = now(flow, i);
                sent += result.sent();
                received += result.received();
                duplicated += result.duplicated();
                reordered += result.reordered();
                gap = Math.max(gap, result.longestGapMillis());
            }
            figures.add(new FlowFigures(
                    flow.name(),
                    selector(flow),
                    Math.toIntExact(movesByFlow.getOrDefault(flow.name(), 0L)),
                    sent,
                    received,
                    sent - received,
                    duplicated,
                    reordered,
                    Math.round(gap * 10) / 10.0));
        }
        return figures;
    }

    private String selector(TrafficFlow flow) {
        return "%s [%s]:%d > [%s]:%s"
                .formatted(
                        flow.protocol().name().toLowerCase(Locale.ROOT),
                        Lab.CORRESPONDENT_NODE,
                        flow.correspondentPort(),
                        mobileNode.get(),
                        flow.mobileNodePort() == 0 ? "*" : flow.mobileNodePort());
    }

    /** One line per flow that ever ran, other users' included. */
    List<Series> throughput() {
        return known.values().stream()
                .map(flow -> Series.ofBins(
                        flow.name(),
                        received(flow).octetsPer100Millis().stream()
                                .mapToLong(Long::longValue)
                                .toArray()))
                .toList();
    }

    @Override
    public void close() {
        correspondent.close();
        node.close();
        otherUsers.close();
    }
}
