package org.flowanchor.flow.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.domain.placement.World.LTE_ACCESS;
import static org.flowanchor.flow.domain.placement.World.NODE;
import static org.flowanchor.flow.domain.placement.World.PREFIX;

import java.util.List;
import java.util.Map;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix;
import org.flowanchor.flow.domain.cache.FlowMobilePrefix.State;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.junit.jupiter.api.Test;

/** Prefixes that an earlier owner of the anchor asked gateways to carry (RFC 7864 section 3.2.2). The world's prefix is WLAN's alone. */
class EarlierOwnerTest {
    private static final HomeNetworkPrefix LTE_PREFIX = HomeNetworkPrefix.parse("2001:db8:100:2::/64");
    private static final CarriedPrefix AT_LTE = new CarriedPrefix(NODE, PREFIX, LTE_ACCESS.proxyCareOfAddress());

    private static World successor(State state, boolean asked) {
        World successor = new World();
        lteCarries(successor, state, asked);
        return successor;
    }

    private static void lteCarries(World where, State state, boolean asked) {
        where.bind(
                NODE,
                LTE_PREFIX,
                List.of(new FlowMobilePrefix(PREFIX, state, where.now, "", asked)),
                LTE_ACCESS,
                2,
                true);
    }

    @Test
    void t40_afterARestartThePrefixIsHeldAndNothingMoves() {
        World restarted = successor(State.IDLE, false);
        restarted.state.adopt(Map.of(World.tuple(1), LTE_ACCESS.proxyCareOfAddress()), restarted.now);
        assertThat(restarted.state.place(restarted.now)).isEmpty();
        assertThat(restarted.current(1)).isEqualTo(LTE_ACCESS);
        assertThat(restarted.state.prefixQuestions()).containsExactly(new PrefixQuestion.Prepare(AT_LTE));
    }

    @Test
    void f19_whatAnEarlierOwnerAskedForAndNoFlowNeedsIsGivenUpOnce() {
        World successor = successor(State.PREPARED, true);
        successor.state.adopt(Map.of(), successor.now);
        PrefixQuestion release = new PrefixQuestion.Release(AT_LTE);
        assertThat(successor.state.prefixQuestions()).containsExactly(release);
        successor.state.answered(release, new PrefixAnswer.Taken(), successor.now);
        assertThat(successor.state.prefixQuestions())
                .as("the anchor's event is still on its way")
                .isEmpty();
        lteCarries(successor, State.IDLE, false);
        assertThat(successor.state.prefixQuestions()).isEmpty();
    }

    @Test
    void f19_whatAFlowOfTheEarlierOwnerUsesIsHeldAndNotGivenUp() {
        World successor = successor(State.PREPARED, true);
        successor.state.adopt(Map.of(World.tuple(1), LTE_ACCESS.proxyCareOfAddress()), successor.now);
        PrefixQuestion prepare = new PrefixQuestion.Prepare(AT_LTE);
        assertThat(successor.state.prefixQuestions()).containsExactly(prepare);
        successor.state.answered(prepare, new PrefixAnswer.Taken(), successor.now);
        assertThat(successor.state.prefixQuestions()).isEmpty();
        assertThat(successor.current(1)).isEqualTo(LTE_ACCESS);
    }

    @Test
    void f19_whatTheEarlierOwnerWasWaitingForIsGivenUpWhenItComes() {
        World successor = successor(State.PREPARING, true);
        successor.state.adopt(Map.of(), successor.now);
        assertThat(successor.state.prefixQuestions()).isEmpty();
        lteCarries(successor, State.PREPARED, true);
        assertThat(successor.state.prefixQuestions()).containsExactly(new PrefixQuestion.Release(AT_LTE));

        World failed = successor(State.PREPARING, true);
        failed.state.adopt(Map.of(), failed.now);
        assertThat(failed.state.prefixQuestions()).isEmpty();
        lteCarries(failed, State.FAILED, false);
        assertThat(failed.state.prefixQuestions()).isEmpty();
        lteCarries(failed, State.PREPARED, true);
        assertThat(failed.state.prefixQuestions())
                .as("asked for anew by somebody")
                .isEmpty();
    }

    @Test
    void t06_whatCameWithTheAttachmentIsNoEarlierOwnersToGiveUp() {
        World successor = successor(State.PREPARED, false);
        successor.state.adopt(Map.of(), successor.now);
        assertThat(successor.state.prefixQuestions()).isEmpty();
    }
}
