package org.flowanchor.agent.domain;

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
import org.flowanchor.agent.domain.AttachmentDecision.Abandoned;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Concluded;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.agent.domain.AttachmentDecision.Unmapped;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
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
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentTableTest {
    private static final String LINK = "a0";
    private static final Duration PRESENCE_INTERVAL = Duration.ofSeconds(30);
    private static final LinkLayerIdentifier OTHER_LL_ID = LinkLayerIdentifier.parse("02:00:00:00:00:02");
    private static final Ipv6Address OTHER_LLA = Ipv6Address.parse("fe80::ff:fe00:2");
    private static final LinkLayerIdentifier STRANGER = LinkLayerIdentifier.parse("02:00:00:00:00:99");

    private final FakeTime time = new FakeTime();
    private final AttachmentTable table = table(ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES);

    private AttachmentTable table(HandoffIndicator attach) {
        return new AttachmentTable(
                new AttachmentSettings(
                        LMA,
                        WLAN_MAG,
                        WLAN,
                        Map.of(LL_ID, MN, OTHER_LL_ID, mobileNode(2)),
                        false,
                        120,
                        attach,
                        PRESENCE_INTERVAL),
                time.clock(),
                time::nanoTime,
                new Random(1));
    }

    private static ProxyBindingUpdate onlyUpdate(List<AttachmentDecision> decisions) {
        List<ProxyBindingUpdate> updates = updates(decisions);
        assertThat(updates).hasSize(1);
        return updates.getFirst();
    }

    private static List<ProxyBindingUpdate> updates(List<AttachmentDecision> decisions) {
        return decisions.stream()
                .filter(SendUpdate.class::isInstance)
                .map(decision -> ((SendUpdate) decision).update())
                .toList();
    }

    private static ProxyBindingAcknowledgement answer(
            ProxyBindingUpdate update, int status, Set<HomeNetworkPrefix> prefixes) {
        return new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                new BindingStatus(status),
                update.mobileNodeIdentifier(),
                prefixes,
                update.handoffIndicator(),
                update.accessTechnologyType(),
                update.linkLayerIdentifier(),
                status < 128 ? update.lifetimeSeconds() : 0);
    }

    private ProxyBindingUpdate solicited() {
        return onlyUpdate(table.solicited(LINK, LLA, LL_ID));
    }

    private ProxyBindingUpdate bound() {
        ProxyBindingUpdate update = solicited();
        table.acknowledged(answer(update, 0, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);
        return update;
    }

    /** Time passes; the terminal is there and says so when it is asked. */
    private List<AttachmentDecision> after(Duration duration) {
        time.advance(duration);
        return answering(table.due());
    }

    private List<AttachmentDecision> answering(List<AttachmentDecision> decisions) {
        List<AttachmentDecision> all = new ArrayList<>();
        for (AttachmentDecision decision : decisions) {
            if (decision instanceof Probe probe) {
                all.addAll(table.answered(probe.accessLink(), probe.linkLocalAddress()));
                all.addAll(table.due());
            } else {
                all.add(decision);
            }
        }
        return all;
    }

    private static long probes(List<AttachmentDecision> decisions) {
        return decisions.stream().filter(Probe.class::isInstance).count();
    }

    private static Departure departure(List<AttachmentDecision> decisions) {
        List<Departure> departures = decisions.stream()
                .filter(Left.class::isInstance)
                .map(decision -> ((Left) decision).departure())
                .toList();
        assertThat(departures).hasSize(1);
        return departures.getFirst();
    }

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
        List<AttachmentDecision> decisions = table.acknowledged(answer(solicited(), 0, Set.of(HNP)));
        AttachedTerminal terminal = new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP));
        assertThat(decisions)
                .containsExactly(
                        new Concluded(Procedure.REGISTRATION, MN, LINK, BindingStatus.ACCEPTED),
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
    void m02_acknowledgementThatAnswersNothingIsIgnored() {
        ProxyBindingUpdate first = solicited();
        ProxyBindingAcknowledgement good = answer(first, 0, Set.of(HNP));
        ProxyBindingAcknowledgement stray = new ProxyBindingAcknowledgement(
                first.sequenceNumber() + 1 & 0xffff,
                good.status(),
                good.mobileNodeIdentifier(),
                good.prefixes(),
                good.handoffIndicator(),
                good.accessTechnologyType(),
                good.linkLayerIdentifier(),
                good.lifetimeSeconds());
        assertThat(table.acknowledged(stray)).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.REGISTERING);
    }

    @Test
    void m02_lateAnswerToAnEarlierTransmissionCountsOnce() {
        ProxyBindingUpdate first = solicited();
        table.transmitted(first, 1);
        ProxyBindingUpdate second = onlyUpdate(after(Duration.ofSeconds(1)));
        table.acknowledged(answer(first, 0, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);
        assertThat(table.acknowledged(answer(second, 0, Set.of(HNP)))).hasOnlyElementsOfType(Ignored.class);
        assertThat(updates(after(Duration.ofSeconds(2)))).isEmpty();
    }

    @Test
    void m03_acknowledgementThatIsNoEchoIsIgnoredAndNothingIsRetransmitted() {
        ProxyBindingUpdate update = solicited();
        ProxyBindingAcknowledgement good = answer(update, 0, Set.of(HNP));
        ProxyBindingAcknowledgement wrong = new ProxyBindingAcknowledgement(
                good.sequenceNumber(),
                good.status(),
                new MobileNodeIdentifier("other@example.net"),
                good.prefixes(),
                good.handoffIndicator(),
                good.accessTechnologyType(),
                good.linkLayerIdentifier(),
                good.lifetimeSeconds());
        assertThat(table.acknowledged(wrong)).hasOnlyElementsOfType(Abandoned.class);
        assertThat(table.terminals()).isEmpty();
        assertThat(after(Duration.ofHours(1))).isEmpty();
        assertThat(updates(table.solicited(LINK, LLA, LL_ID))).isEmpty();
        assertThat(updates(table.linkWentDown(LINK))).isEmpty();
        assertThat(updates(table.solicited(LINK, LLA, LL_ID))).isEmpty();
    }

    /** Forwarding until its lifetime ends. */
    private void blockedWhileBound() {
        bound();
        ProxyBindingUpdate extension = onlyUpdate(after(Duration.ofSeconds(70)));
        ProxyBindingAcknowledgement good = answer(extension, 0, Set.of(HNP));
        table.acknowledged(new ProxyBindingAcknowledgement(
                good.sequenceNumber(),
                good.status(),
                new MobileNodeIdentifier("other@example.net"),
                good.prefixes(),
                good.handoffIndicator(),
                good.accessTechnologyType(),
                good.linkLayerIdentifier(),
                good.lifetimeSeconds()));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BLOCKED);
        assertThat(table.terminals()).containsExactly(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP)));
    }

    @Test
    void m03_aBlockedTerminalOnAnotherLinkIsForwardedToThereOnly() {
        blockedWhileBound();
        ProxyBindingUpdate there = onlyUpdate(table.solicited("a1", LLA, LL_ID));
        table.acknowledged(answer(there, 0, Set.of(HNP)));
        assertThat(table.terminals()).containsExactly(new AttachedTerminal("a1", LLA, LL_ID, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BLOCKED);
    }

    @Test
    void t78_theAddressOfABlockedTerminalThatForwardsIsNobodyElses() {
        blockedWhileBound();
        assertThat(table.solicited(LINK, LLA, OTHER_LL_ID)).hasOnlyElementsOfType(Ignored.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 129, 130, 152, 153, 154, 160, 200})
    void m04_refusedRegistrationAdvertisesNothing(int status) {
        List<AttachmentDecision> decisions = table.acknowledged(answer(solicited(), status, Set.of()));
        assertThat(decisions).hasOnlyElementsOfType(Concluded.class);
        assertThat(table.terminals()).isEmpty();
        assertThat(table.solicited(LINK, LLA, LL_ID)).as("held").hasOnlyElementsOfType(Ignored.class);
        assertThat(after(Duration.ofSeconds(5))).isEmpty();
        assertThat(updates(table.solicited(LINK, LLA, LL_ID)))
                .as("a later attempt")
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {135, 156, 157})
    void refusedMessageIsRepeatedWithFreshNumbers(int status) {
        ProxyBindingUpdate first = solicited();
        assertThat(table.acknowledged(answer(first, status, Set.of()))).hasOnlyElementsOfType(Ignored.class);
        ProxyBindingUpdate second = onlyUpdate(after(Duration.ofSeconds(1)));
        assertThat(second.timestamp()).isGreaterThan(first.timestamp());
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
    void anchorOutOfReachDoesNotStopForwarding() {
        bound();
        for (int i = 0; i < 600; i++) {
            after(Duration.ofSeconds(1));
        }
        assertThat(table.terminals()).hasSize(1);
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.EXTENDING);
        ProxyBindingUpdate resent = onlyUpdate(answering(table.streamCameUp(7)));
        table.acknowledged(answer(resent, 0, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);
    }

    @Test
    void m04_refusedExtensionWithdrawsTheRouter() {
        bound();
        ProxyBindingUpdate extension = onlyUpdate(after(Duration.ofSeconds(70)));
        List<AttachmentDecision> decisions = table.acknowledged(answer(extension, 152, Set.of(HNP)));
        assertThat(decisions).contains(new Withdraw(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP))));
        assertThat(table.terminals()).isEmpty();
    }

    @Test
    void anchorInTroubleDoesNotEndABinding() {
        bound();
        ProxyBindingUpdate extension = onlyUpdate(after(Duration.ofSeconds(70)));
        assertThat(table.acknowledged(answer(extension, 128, Set.of(HNP)))).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.terminals()).hasSize(1);
        assertThat(updates(after(Duration.ofSeconds(1)))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 130})
    void anchorInTroubleDoesNotCutOffATerminalThatIsRegisteredAgain(int status) {
        AttachedTerminal installed = new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP));
        ProxyBindingUpdate found = onlyUpdate(answering(table.recover(installed)));
        assertThat(table.acknowledged(answer(found, status, Set.of()))).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.terminals()).containsExactly(installed);
        ProxyBindingUpdate repeated = onlyUpdate(after(Duration.ofSeconds(1)));
        table.acknowledged(answer(repeated, 0, Set.of(HNP)));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.BOUND);

        ProxyBindingUpdate again = onlyUpdate(answering(table.registerAgain()));
        assertThat(table.acknowledged(answer(again, status, Set.of()))).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.terminals()).containsExactly(installed);
        time.advance(Duration.ofSeconds(120));
        ProxyBindingUpdate last = onlyUpdate(answering(table.due()));
        assertThat(table.acknowledged(answer(last, status, Set.of())))
                .as("nothing is left of the lifetime")
                .contains(new Withdraw(installed));
    }

    @ParameterizedTest
    @ValueSource(ints = {155, 159})
    void m06_refusedPrefixesAreNotAskedForAgain(int status) {
        bound();
        ProxyBindingUpdate extension = onlyUpdate(after(Duration.ofSeconds(70)));
        List<AttachmentDecision> decisions = table.acknowledged(answer(extension, status, Set.of(HNP)));
        ProxyBindingUpdate again = onlyUpdate(decisions);
        assertThat(again.prefixes()).containsExactly(HomeNetworkPrefix.ALL_ZERO);
        assertThat(table.terminals()).isEmpty();
        assertThat(table.acknowledged(answer(again, 155, Set.of()))).noneMatch(SendUpdate.class::isInstance);
    }

    @Test
    void t86_m08_linkDownDeregistersAndRoutesGoWithTheAnswer() {
        bound();
        ProxyBindingUpdate update = onlyUpdate(table.linkWentDown(LINK));
        assertThat(update.lifetimeSeconds()).isZero();
        assertThat(update.handoffIndicator()).isEqualTo(HANDOFF_STATE_UNKNOWN);
        assertThat(update.prefixes()).containsExactly(HNP);
        assertThat(table.terminals()).hasSize(1);
        table.acknowledged(answer(update, 0, Set.of(HNP)));
        assertThat(table.terminals()).isEmpty();
        assertThat(table.state(LINK, LL_ID)).isNull();
        assertThat(table.nextDue()).isEmpty();
    }

    @Test
    void m08_routesGoAfterOneSecondWithoutAnswerAndTheDeregistrationIsRepeatedUntilTheLifetimeEnds() {
        bound();
        table.linkWentDown(LINK);
        assertThat(updates(after(Duration.ofMillis(999)))).isEmpty();
        assertThat(table.terminals()).hasSize(1);
        assertThat(updates(after(Duration.ofMillis(1)))).hasSize(1);
        assertThat(table.terminals()).isEmpty();
        int sent = 0;
        for (int i = 0; i < 200; i++) {
            sent += updates(after(Duration.ofSeconds(1))).size();
        }
        assertThat(sent).isBetween(5, 8);
        assertThat(table.state(LINK, LL_ID)).isNull();
    }

    @Test
    void m08_aFlappingStreamDoesNotKeepRoutes() {
        bound();
        table.linkWentDown(LINK);
        int sent = 0;
        for (int i = 0; i < 11; i++) {
            after(Duration.ofMillis(100));
            sent += updates(table.streamCameUp(7)).size();
        }
        assertThat(table.terminals()).isEmpty();
        assertThat(sent).as("at most three of one mobile node in a second").isBetween(2, 4);
    }

    @Test
    void linkDownBeforeTheAnswerDeregistersAsWell() {
        ProxyBindingUpdate registration = solicited();
        ProxyBindingUpdate update = onlyUpdate(table.linkWentDown(LINK));
        assertThat(update.lifetimeSeconds()).isZero();
        assertThat(update.prefixes()).containsExactly(HomeNetworkPrefix.ALL_ZERO);
        table.acknowledged(answer(registration, 0, Set.of(HNP)));
        assertThat(table.terminals()).as("the late answer attaches nobody").isEmpty();
    }

    @Test
    void terminalThatComesBackIsAttachedAgain() {
        bound();
        ProxyBindingUpdate deregistration = onlyUpdate(table.linkWentDown(LINK));
        ProxyBindingUpdate again = solicited();
        assertThat(again.lifetimeSeconds()).isEqualTo(120);
        assertThat(table.acknowledged(answer(deregistration, 0, Set.of(HNP)))).hasOnlyElementsOfType(Ignored.class);
        table.acknowledged(answer(again, 0, Set.of(HNP)));
        assertThat(table.terminals()).hasSize(1);
    }

    @Test
    void linkDownOfAnotherLinkTouchesNobody() {
        bound();
        assertThat(table.linkWentDown("a1")).isEmpty();
        assertThat(table.terminals()).hasSize(1);
    }

    @Test
    void terminalOnAnotherLinkOfTheGatewayLeavesTheFirst() {
        bound();
        onlyUpdate(table.solicited("a1", LLA, LL_ID));
        assertThat(table.terminals()).isEmpty();
        assertThat(updates(table.linkWentDown(LINK)))
                .as("must not end the new binding")
                .isEmpty();
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
    void acceptedWithoutPrefixesAdvertisesNothing() {
        List<AttachmentDecision> decisions = table.acknowledged(answer(solicited(), 0, Set.of()));
        assertThat(decisions).noneMatch(Advertise.class::isInstance);
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
    void m09_nothingIsExtendedBeforeTheTerminalAnswered() {
        bound();
        time.advance(Duration.ofSeconds(70));
        assertThat(table.due()).containsExactly(new Probe(LINK, LLA, LL_ID));
        assertThat(table.due()).as("asked once").isEmpty();
        assertThat(table.answered(LINK, LLA)).isEmpty();
        ProxyBindingUpdate extension = onlyUpdate(table.due());
        assertThat(extension.handoffIndicator()).isEqualTo(HANDOFF_STATE_NOT_CHANGED);
    }

    @Test
    void m09_m11_silenceDeregistersInsteadOfExtending() {
        bound();
        time.advance(Duration.ofSeconds(70));
        table.due();
        List<AttachmentDecision> decisions = table.silent(LINK, LLA);
        assertThat(departure(decisions)).isEqualTo(Departure.SILENCE);
        ProxyBindingUpdate update = onlyUpdate(decisions);
        assertThat(update.lifetimeSeconds()).isZero();
        assertThat(update.handoffIndicator()).isEqualTo(HANDOFF_STATE_UNKNOWN);
    }

    @Test
    void m09_noVerdictIsNoPresence() {
        bound();
        time.advance(Duration.ofSeconds(70));
        assertThat(probes(table.due())).isEqualTo(1);
        time.advance(Duration.ofSeconds(6));
        List<AttachmentDecision> decisions = table.due();
        assertThat(departure(decisions)).isEqualTo(Departure.NOT_VERIFIABLE);
        assertThat(onlyUpdate(decisions).lifetimeSeconds()).isZero();
    }

    @Test
    void m09_retransmissionsAskFirstOnceTheTerminalWasNotSeenForAWhile() {
        solicited();
        int sent = 0;
        int asked = 0;
        for (int second = 0; second < 60; second++) {
            time.advance(Duration.ofSeconds(1));
            List<AttachmentDecision> decisions = table.due();
            sent += (int) updates(decisions).stream()
                    .filter(update -> update.lifetimeSeconds() > 0)
                    .count();
            asked += (int) probes(decisions);
        }
        assertThat(sent).as("after 1, 3 and 7 s; then nobody answered").isEqualTo(3);
        assertThat(asked).isEqualTo(1);
        assertThat(table.terminals()).isEmpty();
    }

    @Test
    void m11_aQuietTerminalIsAskedEveryNowAndThen() {
        bound();
        time.advance(PRESENCE_INTERVAL.minusSeconds(1));
        assertThat(table.due()).isEmpty();
        assertThat(table.nextDue())
                .hasValue(time.nanoTime() + Duration.ofSeconds(1).toNanos());
        time.advance(Duration.ofSeconds(1));
        assertThat(table.due()).containsExactly(new Probe(LINK, LLA, LL_ID));
        table.answered(LINK, LLA);
        time.advance(Duration.ofSeconds(20));
        assertThat(table.due()).isEmpty();
    }

    @Test
    void m11_oneFailureOfTheKernelsOwnIsConfirmedBeforeATerminalIsGivenUp() {
        bound();
        assertThat(table.silent(LINK, LLA)).containsExactly(new Probe(LINK, LLA, LL_ID));
        assertThat(table.terminals()).hasSize(1);
        assertThat(departure(table.silent(LINK, LLA))).isEqualTo(Departure.SILENCE);
    }

    @Test
    void m11_aTerminalThatIsGoneWhenTheAgentReturnsIsDeregistered() {
        table.recover(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(HNP)));
        List<AttachmentDecision> decisions = table.silent(LINK, LLA);
        assertThat(onlyUpdate(decisions).prefixes()).containsExactly(HNP);
        assertThat(onlyUpdate(decisions).lifetimeSeconds()).isZero();
        after(Duration.ofSeconds(1));
        assertThat(table.terminals()).isEmpty();
    }

    @Test
    void m10_aTerminalThatIsBackWithAnotherPrefixIsToldToForgetTheOneOfBefore() {
        HomeNetworkPrefix other = HomeNetworkPrefix.parse("2001:db8:102::/64");
        bound();
        table.detached(LINK, LL_ID);
        after(Duration.ofSeconds(2));
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.DEPARTED);
        ProxyBindingUpdate back = onlyUpdate(table.solicited(LINK, LLA, LL_ID));
        assertThat(table.acknowledged(answer(back, 0, Set.of(other))))
                .contains(new Advertise(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(other)), Set.of(HNP)));
        assertThat(table.solicited(LINK, LLA, LL_ID))
                .as("once")
                .containsExactly(new Advertise(new AttachedTerminal(LINK, LLA, LL_ID, Set.of(other))));
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
    void t86_detachDeregistersWithIndicator4AndStrayTrafficDoesNotBringItBack() {
        bound();
        List<AttachmentDecision> decisions = table.detached(LINK, LL_ID);
        assertThat(departure(decisions)).isEqualTo(Departure.TRIGGER);
        ProxyBindingUpdate update = onlyUpdate(decisions);
        assertThat(update.lifetimeSeconds()).isZero();
        assertThat(update.handoffIndicator()).isEqualTo(HANDOFF_STATE_UNKNOWN);
        assertThat(table.neighbourSeen(LINK, LLA, LL_ID)).isEmpty();
        table.acknowledged(answer(update, 0, Set.of(HNP)));
        assertThat(table.neighbourSeen(LINK, LLA, LL_ID)).isEmpty();
        assertThat(solicited().lifetimeSeconds()).isEqualTo(120);
    }

    @Test
    void aRefusedTerminalIsForgottenAfterAWhileAndStrayTrafficDoesNotBringItBack() {
        table.acknowledged(answer(solicited(), 152, Set.of(HNP)));
        time.advance(Duration.ofNanos(AttachmentLifecycle.REJECTION_HOLD + AttachmentLifecycle.REJECTION_MEMORY - 1));
        table.due();
        assertThat(table.state(LINK, LL_ID)).isEqualTo(State.REJECTED);
        time.advance(Duration.ofNanos(1));
        assertThat(table.nextDue().orElseThrow()).isEqualTo(time.nanoTime());
        assertThat(table.due()).isEmpty();
        assertThat(table.state(LINK, LL_ID)).isNull();
        assertThat(table.nextDue()).isEmpty();
        assertThat(table.neighbourSeen(LINK, LLA, LL_ID)).isEmpty();
        assertThat(solicited().lifetimeSeconds()).isEqualTo(120);
    }

    @Test
    void anAnswerIsThatOfWhoIsServedThoughWhoLeftHadTheSameAddress() {
        bound();
        table.linkWentDown(LINK);
        ProxyBindingUpdate update = onlyUpdate(table.solicited(LINK, LLA, OTHER_LL_ID));
        table.acknowledged(answer(update, 0, Set.of(prefix(2))));
        assertThat(table.state(LINK, LL_ID)).as("its de-registration waits").isNotNull();
        time.advance(PRESENCE_INTERVAL);
        assertThat(table.due()).contains(new Probe(LINK, LLA, OTHER_LL_ID));
        table.answered(LINK, LLA);
        time.advance(Duration.ofNanos(AttachmentLifecycle.PROBE_TIMEOUT));
        assertThat(table.due()).noneMatch(Left.class::isInstance);
        assertThat(table.state(LINK, OTHER_LL_ID)).isEqualTo(State.BOUND);
    }

    @Test
    void detachOfWhoIsNotThereChangesNothing() {
        assertThat(table.detached(LINK, LL_ID)).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.nextDue()).isEmpty();
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
