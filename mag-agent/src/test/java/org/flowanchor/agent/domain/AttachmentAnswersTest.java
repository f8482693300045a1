package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.prefix;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.Abandoned;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Concluded;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an acknowledgement does to an attachment, and what its absence does. */
class AttachmentAnswersTest extends AttachmentTableScene {
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
    void acceptedWithoutPrefixesAdvertisesNothing() {
        List<AttachmentDecision> decisions = table.acknowledged(answer(solicited(), 0, Set.of()));
        assertThat(decisions).noneMatch(Advertise.class::isInstance);
        assertThat(table.terminals()).isEmpty();
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
}
