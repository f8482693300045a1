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

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.AttachmentControl.TriggerOutcome;
import org.flowanchor.agent.application.AttachmentSource.LinkCameUp;
import org.flowanchor.agent.application.AttachmentSource.LinkWentDown;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSeen;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.application.InMemoryAttachments.Advertisement;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentTrigger;
import org.flowanchor.agent.domain.HandoffKnowledge;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

class AccessLoopTest extends AccessLoopScene {
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
        UpdateSender sender = (update, trace) -> {
            if (streamUp && update.mobileNodeIdentifier().equals(MN)) {
                throw new IllegalArgumentException("MN-ID has 64 octets, more than 63");
            }
            return send(update, trace);
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
}
