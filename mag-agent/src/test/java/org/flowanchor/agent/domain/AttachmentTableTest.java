package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.MN;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.prefix;
import static org.flowanchor.mobility.HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES;
import static org.flowanchor.mobility.HandoffIndicator.HANDOFF_STATE_NOT_CHANGED;
import static org.flowanchor.mobility.HandoffIndicator.HANDOFF_STATE_UNKNOWN;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Concluded;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.agent.domain.AttachmentDecision.Unmapped;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ServiceSelection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttachmentTableTest extends AttachmentTableScene {
    @Test
    void t85_solicitationSendsExactlyOneUpdateAndRepeatsSendNone() {
        ProxyBindingUpdate update = solicited();
        assertThat(update.prefixes()).containsExactly(HomeNetworkPrefix.ALL_ZERO);
        assertThat(update.handoffIndicator()).isEqualTo(ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES);
        assertThat(update.lifetimeSeconds()).isEqualTo(120);
        assertThat(update.linkLayerIdentifier()).isEqualTo(LL_ID);
        assertThat(update.timestamp() >> 16).isEqualTo(time.clock().instant().getEpochSecond());
        for (int i = 0; i < 3; i++) {
            assertThat(table.solicited(LINK, LLA, LL_ID)).isEmpty();
        }
        assertThat(table.terminals())
                .as("nothing forwards before the acknowledgement")
                .isEmpty();
    }

    @Test
    void t85_m05_acknowledgementMakesItForwardAndAdvertise() {
        SendUpdate sent = (SendUpdate) table.solicited(LINK, LLA, LL_ID).getFirst();
        List<AttachmentDecision> decisions = table.acknowledged(answer(sent.update(), 0, Set.of(HNP)));
        AttachedTerminal terminal = new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP));
        assertThat(decisions)
                .containsExactly(
                        new Concluded(Procedure.REGISTRATION, MN, LINK, BindingStatus.ACCEPTED, sent.trace()),
                        new Advertise(terminal));
        assertThat(table.terminals()).containsExactly(terminal);
        assertThat(table.solicited(LINK, LLA, LL_ID)).containsExactly(new Advertise(terminal));
    }

    @Test
    void t09_unmappedLinkLayerIdentifierIsRefusedLocally() {
        assertThat(table.solicited(LINK, LLA, STRANGER)).containsExactly(new Unmapped(LINK, STRANGER));
        assertThat(table.nextDue()).isEmpty();
    }

    @Test
    void solicitationWithoutLinkLocalSourceIsIgnored() {
        assertThat(table.solicited(LINK, Ipv6Address.UNSPECIFIED, LL_ID)).allMatch(Ignored.class::isInstance);
        assertThat(solicited()).isNotNull();
    }

    @Test
    void lostAcknowledgementIsRetransmittedAtDoublingIntervalsWithFreshNumbers() {
        ProxyBindingUpdate last = solicited();
        List<Long> sentAt = new ArrayList<>();
        for (int second = 1; second <= 130; second++) {
            for (ProxyBindingUpdate update : updates(after(Duration.ofSeconds(1)))) {
                sentAt.add((long) second);
                assertThat(update.timestamp()).isGreaterThan(last.timestamp());
                assertThat(update.sequenceNumber()).isEqualTo(last.sequenceNumber() + 1 & 0xffff);
                assertThat(update.prefixes()).isEqualTo(last.prefixes());
                last = update;
            }
        }
        assertThat(sentAt).containsExactly(1L, 3L, 7L, 15L, 31L, 63L, 95L, 127L);
        table.acknowledged(answer(last, 0, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);
    }

    @Test
    void timestampGrowsAlsoWhenTheWallClockStepsBack() {
        ProxyBindingUpdate first = solicited();
        time.step(Duration.ofHours(-1));
        assertThat(onlyUpdate(after(Duration.ofSeconds(1))).timestamp()).isGreaterThan(first.timestamp());
    }

    @Test
    void l22_l26_aClockThatIsPutRightCountsAtOnce() {
        ProxyBindingUpdate accepted = bound();
        time.step(Duration.ofMinutes(10));
        ProxyBindingUpdate ahead = onlyUpdate(table.solicited(LINK, OTHER_LLA, OTHER_LL_ID));
        assertThat(table.acknowledged(answer(ahead, 156, Set.of()))).hasOnlyElementsOfType(Ignored.class);
        time.step(Duration.ofMinutes(-10));
        ProxyBindingUpdate right = onlyUpdate(after(Duration.ofSeconds(1)));
        assertThat(right.timestamp() >> 16).isEqualTo(time.clock().instant().getEpochSecond());
        assertThat(right.timestamp()).isGreaterThan(accepted.timestamp());
    }

    @Test
    void l22_aTimeThatWasAcceptedIsNeverGoneBackBehind() {
        time.step(Duration.ofMinutes(10));
        ProxyBindingUpdate accepted = bound();
        time.step(Duration.ofMinutes(-10));
        ProxyBindingUpdate next = onlyUpdate(table.solicited(LINK, OTHER_LLA, OTHER_LL_ID));
        assertThat(table.acknowledged(answer(next, 156, Set.of()))).hasOnlyElementsOfType(Ignored.class);
        assertThat(onlyUpdate(after(Duration.ofSeconds(1))).timestamp()).isGreaterThan(accepted.timestamp());
    }

    @Test
    void l22_afterATimeThatTheAnchorAcceptedAndDidNotTellOfALaterOneIsSent() {
        time.step(Duration.ofMinutes(10));
        ProxyBindingUpdate unanswered = solicited();
        time.step(Duration.ofMinutes(-10));
        ProxyBindingUpdate next = onlyUpdate(table.solicited(LINK, OTHER_LLA, OTHER_LL_ID));
        table.acknowledged(answer(next, 156, Set.of()));
        List<ProxyBindingUpdate> refused = updates(after(Duration.ofSeconds(1)));
        assertThat(refused).allMatch(update -> update.timestamp() < unanswered.timestamp());
        table.acknowledged(answer(refused.getFirst(), 157, Set.of()));
        assertThat(updates(after(Duration.ofSeconds(2))))
                .hasSize(2)
                .allMatch(update -> update.timestamp() > unanswered.timestamp());
    }

    @Test
    void extensionGoesOutAtAboutHalfTheLifetimeWithIndicator5AndThePrefixes() {
        bound();
        assertThat(updates(after(Duration.ofSeconds(53)))).isEmpty();
        ProxyBindingUpdate extension = onlyUpdate(after(Duration.ofSeconds(14)));
        assertThat(extension.handoffIndicator()).isEqualTo(HANDOFF_STATE_NOT_CHANGED);
        assertThat(extension.prefixes()).containsExactly(HNP);
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.EXTENDING);
        assertThat(table.acknowledged(answer(extension, 0, Set.of(HNP)))).hasAtLeastOneElementOfType(Advertise.class);
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);
    }

    @Test
    void recoveredTerminalForwardsAndIsRegisteredAgainWithItsPrefixes() {
        AttachedTerminal installed = new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP));
        List<AttachmentDecision> asked = table.recover(installed);
        assertThat(asked).containsExactly(new Probe(LINK, LLA, LL_ID));
        ProxyBindingUpdate update = onlyUpdate(answering(asked));
        assertThat(update.prefixes()).containsExactly(HNP);
        assertThat(update.handoffIndicator()).isEqualTo(ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES);
        assertThat(table.terminals()).containsExactly(installed);
        table.acknowledged(answer(update, 0, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);
        assertThat(table.terminals()).containsExactly(installed);
    }

    @Test
    void recoveredTerminalOfUnsharedPrefixesIsRegisteredWithIndicator4() {
        AttachmentTable unique = table(HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE);
        unique.recover(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP)));
        unique.answered(LINK, LLA);
        ProxyBindingUpdate update = onlyUpdate(unique.due());
        assertThat(update.handoffIndicator()).isEqualTo(HANDOFF_STATE_UNKNOWN);
    }

    @Test
    void recoveredTerminalThatNobodyOwnsIsNotKept() {
        assertThat(table.recover(new AttachedTerminal(LINK, LLA, STRANGER, Set.of(HNP))))
                .containsExactly(new Unmapped(LINK, STRANGER));
        assertThat(table.terminals()).isEmpty();
    }

    @Test
    void boundTerminalIsAdvertisedToBeforeTheRouterLifetimeEnds() {
        AttachmentTable patient = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        Map.of(LL_ID, MN),
                        false,
                        86_400,
                        HandoffIndicator.HANDOFF_STATE_UNKNOWN,
                        PRESENCE_INTERVAL),
                time.clock(),
                time::nanoTime,
                new Random(2));
        patient.acknowledged(answer(onlyUpdate(patient.solicited(LINK, LLA, LL_ID)), 0, Set.of(HNP)));
        time.advance(Duration.ofMinutes(10));
        assertThat(patient.due()).hasOnlyElementsOfType(Probe.class).hasSize(1);
        patient.answered(LINK, LLA);
        assertThat(patient.due()).hasOnlyElementsOfType(Advertise.class).hasSize(1);
    }

    @Test
    void m01_theListHasAnEntryAsSoonAsTheUpdateIsSent() {
        solicited();
        assertThat(table.attachments()).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo("REGISTERING");
            assertThat(entry.waits()).contains(Procedure.REGISTRATION);
            assertThat(entry.forwarding()).isFalse();
        });
    }

    @Test
    void m10_renumberingWithdrawsThePrefixesOfBefore() {
        bound();
        ProxyBindingUpdate extension = onlyUpdate(after(Duration.ofSeconds(70)));
        List<AttachmentDecision> decisions = table.acknowledged(answer(extension, 0, Set.of(prefix(9))));
        assertThat(decisions)
                .contains(new Advertise(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(prefix(9))), Set.of(HNP)));
    }

    @Test
    void t86_triggerThenSolicitationIsOneUpdate() {
        List<AttachmentDecision> decisions =
                table.triggered(new AttachmentTrigger(LINK, LL_ID, Optional.empty(), HandoffKnowledge.NONE));
        ProxyBindingUpdate update = onlyUpdate(decisions);
        assertThat(after(Duration.ofMillis(800))).isEmpty();
        assertThat(table.solicited(LINK, LLA, LL_ID)).isEmpty();
        assertThat(table.acknowledged(answer(update, 0, Set.of(HNP)))).hasAtLeastOneElementOfType(Advertise.class);
        assertThat(table.terminals()).containsExactly(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP)));
    }

    @Test
    void t86_aTriggeredTerminalForwardsOnceItsAddressIsKnown() {
        ProxyBindingUpdate update = onlyUpdate(
                table.triggered(new AttachmentTrigger(LINK, LL_ID, Optional.empty(), HandoffKnowledge.NONE)));
        assertThat(table.acknowledged(answer(update, 0, Set.of(HNP)))).noneMatch(Advertise.class::isInstance);
        assertThat(table.terminals()).isEmpty();
        assertThat(table.solicited(LINK, LLA, LL_ID)).hasOnlyElementsOfType(Advertise.class);
        assertThat(table.terminals()).hasSize(1);
    }

    @Test
    void aNeighbourThatWasNeverSolicitedForIsAttached() {
        assertThat(onlyUpdate(table.neighbourSeen(LINK, LLA, LL_ID)).lifetimeSeconds())
                .isEqualTo(120);
        assertThat(table.neighbourSeen(LINK, LLA, LL_ID)).as("one update").isEmpty();
        assertThat(table.neighbourSeen(LINK, OTHER_LLA, STRANGER))
                .as("any neighbour")
                .isEmpty();
    }

    @Test
    void t78_anAddressThatAnotherTerminalHasIsNotTakenOver() {
        bound();
        assertThat(table.solicited(LINK, LLA, OTHER_LL_ID)).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.terminals()).containsExactly(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP)));
        onlyUpdate(table.solicited(LINK, OTHER_LLA, OTHER_LL_ID));
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, 6, 6",
        "NONE, 1, 1",
        "NONE, 4, 4",
        "SAME_INTERFACE, 6, 3",
        "SAME_INTERFACE, 1, 3",
        "OTHER_INTERFACE_LEAVING, 6, 2",
        "OTHER_INTERFACE_LEAVING, 1, 2",
        "OTHER_INTERFACE_STAYS, 6, 6",
        "OTHER_INTERFACE_STAYS, 1, 1",
        "OTHER_INTERFACE_STAYS, 4, 1",
    })
    void t37_theIndicatorFollowsFromWhatIsKnownOfTheHandoff(HandoffKnowledge knowledge, int policy, int indicator) {
        AttachmentTable gateway = table(new HandoffIndicator(policy));
        ProxyBindingUpdate update =
                onlyUpdate(gateway.triggered(new AttachmentTrigger(LINK, LL_ID, Optional.of(LLA), knowledge)));
        assertThat(update.handoffIndicator().value()).isEqualTo(indicator);
    }

    @Test
    void aStormOfAttachmentsIsPacedAndNobodyIsForgotten() {
        int terminals = 2_000;
        Map<LinkLayerIdentifier, MobileNodeIdentifier> nodes = new HashMap<>();
        for (int i = 0; i < terminals; i++) {
            nodes.put(number(i), new MobileNodeIdentifier("mn" + i + "@example.net"));
        }
        AttachmentTable crowded = new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        nodes,
                        false,
                        120,
                        HandoffIndicator.HANDOFF_STATE_UNKNOWN,
                        PRESENCE_INTERVAL),
                time.clock(),
                time::nanoTime,
                new Random(3));
        List<ProxyBindingUpdate> sent = new ArrayList<>();
        for (int i = 0; i < terminals; i++) {
            sent.addAll(updates(crowded.solicited(LINK, new Ipv6Address(0xfe80L << 48, i + 1), number(i))));
        }
        assertThat(sent).hasSize(UpdatePace.BURST);
        int most = 0;
        for (int tenths = 0; tenths < 40; tenths++) {
            time.advance(Duration.ofMillis(100));
            List<ProxyBindingUpdate> now = updates(crowded.due());
            most = Math.max(most, now.size());
            now.forEach(update -> crowded.acknowledged(answer(update, 0, Set.of(HNP))));
            sent.addAll(now);
        }
        assertThat(most).isBetween(1, UpdatePace.UPDATES_PER_SECOND / 10 + UpdatePace.BURST);
        assertThat(sent.stream().map(ProxyBindingUpdate::mobileNodeIdentifier).distinct())
                .hasSize(terminals);
    }

    private static LinkLayerIdentifier number(int i) {
        return LinkLayerIdentifier.of(new byte[] {2, 0, 0, 0, (byte) (i >> 8), (byte) i});
    }

    @Test
    void t13_theServiceOfATriggerIsInEveryUpdateOfTheAttachment() {
        Optional<ServiceSelection> ims = Optional.of(new ServiceSelection("ims"));
        ProxyBindingUpdate registration = onlyUpdate(
                table.triggered(new AttachmentTrigger(LINK, LL_ID, Optional.of(LLA), HandoffKnowledge.NONE, ims)));
        assertThat(registration.serviceSelection()).isEqualTo(ims);
        assertThat(onlyUpdate(after(Duration.ofSeconds(1))).serviceSelection()).isEqualTo(ims);
        table.acknowledged(answer(registration, 0, Set.of(HNP)));
        assertThat(onlyUpdate(after(Duration.ofSeconds(70))).serviceSelection()).isEqualTo(ims);
        assertThat(onlyUpdate(table.detached(LINK, LL_ID)).serviceSelection()).isEqualTo(ims);
        assertThat(onlyUpdate(table.solicited("a1", OTHER_LLA, OTHER_LL_ID)).serviceSelection())
                .isEmpty();
    }

    @Test
    void f04_f23_aPrefixAnchoredElsewhereIsForwardedNeverAdvertisedAndNotExtended() {
        ProxyBindingUpdate registration = solicited();
        ProxyBindingAcknowledgement plain = answer(registration, 0, Set.of(HNP));
        ProxyBindingAcknowledgement withForeign = new ProxyBindingAcknowledgement(
                plain.sequenceNumber(),
                plain.status(),
                plain.mobileNodeIdentifier(),
                plain.prefixes(),
                plain.handoffIndicator(),
                plain.accessTechnologyType(),
                plain.linkLayerIdentifier(),
                plain.lifetimeSeconds(),
                Set.of(prefix(7)));
        AttachedTerminal terminal = new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP), Set.of(prefix(7)));
        assertThat(table.acknowledged(withForeign)).contains(new Advertise(terminal));
        assertThat(table.terminals()).containsExactly(terminal);
        assertThat(terminal.forwarded()).containsExactlyInAnyOrder(HNP, prefix(7));
        ProxyBindingUpdate extension = onlyUpdate(after(Duration.ofSeconds(70)));
        assertThat(extension.prefixes()).containsExactly(HNP);
        table.acknowledged(answer(extension, 0, Set.of(HNP)));
        assertThat(table.terminals()).as("a refresh takes nothing away").containsExactly(terminal);
    }
}
