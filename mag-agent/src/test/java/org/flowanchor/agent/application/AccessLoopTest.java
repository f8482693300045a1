package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.MN;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.mobileNode;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.AttachmentControl.TriggerOutcome;
import org.flowanchor.agent.application.AttachmentSource.LinkCameUp;
import org.flowanchor.agent.application.AttachmentSource.LinkWentDown;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSeen;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.application.InMemoryAttachments.Advertisement;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.AttachmentSettings;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.agent.domain.AttachmentTrigger;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.BindingRevocationIndication;
import org.flowanchor.agent.domain.FakeTime;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.HandoffKnowledge;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.MobileNodeMapping;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.agent.domain.UpdateNotification;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.BindingStatus;
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

class AccessLoopTest {
    private static final String LINK = "a0";
    private static final AttachedTerminal TERMINAL = new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP));
    private static final Advertisement ADVERTISED = new Advertisement(
            LINK, LLA, LL_ID, Set.of(HNP), InMemoryAccessKernel.MTU, Advertisements.ROUTER_LIFETIME_SECONDS);

    private final FakeTime time = new FakeTime();
    private final InMemoryAccessKernel kernel = new InMemoryAccessKernel();
    private final InMemoryAttachments links = new InMemoryAttachments();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final List<ProxyBindingUpdate> sent = new ArrayList<>();
    private final List<GatewayMessage> answered = new ArrayList<>();
    private final List<LinkLayerIdentifier> asked = new ArrayList<>();
    private boolean asks;
    private Optional<Duration> heartbeats = Optional.empty();
    private boolean streamUp = true;
    private AccessLoop loop = newLoop();

    private AccessLoop newLoop() {
        return newLoop(Map.of(LL_ID, MN));
    }

    private AccessLoop newLoop(Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes) {
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

    private long send(ProxyBindingUpdate update) {
        if (streamUp) {
            sent.add(update);
        }
        return streamUp ? 1 : 0;
    }

    private void happens(AttachmentSource.AttachmentEvent event) throws Exception {
        loop.seen(event);
        loop.turn();
    }

    private void answerLast(int status) throws Exception {
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
    private void after(Duration duration) throws Exception {
        time.advance(duration);
        loop.turn();
        loop.turn();
    }

    private void attach() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        answerLast(0);
    }

    @Test
    void t85_attachProgramsTheKernelBeforeItAdvertises() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        assertThat(sent).hasSize(1);
        assertThat(links.advertisements()).isEmpty();
        answerLast(0);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(links.advertisements()).containsExactly(ADVERTISED);
        assertThat(metrics.scrape())
                .contains("pmip_pbu_att_total{procedure=\"registration\"} 1.0")
                .contains("pmip_pbu_succ_total{procedure=\"registration\"} 1.0")
                .contains("pmip_pbu_fail_total{procedure=\"registration\"} 0.0");
    }

    @Test
    void t86_nobodyIsServedAtAnAddressOfTheGatewayItself() throws Exception {
        links.has(LLA);
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        happens(new NeighbourSeen(LINK, LLA, LL_ID));
        var trigger = loop.attach(new AttachmentTrigger(LINK, LL_ID, Optional.of(LLA), HandoffKnowledge.NONE));
        loop.turn();
        assertThat(trigger.get()).isEqualTo(new TriggerOutcome(false, LLA + " is an address of this gateway"));
        assertThat(sent).isEmpty();
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_solicitations_dropped_total{reason=\"own_address\"} 2.0");
    }

    @Test
    void aFloodOfSolicitationsIsBoundedAndATerminalThatRepeatsItsOwnIsServed() throws Exception {
        List<LinkLayerIdentifier> strangers = new ArrayList<>();
        for (int number = 0; number < 100_000; number++) {
            strangers.add(LinkLayerIdentifier.parse(
                    "06:00:00:%02x:%02x:%02x".formatted(number >> 16, number >> 8 & 0xff, number & 0xff)));
        }
        for (int round = 0; round < 10; round++) {
            for (LinkLayerIdentifier stranger : strangers) {
                loop.seen(new RouterSolicited(LINK, LLA, stranger));
            }
        }
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_solicitations_dropped_total{reason=\"too_many_wait\"} "
                        + 10 * (100_000.0 - AttachmentAdmission.MAX_WAITING));
        loop.turn();
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_unmapped_link_layer_identifiers_total "
                        + (double) AttachmentAdmission.MAX_WAITING);
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        assertThat(sent).hasSize(1);
    }

    @Test
    void itIsNotReadyWhileNobodyWatchesTheAccessLinks() {
        assertThat(loop.readiness(true).ready()).isTrue();
        links.watches(false);
        assertThat(loop.readiness(true).ready()).isFalse();
        assertThat(loop.readiness(true).details()).containsEntry("accessLinksWatched", false);
    }

    @Test
    void boundTerminalThatSolicitsIsAdvertisedToAgainWithoutAnUpdate() throws Exception {
        attach();
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        assertThat(sent).hasSize(1);
        assertThat(links.advertisements()).containsExactly(ADVERTISED, ADVERTISED);
    }

    @Test
    void terminalWithANewLinkLocalAddressGetsANewNextHop() throws Exception {
        attach();
        Ipv6Address other = Ipv6Address.parse("fe80::abcd");
        happens(new RouterSolicited(LINK, other, LL_ID));
        assertThat(kernel.terminals()).containsExactly(new AttachedTerminal(LINK, other, LL_ID, Set.of(HNP)));
        assertThat(links.advertisements().getLast().terminal()).isEqualTo(other);
    }

    @Test
    void kernelThatRefusesHoldsTheAdvertisementBackUntilItAccepts() throws Exception {
        kernel.failNextApply("ENODEV, route add dev a0");
        attach();
        assertThat(links.advertisements()).isEmpty();
        assertThat(loop.readiness(true).ready()).isFalse();
        after(Duration.ofSeconds(5));
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(links.advertisements()).containsExactly(ADVERTISED);
        assertThat(loop.readiness(true).ready()).isTrue();
    }

    private static final LinkLayerIdentifier OTHER = LinkLayerIdentifier.parse("02:00:00:00:00:77");
    private static final Ipv6Address OTHER_ADDRESS = Ipv6Address.parse("fe80::77");

    /** The second terminal is the one that the kernel refuses. */
    private void attachTwo() throws Exception {
        loop = newLoop(Map.of(LL_ID, MN, OTHER, new MobileNodeIdentifier("mn2@example.net")));
        loop.takeOver(this::send, answered::add, asked::addAll);
        kernel.refuseForGood(new AttachmentName(LINK, OTHER));
        happens(new RouterSolicited(LINK, OTHER_ADDRESS, OTHER));
        answerLast(prefix(2));
    }

    private void answerLast(HomeNetworkPrefix assigned) throws Exception {
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

    @Test
    void m04_aTerminalThatTheKernelRefusesForGoodCostsNoOtherItsAdvertisement() throws Exception {
        attachTwo();
        assertThat(links.advertisements()).as("nothing is forwarded for it").isEmpty();
        attach();
        assertThat(links.advertisements()).as("at once").containsExactly(ADVERTISED);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(loop.readiness(true).ready()).isTrue();
        assertThat(loop.readiness(true).details().toString()).contains("refusedByKernel", "EINVAL");
        int before = kernel.wholeStates();
        after(Duration.ofSeconds(5));
        assertThat(kernel.wholeStates()).as("tried again at the tick").isEqualTo(before + 1);
        kernel.acceptAgain();
        after(Duration.ofSeconds(5));
        assertThat(links.advertisements()).as("its own, late").hasSize(2);
        assertThat(links.advertisements().getLast().terminal()).isEqualTo(OTHER_ADDRESS);
        assertThat(loop.readiness(true).details()).doesNotContainKey("refusedByKernel");
    }

    @Test
    void f07_whatTheKernelRefusesOfOneTerminalIsAcknowledgedForOthers() throws Exception {
        attachTwo();
        attach();
        hears(initiate(3, prefix(7)));
        assertThat(answered).containsExactly(acknowledgement(3, UpdateNotificationStatus.SUCCESS, prefix(7)));
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
        kernel.refuseForGood(new AttachmentName(LINK, LL_ID));
        answered.clear();
        hears(initiate(4, prefix(8)));
        assertThat(answered).containsExactly(acknowledgement(4, UpdateNotificationStatus.REASON_UNSPECIFIED));
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        assertThat(answered.getLast()).isEqualTo(revoked(RevocationStatus.SUCCESS));
    }

    @Test
    void aNeighbourTableThatIsTooSmallForTheTerminalsIsTold() throws Exception {
        kernel.neighbourLimit(0);
        after(Duration.ofSeconds(5));
        assertThat(loop.readiness(true).details()).doesNotContainKey("neighbourTableTooSmall");
        attach();
        after(Duration.ofSeconds(5));
        assertThat(loop.readiness(true).details()).containsEntry("neighbourTableTooSmall", 0);
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_neighbour_limit 0.0", "flowanchor_agent_bound_terminals 1.0");
        kernel.neighbourLimit(4096);
        after(Duration.ofSeconds(5));
        assertThat(loop.readiness(true).details()).doesNotContainKey("neighbourTableTooSmall");
        assertThat(metrics.scrape()).contains("flowanchor_agent_neighbour_limit 4096.0");
    }

    @Test
    void aTerminalThatLeavesIsRefusedNoMore() throws Exception {
        attachTwo();
        happens(new LinkWentDown(LINK));
        after(Duration.ofSeconds(5));
        assertThat(loop.readiness(true).details()).doesNotContainKey("refusedByKernel");
        int before = kernel.wholeStates();
        after(Duration.ofSeconds(5));
        assertThat(kernel.wholeStates()).isEqualTo(before);
    }

    @Test
    void aKernelThatIsAsItWasLeftIsNotComparedAtEachTick() throws Exception {
        attach();
        int before = kernel.wholeStates();
        for (int tick = 0; tick < 3; tick++) {
            after(Duration.ofSeconds(5));
        }
        assertThat(kernel.wholeStates()).isEqualTo(before);
        kernel.flush();
        after(Duration.ofSeconds(5));
        assertThat(kernel.wholeStates()).isEqualTo(before + 1);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void m04_refusedTerminalIsNeitherForwardedNorAdvertised() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        answerLast(152);
        after(Duration.ofSeconds(60));
        assertThat(kernel.terminals()).isEmpty();
        assertThat(links.advertisements()).isEmpty();
        assertThat(sent).hasSize(1);
        assertThat(metrics.scrape()).contains("pmip_pbu_fail_total{procedure=\"registration\"} 1.0");
    }

    @Test
    void lostAcknowledgementIsRetransmitted() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        after(Duration.ofSeconds(1));
        assertThat(sent).hasSize(2);
        answerLast(0);
        assertThat(links.advertisements()).containsExactly(ADVERTISED);
        assertThat(metrics.scrape()).contains("flowanchor_agent_pbu_retransmissions_total 1.0");
    }

    @Test
    void updateWithoutStreamIsSentWhenTheStreamComesUp() throws Exception {
        streamUp = false;
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        assertThat(sent).isEmpty();
        streamUp = true;
        loop.registrationStreamUp(1);
        loop.turn();
        assertThat(sent).hasSize(1);
        answerLast(0);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void t85_updateThatTheNewStreamTookIsNotRepeatedWhenItIsHeardOf() throws Exception {
        loop.seen(new RouterSolicited(LINK, LLA, LL_ID));
        loop.registrationStreamUp(1);
        loop.turn();
        assertThat(sent).hasSize(1);
        loop.registrationStreamUp(2);
        loop.turn();
        assertThat(sent).as("the first stream took it to its grave").hasSize(2);
    }

    @Test
    void extensionKeepsForwardingUntouched() throws Exception {
        attach();
        after(Duration.ofSeconds(70));
        assertThat(sent.getLast().handoffIndicator()).isEqualTo(HandoffIndicator.HANDOFF_STATE_NOT_CHANGED);
        answerLast(0);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void m04_refusedExtensionRemovesRoutesAndWithdrawsTheRouter() throws Exception {
        attach();
        after(Duration.ofSeconds(70));
        links.forgetAdvertisements();
        answerLast(152);
        assertThat(kernel.terminals()).isEmpty();
        assertThat(links.advertisements())
                .containsExactly(new Advertisement(LINK, LLA, LL_ID, Set.of(), InMemoryAccessKernel.MTU, 0));
    }

    @Test
    void t86_m08_linkDownDeregistersAndLinkUpWithSolicitationAttachesAgain() throws Exception {
        attach();
        happens(new LinkWentDown(LINK));
        assertThat(sent.getLast().lifetimeSeconds()).isZero();
        assertThat(kernel.terminals()).hasSize(1);
        after(Duration.ofSeconds(1));
        assertThat(kernel.terminals()).isEmpty();
        happens(new LinkCameUp(LINK));
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        assertThat(sent.getLast().lifetimeSeconds()).isEqualTo(120);
        answerLast(0);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void aFaultInOneStepCostsNoOther() throws Exception {
        LinkLayerIdentifier other = LinkLayerIdentifier.parse("02:00:00:00:00:77");
        Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes = new LinkedHashMap<>();
        mobileNodes.put(LL_ID, MN);
        mobileNodes.put(other, mobileNode(7));
        loop = newLoop(mobileNodes);
        UpdateSender sender = update -> {
            if (streamUp && update.mobileNodeIdentifier().equals(MN)) {
                throw new IllegalArgumentException("MN-ID has 64 octets, more than 63");
            }
            return send(update);
        };
        loop.takeOver(sender, answered::add, asked::addAll);
        loop.seen(new RouterSolicited(LINK, LLA, LL_ID));
        loop.seen(new RouterSolicited(LINK, Ipv6Address.parse("fe80::77"), other));
        var summaries = loop.attachments();
        loop.turn();
        assertThat(sent)
                .as("the next event")
                .extracting(ProxyBindingUpdate::mobileNodeIdentifier)
                .containsExactly(mobileNode(7));
        assertThat(summaries).isCompletedWithValueMatching(all -> all.size() == 2);
        loop.registrationStreamUp(2);
        loop.turn();
        assertThat(sent).as("the next decision of the same event").hasSize(2);
        assertThat(metrics.scrape()).contains("flowanchor_agent_faults_total 2.0");
    }

    @Test
    void anAnswerThatCannotBeSentHoldsNoOtherBack() throws Exception {
        loop = newLoop();
        List<GatewayMessage> tried = new ArrayList<>();
        AnswerSender sender = message -> {
            tried.add(message);
            if (tried.size() == 1) {
                throw new IllegalArgumentException("MN-ID has 64 octets, more than 63");
            }
            answered.add(message);
        };
        loop.takeOver(this::send, sender, asked::addAll);
        loop.heard(new Heartbeat(false, false, 1, OptionalLong.empty()));
        loop.heard(new Heartbeat(false, false, 2, OptionalLong.empty()));
        loop.turn();
        assertThat(answered)
                .extracting(message -> ((Heartbeat) message).sequenceNumber())
                .containsExactly(2L);
        loop.heard(new Heartbeat(false, false, 3, OptionalLong.empty()));
        loop.turn();
        assertThat(tried).hasSize(3);
        assertThat(answered).hasSize(2);
    }

    @Test
    void t09_unmappedTerminalIsCounted() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LinkLayerIdentifier.parse("02:00:00:00:00:77")));
        assertThat(sent).isEmpty();
        assertThat(metrics.scrape()).contains("flowanchor_agent_unmapped_link_layer_identifiers_total 1.0");
    }

    @Test
    void t09_anInterfaceThatIsNotConfiguredIsAskedForAndRegisteredOnceItIsKnown() throws Exception {
        asks = true;
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        LinkLayerIdentifier other = LinkLayerIdentifier.parse("02:00:00:00:00:77");
        happens(new RouterSolicited(LINK, Ipv6Address.parse("fe80::77"), other));
        assertThat(asked).containsExactly(other);
        assertThat(sent).isEmpty();
        loop.mobileNodesAre(List.of(new MobileNodeMapping(other, Optional.of(mobileNode(7)), Duration.ofSeconds(60))));
        loop.turn();
        assertThat(sent.getLast().mobileNodeIdentifier()).isEqualTo(mobileNode(7));
        assertThat(metrics.scrape()).contains("flowanchor_agent_mobile_node_queries_total 1.0");
    }

    @Test
    void t09_aRestartedAgentKeepsForwardingForWhomItMustAskFor() throws Exception {
        attach();
        asks = true;
        AttachmentTable fresh = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        Map.of(),
                        true,
                        120,
                        HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES,
                        Duration.ofSeconds(30)),
                time.clock(),
                time::nanoTime,
                new Random(3));
        loop = new AccessLoop(
                new AccessSettings(WLAN_MAG, LMA, Set.of(LINK), Duration.ofSeconds(5)),
                fresh,
                new AnchorRequests(fresh, 7, heartbeats, time::nanoTime, 41),
                kernel,
                links,
                metrics,
                time::nanoTime);
        loop.takeOver(this::send, answered::add, asked::addAll);
        after(Duration.ofSeconds(20));
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(asked).contains(LL_ID);
        loop.mobileNodesAre(List.of(new MobileNodeMapping(LL_ID, Optional.of(MN), Duration.ofSeconds(60))));
        loop.turn();
        loop.turn();
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void restartKeepsForwardingAndRefreshesWithoutTheTerminal() throws Exception {
        attach();
        sent.clear();
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        loop.turn();
        assertThat(sent).hasSize(1);
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        answerLast(0);
        after(Duration.ofSeconds(70));
        assertThat(sent).hasSize(2);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void restartOnALinkThatIsDownDeregisters() throws Exception {
        attach();
        kernel.count(new LinkCounters(LINK, false, 0, 0, 0, 0));
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        assertThat(sent.getLast().lifetimeSeconds()).isZero();
        after(Duration.ofSeconds(1));
        assertThat(kernel.terminals()).isEmpty();
    }

    @Test
    void linkLayerIdentifierIsFoundInAModifiedEui64Address() {
        assertThat(FoundTerminals.eui64Origin(Ipv6Address.parse("fe80::ff:fe00:1")))
                .isEqualTo(LL_ID);
        assertThat(FoundTerminals.eui64Origin(Ipv6Address.parse("fe80::1234"))).isNull();
    }

    @Test
    void accessLinkSamplesCarryCapacityAndTechnology() throws Exception {
        List<LinkReport> reports = new ArrayList<>();
        AccessTelemetry telemetry = new AccessTelemetry(
                LMA,
                WLAN_MAG,
                WLAN,
                Map.of(LINK, 10_000_000L),
                kernel,
                reports::add,
                metrics,
                time.clock(),
                time::nanoTime);
        kernel.count(new LinkCounters(LINK, true, 5, 500, 0, 0));
        telemetry.sample();
        kernel.count(new LinkCounters(LINK, true, 15, 2_500, 4, 9_000));
        time.advance(Duration.ofSeconds(1));
        telemetry.sample();
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.kind()).isEqualTo(LinkReport.Kind.ACCESS_LINK);
            assertThat(report.capacityBitsPerSecond()).isEqualTo(10_000_000L);
            assertThat(report.rate().bytes()).isEqualTo(2_000);
            assertThat(report.rate().drops()).isEqualTo(4);
            assertThat(report.intervalMs()).isEqualTo(1_000);
        });
    }

    @Test
    void sampleThatFindsNoStreamIsCounted() throws Exception {
        AccessTelemetry telemetry = new AccessTelemetry(
                LMA, WLAN_MAG, WLAN, Map.of(), kernel, report -> false, metrics, time.clock(), time::nanoTime);
        kernel.count(new LinkCounters(LINK, true, 5, 500, 0, 0));
        telemetry.sample();
        telemetry.sample();
        assertThat(metrics.scrape()).contains("flowanchor_agent_samples_dropped_total{kind=\"link\"} 1.0");
    }

    @Test
    void allZeroPrefixIsNeverForwarded() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        ProxyBindingUpdate update = sent.getLast();
        loop.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                MN,
                Set.of(HomeNetworkPrefix.ALL_ZERO),
                update.handoffIndicator(),
                WLAN,
                LL_ID,
                120));
        loop.turn();
        assertThat(kernel.terminals()).isEmpty();
    }

    @Test
    void m09_aSilentTerminalIsDeregisteredInsteadOfExtended() throws Exception {
        attach();
        links.terminalsFallSilent();
        after(Duration.ofSeconds(31));
        assertThat(links.probed()).containsExactly(LLA);
        assertThat(sent.getLast().lifetimeSeconds()).isZero();
        answerLast(0);
        assertThat(kernel.terminals()).isEmpty();
        assertThat(metrics.scrape()).contains("flowanchor_agent_departures_total{by=\"silence\"} 1.0");
    }

    @Test
    void t86_triggersAreAnsweredWithWhatBecameOfThem() throws Exception {
        var trigger = new AttachmentTrigger(LINK, LL_ID, Optional.of(LLA), HandoffKnowledge.NONE);
        var attached = loop.attach(trigger);
        var nowhere = loop.attach(new AttachmentTrigger("b0", LL_ID, Optional.empty(), HandoffKnowledge.NONE));
        var stranger = loop.attach(new AttachmentTrigger(
                LINK, LinkLayerIdentifier.parse("02:00:00:00:00:99"), Optional.empty(), HandoffKnowledge.NONE));
        loop.turn();
        assertThat(attached.join().accepted()).isTrue();
        assertThat(nowhere.join()).isEqualTo(new TriggerOutcome(false, "b0 is no access link of this gateway"));
        assertThat(stranger.join().detail()).isEqualTo("no mobile node has link-layer identifier 02:00:00:00:00:99");
        assertThat(sent).hasSize(1);
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        assertThat(sent).as("the solicitation within a second").hasSize(1);
        answerLast(0);
        assertThat(links.advertisements()).containsExactly(ADVERTISED);
        var detached = loop.detach(LINK, LL_ID);
        loop.turn();
        assertThat(detached.join().accepted()).isTrue();
        assertThat(sent.getLast().lifetimeSeconds()).isZero();
        var again = loop.detach(LINK, LL_ID);
        loop.turn();
        assertThat(again.join().accepted()).isFalse();
    }

    @Test
    void t86_aTriggerForATerminalThatTheAnchorJustRefusedIsToldSo() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        answerLast(152);
        var trigger = new AttachmentTrigger(LINK, LL_ID, Optional.of(LLA), HandoffKnowledge.NONE);
        var early = loop.attach(trigger);
        loop.turn();
        assertThat(early.join())
                .isEqualTo(new TriggerOutcome(
                        false, LL_ID + " on " + LINK + " was refused by the anchor, which is not asked again for 5 s"));
        assertThat(sent).hasSize(1);
        time.advance(Duration.ofSeconds(5));
        var later = loop.attach(trigger);
        loop.turn();
        assertThat(later.join().accepted()).isTrue();
        assertThat(sent).hasSize(2);
    }

    @Test
    void whatSomebodyElseRemovesIsPutBackAtOnceAndCounted() throws Exception {
        attach();
        kernel.flush();
        assertThat(kernel.terminals()).isEmpty();
        loop.turn();
        assertThat(kernel.terminals()).as("before the reconcile tick").containsExactly(TERMINAL);
        assertThat(metrics.scrape()).contains("flowanchor_agent_kernel_drifts_total 1.0");
        loop.turn();
        assertThat(metrics.scrape()).contains("flowanchor_agent_kernel_drifts_total 1.0");
    }

    private void hears(AnchorMessage message) throws Exception {
        loop.heard(message);
        loop.turn();
    }

    private static UpdateNotification initiate(int sequence, HomeNetworkPrefix foreign) {
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

    private static UpdateNotificationAcknowledgement acknowledgement(
            int sequence, UpdateNotificationStatus status, HomeNetworkPrefix... foreign) {
        return new UpdateNotificationAcknowledgement(
                sequence, status, Optional.of(MN), false, Set.of(), Set.of(foreign));
    }

    private static AttachedTerminal carrying(HomeNetworkPrefix... foreign) {
        return new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP), Set.of(foreign));
    }

    @Test
    void f07_anInitiateIsAcknowledgedOnceTheKernelForwards() throws Exception {
        attach();
        hears(initiate(3, prefix(7)));
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
        assertThat(answered).containsExactly(acknowledgement(3, UpdateNotificationStatus.SUCCESS, prefix(7)));
        assertThat(links.advertisements()).as("f04: never advertised").containsExactly(ADVERTISED);
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_carried_prefixes 1.0")
                .contains("flowanchor_agent_anchor_messages_total{message=\"update_notification\"} 1.0")
                .contains("flowanchor_agent_anchor_answers_total{message=\"update_notification\",outcome=\"accepted\"}"
                        + " 1.0");
    }

    @Test
    void f07_whatTheKernelRefusesIsNotAcknowledged() throws Exception {
        attach();
        kernel.failNextApply("ENOMEM, route add");
        hears(initiate(3, prefix(7)));
        assertThat(answered).containsExactly(acknowledgement(3, UpdateNotificationStatus.REASON_UNSPECIFIED));
        after(Duration.ofSeconds(5));
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_anchor_answers_total{message=\"update_notification\",outcome=\"refused\"}"
                        + " 1.0");
    }

    @Test
    void t85_anInitiateTogetherWithTheAcknowledgementCostsNoAdvertisement() throws Exception {
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        loop.heard(initiate(2, prefix(7)));
        ProxyBindingUpdate update = sent.getLast();
        loop.acknowledged(new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                MN,
                Set.of(HNP),
                update.handoffIndicator(),
                WLAN,
                LL_ID,
                120));
        loop.heard(initiate(3, prefix(7)));
        loop.turn();
        assertThat(answered)
                .containsExactly(
                        acknowledgement(2, UpdateNotificationStatus.MN_NOT_ATTACHED),
                        acknowledgement(3, UpdateNotificationStatus.SUCCESS, prefix(7)));
        assertThat(links.advertisements()).containsExactly(ADVERTISED);
    }

    private static BindingRevocationIndication revocation(RevocationTrigger trigger) {
        return new BindingRevocationIndication(
                9, trigger, true, false, false, Optional.of(MN), Optional.empty(), false, Set.of(HNP));
    }

    private static BindingRevocationAcknowledgement revoked(RevocationStatus status) {
        return new BindingRevocationAcknowledgement(
                9, status, true, false, false, status.accepted() ? Optional.empty() : Optional.of(MN), Set.of());
    }

    @Test
    void r01_aRevokedTerminalIsNotForwardedAnyMoreWhenItIsAcknowledged() throws Exception {
        attach();
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        assertThat(kernel.terminals()).isEmpty();
        assertThat(answered).containsExactly(revoked(RevocationStatus.SUCCESS));
        assertThat(links.advertisements().getLast().routerLifetimeSeconds()).isZero();
        assertThat(metrics.scrape()).contains("flowanchor_agent_departures_total{by=\"revoked\"} 1.0");
        happens(new RouterSolicited(LINK, LLA, LL_ID));
        answerLast(0);
        assertThat(kernel.terminals()).as("it asked").containsExactly(TERMINAL);
    }

    @Test
    void r01_aKernelThatRefusesHoldsTheAcknowledgementBack() throws Exception {
        attach();
        kernel.failNextApply("EPERM, route delete");
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        hears(revocation(RevocationTrigger.ADMINISTRATIVE_REASON));
        assertThat(answered).isEmpty();
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_anchor_repetitions_total{message=\"binding_revocation_indication\"} 1.0");
        after(Duration.ofSeconds(5));
        assertThat(kernel.terminals()).isEmpty();
        assertThat(answered).containsExactly(revoked(RevocationStatus.SUCCESS));
    }

    @Test
    void r06_aTerminalThatAnswersIsStillAttached() throws Exception {
        attach();
        hears(revocation(RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN));
        loop.turn();
        loop.turn();
        assertThat(answered).containsExactly(revoked(RevocationStatus.REVOCATION_FAILED_MN_IS_ATTACHED));
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
    }

    @Test
    void h02_aHeartbeatIsAnsweredAlsoWhileTheKernelRefuses() throws Exception {
        kernel.failNextApply("ENODEV, link a0");
        attach();
        hears(new Heartbeat(false, false, 5, OptionalLong.empty()));
        assertThat(answered).containsExactly(new Heartbeat(true, false, 5, OptionalLong.of(7)));
        after(Duration.ofSeconds(5));
    }

    @Test
    void f23_aRestartedAgentTellsWhatIsItsTerminalsOwnFromWhatItCarries() throws Exception {
        attach();
        hears(initiate(3, prefix(7)));
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
        loop.turn();
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        answerLast(0);
        assertThat(kernel.terminals()).containsExactly(carrying(prefix(7)));
    }

    @Test
    void h04_anAnchorThatRestartedIsToldOfEveryTerminal() throws Exception {
        heartbeats = Optional.of(Duration.ofSeconds(60));
        loop = newLoop();
        loop.takeOver(this::send, answered::add, asked::addAll);
        loop.registrationStreamUp(1);
        attach();
        assertThat(answered)
                .as("h06: nothing was installed")
                .containsExactly(new Heartbeat(true, true, 0, OptionalLong.of(7)));
        after(Duration.ofSeconds(60));
        assertThat(answered.getLast()).isEqualTo(new Heartbeat(false, false, 42, OptionalLong.empty()));
        hears(new Heartbeat(true, false, 42, OptionalLong.of(1)));
        assertThat(metrics.scrape()).contains("flowanchor_agent_anchor_reachable 1.0");
        sent.clear();
        hears(new Heartbeat(true, true, 0, OptionalLong.of(2)));
        loop.turn();
        assertThat(sent.getLast().prefixes()).containsExactly(HNP);
        assertThat(kernel.terminals()).containsExactly(TERMINAL);
        assertThat(metrics.scrape()).contains("flowanchor_agent_anchor_restarts_total 1.0");
    }
}
