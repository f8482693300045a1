package org.flowanchor.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.mobility.HandoffIndicator.HANDOFF_STATE_NOT_CHANGED;
import static org.flowanchor.mobility.HandoffIndicator.HANDOFF_STATE_UNKNOWN;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.flowanchor.agent.domain.Attachment.State;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

/** Whether a terminal is there, and what becomes of one that left. */
class PresenceTest extends AttachmentTableScene {
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
    void detachOfWhoIsNotThereChangesNothing() {
        assertThat(table.detached(LINK, LL_ID)).hasOnlyElementsOfType(Ignored.class);
        assertThat(table.nextDue()).isEmpty();
    }
}
