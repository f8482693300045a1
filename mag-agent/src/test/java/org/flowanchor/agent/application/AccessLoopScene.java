package org.flowanchor.agent.application;

import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.MN;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.application.InMemoryAttachments.Advertisement;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.AttachmentSettings;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.agent.domain.FakeTime;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.agent.domain.UpdateNotification;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An access loop whose thread is the test's, with a kernel, links and an anchor in memory. */
abstract class AccessLoopScene {
    static final String LINK = "a0";
    static final AttachedTerminal TERMINAL = new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP));
    static final Advertisement ADVERTISED = new Advertisement(
            LINK, LLA, LL_ID, Set.of(HNP), InMemoryAccessKernel.MTU, Advertisements.ROUTER_LIFETIME_SECONDS);

    final FakeTime time = new FakeTime();
    final InMemoryAccessKernel kernel = new InMemoryAccessKernel();
    final InMemoryAttachments links = new InMemoryAttachments();
    final PrometheusMetrics metrics = new PrometheusMetrics();
    final List<ProxyBindingUpdate> sent = new ArrayList<>();
    final List<TraceContext> traces = new ArrayList<>();
    final List<GatewayMessage> answered = new ArrayList<>();
    final List<LinkLayerIdentifier> asked = new ArrayList<>();
    boolean asks;
    Optional<Duration> heartbeats = Optional.empty();
    boolean streamUp = true;
    AccessLoop loop = newLoop();

    AccessLoop newLoop() {
        return newLoop(Map.of(LL_ID, MN));
    }

    AccessLoop newLoop(Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes) {
        AttachmentTable table = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        mobileNodes,
                        asks,
                        120,
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES,
                        Duration.ofSeconds(30)),
                time.clock(),
                time::nanoTime,
                new Random(3));
        return new AccessLoop(
                new AccessSettings(WLAN_MAG, LMA, Set.of(LINK), Duration.ofSeconds(5)),
                table,
                new AnchorRequests(table, 7, heartbeats, time::nanoTime, 41),
                kernel,
                links,
                metrics,
                time::nanoTime);
    }

    @BeforeEach
    void start() throws Exception {
        links.start(event -> loop.seen(event));
        loop.takeOver(this::send, answered::add, asked::addAll);
    }

    @AfterEach
    void everyFailureWasMet() {
        kernel.assertEveryFailureWasMet();
    }

    long send(ProxyBindingUpdate update, TraceContext trace) {
        if (streamUp) {
            sent.add(update);
            traces.add(trace);
        }
        return streamUp ? 1 : 0;
    }

    void happens(AttachmentSource.AttachmentEvent event) throws Exception {
        loop.seen(event);
        loop.turn();
    }

    void answerLast(int status) throws Exception {
        ProxyBindingUpdate update = sent.getLast();
        loop.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                new BindingStatus(status),
                update.mobileNodeIdentifier(),
                status < 128 ? Set.of(HNP) : update.prefixes(),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                status < 128 ? update.lifetimeSeconds() : 0));
        loop.turn();
    }

    /** Whoever is asked for answers in the second turn. */
    void after(Duration duration) throws Exception {
        time.advance(duration);
        loop.turn();
        loop.turn();
    }

    void attach() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        answerLast(0);
    }

    static final LinkLayerIdentifier OTHER = LinkLayerIdentifier.parse("02:00:00:00:00:77");
    static final Ipv6Address OTHER_ADDRESS = Ipv6Address.parse("fe80::77");

    /** The second terminal is the one that the kernel refuses. */
    void attachTwo() throws Exception {
        loop = newLoop(Map.of(LL_ID, MN, OTHER, new MobileNodeIdentifier("mn2@example.net")));
        loop.takeOver(this::send, answered::add, asked::addAll);
        kernel.refuseForGood(new AttachmentName(LINK, OTHER));
        happens(new RouterSolicited(LINK, OTHER_ADDRESS, OTHER));
        answerLast(prefix(2));
    }

    void answerLast(HomeNetworkPrefix assigned) throws Exception {
        ProxyBindingUpdate update = sent.getLast();
        loop.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                new BindingStatus(0),
                update.mobileNodeIdentifier(),
                Set.of(assigned),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                update.lifetimeSeconds()));
        loop.turn();
    }

    void hears(AnchorMessage message) throws Exception {
        loop.heard(message);
        loop.turn();
    }

    static UpdateNotification initiate(int sequence, HomeNetworkPrefix foreign) {
        return new UpdateNotification(
                sequence,
                UpdateNotificationReason.FLOW_MOBILITY,
                true,
                false,
                Optional.of(MN),
                false,
                false,
                Set.of(),
                Set.of(foreign));
    }

    static AttachedTerminal carrying(HomeNetworkPrefix... foreign) {
        return new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP), Set.of(foreign));
    }
}
