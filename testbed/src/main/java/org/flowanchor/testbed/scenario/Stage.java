package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.CarriedTraffic;
import org.flowanchor.testbed.lab.CarriedTraffic.Reading;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.lab.LabShape;
import org.flowanchor.testbed.lab.ShapedLink;
import org.flowanchor.testbed.launcher.Console;
import org.flowanchor.testbed.mobilenode.MobileNode;
import org.flowanchor.testbed.report.Report.Move;
import org.flowanchor.testbed.report.ThroughputPlot.Event;

/** The lab with its mobile node, counters and agents while a story is played on it, and what all acts of the story share. */
final class Stage {
    /** The mobile node's identifier (RFC 4283), known to the gateways by its link-layer identifiers. */
    static final String MOBILE_NODE = "mn1@flowanchor.example";

    private final ScenarioContext context;
    private final long beganNanos = System.nanoTime();
    private final Lab lab;
    private final MobileNode mobileNode;
    private final CarriedTraffic carried;
    private final Timeline timeline;
    private final ProductApi product;
    private final List<Move> moves = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    private Stage(ScenarioContext context) {
        this.context = context;
        lab = Lab.create(LabShape.DEFAULT, context.platform()::onCleanup);
        mobileNode = MobileNode.start(lab);
        carried = CarriedTraffic.install(lab);
        timeline = new Timeline(carried);
        product = new ProductApi(context.platform().policyService());
    }

    /** Builds the lab; its parts outside this process are registered for cleanup first. */
    static Stage build(ScenarioContext context) {
        Stage stage = new Stage(context);
        stage.console()
                .step("lab %s: WLAN %.0f Mbit/s, LTE %.0f Mbit/s, up in %.1f s"
                        .formatted(
                                stage.lab.names().namespace(LabNode.MOBILE_NODE),
                                stage.lab.shape().bitsPerSecond(Access.WLAN) / 1e6,
                                stage.lab.shape().bitsPerSecond(Access.LTE) / 1e6,
                                stage.seconds()));
        return stage;
    }

    ScenarioContext context() {
        return context;
    }

    Console console() {
        return context.console();
    }

    Lab lab() {
        return lab;
    }

    MobileNode mobileNode() {
        return mobileNode;
    }

    ProductApi product() {
        return product;
    }

    /** The story's time zero, by {@link System#nanoTime()}. */
    long beganNanos() {
        return beganNanos;
    }

    double seconds() {
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    /** The mobile node's only address. */
    Ipv6Address mobileNodeAddress() {
        Set<Ipv6Address> addresses = mobileNode.logicalInterface().addresses();
        if (addresses.size() != 1) {
            throw new ScenarioException("the logical interface has the addresses " + addresses);
        }
        return addresses.iterator().next();
    }

    Reading received() {
        return carried.received();
    }

    Reading sent() {
        return carried.sent();
    }

    ShapedLink shapedLink(Access access) {
        return ShapedLink.read(lab, access);
    }

    Timeline timeline() {
        return timeline;
    }

    /** Downlink packets of a flow on an access since an earlier reading. */
    long carriedSince(Reading earlier, TrafficFlow flow, Access access) {
        return received()
                .since(earlier)
                .of(access, flow.protocol(), flow.correspondentPort())
                .packets();
    }

    /**
     * Does {@code cause} and waits until {@code to} carries the flow, by the lab's counters; records the move.
     *
     * @param reason for the report
     * @return milliseconds from the cause to the first packet that was seen on the new access
     */
    double observeMove(TrafficFlow flow, Access to, String reason, Duration limit, Runnable cause) {
        Reading before = received();
        long requested = System.nanoTime();
        cause.run();
        return awaitMove(flow, to, reason, limit, before, requested);
    }

    /** As {@link #observeMove}, for a move whose cause came at {@code requestedNanos}, after the reading {@code before}. */
    double awaitMove(TrafficFlow flow, Access to, String reason, Duration limit, Reading before, long requestedNanos) {
        Await.until(flow.name() + " on " + to, limit, () -> carriedSince(before, flow, to) > 0);
        long enforced = System.nanoTime();
        moves.add(new Move(
                flow.name(),
                to.other().name(),
                to.name(),
                reason,
                (requestedNanos - beganNanos) / 1_000_000,
                (enforced - beganNanos) / 1_000_000));
        return (enforced - requestedNanos) / 1e6;
    }

    /** Waits until {@code packets} packets of the flow came over {@code access} and none over the other, counted from one moment. */
    void awaitSteadyOn(TrafficFlow flow, Access access, int packets, Duration limit) {
        Reading[] since = {received()};
        Await.until("%d packets of %s on %s and none elsewhere".formatted(packets, flow.name(), access), limit, () -> {
            Reading now = received();
            Reading difference = now.since(since[0]);
            if (difference
                            .of(access.other(), flow.protocol(), flow.correspondentPort())
                            .packets()
                    > 0) {
                since[0] = now;
                return false;
            }
            return difference
                            .of(access, flow.protocol(), flow.correspondentPort())
                            .packets()
                    >= packets;
        });
    }

    /** Waits until nothing stands in the queue of either access link. */
    void awaitEmptyQueues() {
        for (Access access : Access.values()) {
            Await.until(
                    "queue of " + access + " is empty",
                    Duration.ofSeconds(5),
                    () -> shapedLink(access).backlogBytes() == 0);
        }
    }

    /** Prints a step that the plots mark too. */
    void event(String text, String onPlot) {
        events.add(new Event(seconds(), onPlot));
        console().step(text);
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    List<Move> moves() {
        return List.copyOf(moves);
    }

    Map<String, Long> movesByFlow() {
        Map<String, Long> count = new HashMap<>();
        moves.forEach(move -> count.merge(move.flow(), 1L, Long::sum));
        return count;
    }

    static String mbits(double bitsPerSecond) {
        return String.format(Locale.ROOT, "%.1f Mbit/s", bitsPerSecond / 1e6);
    }

    static String millis(double millis) {
        return String.format(Locale.ROOT, "%.0f ms", millis);
    }
}
