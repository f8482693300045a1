package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.FIRST;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.LMA;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.POOL;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.PREFIX;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.SECOND;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.access;
import static org.flowanchor.agent.adapter.kernel.TunnelKernelIT.uplinkTable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.AccessLoop;
import org.flowanchor.agent.application.AccessSettings;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.application.InMemoryAttachments;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.AttachmentSettings;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.BindingRevocationIndication;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.agent.domain.UpdateNotification;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Domain;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationReason;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Scenario 2 of RFC 7864: each gateway anchors a prefix of its own, the anchor sends a flow of the first prefix through the second gateway,
 * whose access loop runs on its kernel.
 */
class FlowMobilityKernelIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final HomeNetworkPrefix OWN = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
    private static final LinkLayerIdentifier LINK_LAYER = LinkLayerIdentifier.parse("02:00:00:00:00:02");
    private static final MobileNodeIdentifier NODE = new MobileNodeIdentifier("mn1@example.net");
    private static final int PORT = 6000;
    private static final int SOURCE_PORT = 6001;

    private final BlockingQueue<ProxyBindingUpdate> updates = new LinkedBlockingQueue<>();
    private final BlockingQueue<GatewayMessage> answers = new LinkedBlockingQueue<>();
    private final InMemoryAttachments links = new InMemoryAttachments();
    private Domain domain;
    private LinuxAnchorKernel anchor;
    private LinuxAccessKernel first;
    private LinuxAccessKernel second;
    private AccessLoop loop;
    private Datagrams correspondent;
    private Datagrams mobileNode;
    private int stamp;

    @BeforeEach
    void build() throws Exception {
        Namespace.requireRoot();
        domain = new Domain();
        anchor = domain.anchor.call(() -> new LinuxAnchorKernel(new KernelConfiguration("b0")));
        first = domain.first.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        second = domain.second.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        domain.first.run(() -> first.apply(access(FIRST, Set.of(PREFIX))));
        FiveTuple moved = new FiveTuple(
                Ipv6Address.parse(Domain.CORRESPONDENT),
                Ipv6Address.parse(Domain.MOBILE_NODE),
                FiveTuple.UDP,
                SOURCE_PORT,
                PORT);
        domain.anchor.run(() -> anchor.apply(new AnchorState(
                LMA,
                Set.of(POOL),
                Set.of(FIRST, SECOND),
                Map.of(PREFIX, FIRST, OWN, SECOND),
                Map.of(),
                List.of(),
                Map.of(),
                Map.of(moved, SECOND))));
        correspondent = new Datagrams(domain.correspondent, Domain.CORRESPONDENT, SOURCE_PORT);
        mobileNode = new Datagrams(domain.mobileNode, Domain.MOBILE_NODE, PORT);
        start();
        links.happens(new RouterSolicited("a0", Ipv6Address.parse(Domain.SECOND_LINK_LOCAL), LINK_LAYER));
        register();
    }

    private void start() {
        AttachmentTable table = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        SECOND,
                        AccessTechnologyType.E_UTRAN,
                        Map.of(LINK_LAYER, NODE),
                        false,
                        600,
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE,
                        Duration.ofMinutes(10)),
                InstantSource.system(),
                System::nanoTime,
                new Random());
        loop = new AccessLoop(
                new AccessSettings(SECOND, LMA, Set.of("a0"), Duration.ofSeconds(5)),
                table,
                new AnchorRequests(table, 7, Optional.empty(), System::nanoTime, 1),
                second,
                links,
                new PrometheusMetrics(),
                System::nanoTime);
        domain.second.run(() -> loop.start(
                (update, trace) -> {
                    updates.add(update);
                    return 1;
                },
                answers::add,
                identifiers -> {}));
    }

    private ProxyBindingUpdate register() throws Exception {
        ProxyBindingUpdate update = updates.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(update).isNotNull();
        loop.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                NODE,
                Set.of(OWN),
                update.handoffIndicator(),
                update.accessTechnologyType(),
                LINK_LAYER,
                600));
        Await.until(
                "registered",
                SOON,
                () -> loop.attachments().join().stream()
                        .anyMatch(attachment -> attachment.state().equals("BOUND")));
        return update;
    }

    @AfterEach
    void tearDown() {
        if (domain != null) {
            loop.close();
            correspondent.close();
            mobileNode.close();
            first.close();
            second.close();
            anchor.close();
            domain.close();
        }
    }

    private GatewayMessage answer() throws Exception {
        GatewayMessage answer = answers.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(answer).isNotNull();
        return answer;
    }

    private void initiate(int sequence, Set<HomeNetworkPrefix> anchored, Set<HomeNetworkPrefix> foreign)
            throws Exception {
        loop.heard(new UpdateNotification(
                sequence,
                UpdateNotificationReason.FLOW_MOBILITY,
                true,
                false,
                Optional.of(NODE),
                false,
                false,
                anchored,
                foreign));
        assertThat(answer())
                .isEqualTo(new UpdateNotificationAcknowledgement(
                        sequence, UpdateNotificationStatus.SUCCESS, Optional.of(NODE), false, anchored, foreign));
    }

    /** Both ways; the mobile node answers over the access on which the packet came. */
    private void passes() throws Exception {
        int lte = domain.received("lte");
        correspondent.send(Domain.MOBILE_NODE, PORT, ++stamp, 64);
        assertThat(mobileNode.receives(stamp, SOON)).as("downlink").isTrue();
        assertThat(domain.received("lte")).as("over the second gateway").isEqualTo(lte + 1);
        mobileNode.send(Domain.CORRESPONDENT, SOURCE_PORT, ++stamp, 64);
        assertThat(correspondent.receives(stamp, SOON)).as("uplink").isTrue();
    }

    private String downlink() {
        return domain.second.exec("ip", "-6", "route", "show", "table", "100");
    }

    private String uplink() {
        return domain.second.exec("ip", "-6", "route", "show", "table", uplinkTable(domain.second, "a0"));
    }

    @Test
    void f07_f03_aFlowPassesTheTargetGatewayFromTheAcknowledgementOn() throws Exception {
        int received = domain.received("lte");
        correspondent.send(Domain.MOBILE_NODE, PORT, ++stamp, 64);
        assertThat(mobileNode.receives(stamp, Duration.ofMillis(300)))
                .as("before: nothing knows the way")
                .isFalse();
        assertThat(domain.received("lte")).isEqualTo(received);

        initiate(1, Set.of(), Set.of(PREFIX));
        assertThat(downlink()).contains(PREFIX + " via " + Domain.SECOND_LINK_LOCAL, "metric 129");
        passes();
        assertThat(links.advertisements())
                .as("f04: its terminal hears of its own prefix only")
                .allSatisfy(
                        advertisement -> assertThat(advertisement.prefixes()).containsExactly(OWN));
    }

    @Test
    void f16_f05_theShrinkingInitiateTakesTheRoutesAway() throws Exception {
        initiate(1, Set.of(), Set.of(PREFIX));
        passes();
        initiate(2, Set.of(OWN), Set.of());
        assertThat(downlink()).doesNotContain(PREFIX.toString()).contains(OWN.toString());
        assertThat(uplink()).doesNotContain(PREFIX.toString()).contains(OWN.toString());
        mobileNode.send(Domain.CORRESPONDENT, SOURCE_PORT, ++stamp, 64);
        assertThat(correspondent.receives(stamp, Duration.ofMillis(300)))
                .as("m31: nothing of that prefix leaves here any more")
                .isFalse();
    }

    @Test
    void f23_aRestartedAgentKeepsWhatItCarriesAndNamesOnlyItsOwn() throws Exception {
        initiate(1, Set.of(), Set.of(PREFIX));
        passes();
        loop.close();
        passes();
        domain.second.ip("neigh replace " + Domain.SECOND_LINK_LOCAL + " lladdr " + LINK_LAYER + " dev a0 nud stale");
        second.close();
        second = domain.second.call(() -> new LinuxAccessKernel(new KernelConfiguration("b0")));
        start();
        assertThat(downlink()).contains(PREFIX.toString(), OWN.toString());
        links.happens(new org.flowanchor.agent.application.AttachmentSource.NeighbourAnswered(
                "a0", Ipv6Address.parse(Domain.SECOND_LINK_LOCAL)));
        assertThat(register().prefixes()).containsExactly(OWN);
        loop.heard(new Heartbeat(false, false, 5, OptionalLong.empty()));
        assertThat(answer()).isEqualTo(new Heartbeat(true, false, 5, OptionalLong.of(7)));
        assertThat(downlink()).contains(PREFIX.toString(), OWN.toString());
    }

    @Test
    void r01_aRevokedBindingHasNoRouteLeftWhenItIsAcknowledged() throws Exception {
        initiate(1, Set.of(), Set.of(PREFIX));
        passes();
        loop.heard(new BindingRevocationIndication(
                9,
                RevocationTrigger.ADMINISTRATIVE_REASON,
                true,
                false,
                false,
                Optional.of(NODE),
                Optional.empty(),
                false,
                Set.of(OWN)));
        assertThat(answer())
                .isEqualTo(new BindingRevocationAcknowledgement(
                        9, RevocationStatus.SUCCESS, true, false, false, Optional.empty(), Set.of()));
        assertThat(downlink()).doesNotContain(OWN.toString(), PREFIX.toString());
        assertThat(uplink()).doesNotContain(OWN.toString(), PREFIX.toString());
    }
}
