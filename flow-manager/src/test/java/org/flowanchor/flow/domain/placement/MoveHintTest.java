package org.flowanchor.flow.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.flow.domain.placement.World.BEST_EFFORT;
import static org.flowanchor.flow.domain.placement.World.LTE_ACCESS;
import static org.flowanchor.flow.domain.placement.World.NODE;
import static org.flowanchor.flow.domain.placement.World.PREFIX;
import static org.flowanchor.flow.domain.placement.World.VOIP;
import static org.flowanchor.flow.domain.placement.World.WLAN_ACCESS;
import static org.flowanchor.flow.domain.placement.World.id;
import static org.flowanchor.flow.domain.placement.World.moves;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.PlacementFacts;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

/** What somebody near the terminal says about a flow is looked at like congestion, and decides nothing. */
class MoveHintTest {
    private static final long MEGABIT = 1_000_000;
    private static final AccessTechnologyType WLAN = WLAN_ACCESS.accessTechnologyType();
    private static final AccessTechnologyType LTE = LTE_ACCESS.accessTechnologyType();
    private static final MoveHint.Reporter GATEWAY = new MoveHint.Reporter("mag1");
    private final World world = new World();

    private HintResult hint(int port, AccessTechnologyType to) {
        return world.state.hint(id(port), to, GATEWAY, Optional.empty(), Optional.empty(), world.now);
    }

    /** Both accesses without loss. */
    private void calm(long lteRate, long lteCapacity) {
        world.pass(1);
        world.sampled(
                world.sample(
                        1,
                        6 * MEGABIT,
                        world.state
                                .flows()
                                .find(id(1))
                                .map(flow -> world.current(1))
                                .orElse(WLAN_ACCESS),
                        BEST_EFFORT),
                world.sample(3, MEGABIT / 10, LTE_ACCESS, VOIP));
        world.link(WLAN_ACCESS, 0, 6 * MEGABIT, 20 * MEGABIT);
        world.link(LTE_ACCESS, 0, lteRate, lteCapacity);
    }

    private void assertSuppressed(SuppressionReason reason) {
        List<Decision> decisions = world.place();
        assertThat(moves(decisions)).isEmpty();
        assertThat(decisions)
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Suppressed.class,
                        suppressed -> assertThat(suppressed.reason()).isEqualTo(reason));
        assertThat(world.state.explanations(id(1)).getLast().reason()).contains("hinted to", "mag1");
    }

    @Test
    void t28_aHintAloneChangesNothing() {
        calm(0, 20 * MEGABIT);
        assertThat(world.place()).isEmpty();
        assertThat(hint(1, LTE)).isInstanceOf(HintResult.Taken.class);
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.state.hasChangedExceptions()).isFalse();
        assertThat(world.state.prefixQuestions()).isEmpty();
    }

    @Test
    void t83_aHintTakesTheSameWayAsCongestionAndIsExplained() {
        calm(0, 20 * MEGABIT);
        hint(1, LTE);
        assertThat(moves(world.place())).singleElement().isInstanceOfSatisfying(Decision.Divert.class, divert -> {
            assertThat(divert.flow()).isEqualTo(id(1));
            assertThat(divert.to()).isEqualTo(LTE_ACCESS);
            assertThat(divert.cause()).isEqualTo(MoveCause.QOS);
        });
        assertThat(world.state.explanations(id(1)).getLast().reason())
                .isEqualTo("hinted to " + LTE + " by mag1; next is " + LTE_ACCESS);
        assertThat(world.flow(1).moves()).isEqualTo(1);
        world.pass(World.LIMITS.holdTime().toSeconds());
        calm(6 * MEGABIT, 20 * MEGABIT);
        assertThat(moves(world.place()))
                .as("the hint is over, and the access its class prefers is fit")
                .singleElement()
                .isInstanceOf(Decision.Follow.class);
    }

    @Test
    void t50_aFlowStaysWhereAHintWantsItAsLongAsThatCounts() {
        calm(0, 20 * MEGABIT);
        world.pass(5 * 3600);
        int moved = 0;
        for (int second = 0; second < 1800; second++) {
            calm(0, 20 * MEGABIT);
            if (second % 10 == 0) {
                hint(1, LTE);
            }
            moved += moves(world.place()).size();
        }
        assertThat(moved).isEqualTo(1);
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
    }

    @Test
    void t50_theWaitForTheWayBackCountsFromWhenTheFlowLeft() {
        calm(0, 20 * MEGABIT);
        world.pass(5 * 3600);
        int moved = 0;
        for (int second = 0; second < 1800; second++) {
            calm(0, 20 * MEGABIT);
            // Each hint is over before the next one, so that the flow comes back in between.
            if (second % 60 == 0) {
                hint(1, LTE);
            }
            moved += moves(world.place()).size();
        }
        assertThat(moved).isBetween(2, 13);
    }

    @Test
    void t83_anUnknownFlowOrOneOfAnotherNodeIsSaidToBe() {
        calm(0, 20 * MEGABIT);
        assertThat(hint(9, LTE)).isInstanceOf(HintResult.UnknownFlow.class);
        MobileNodeIdentifier somebody = new MobileNodeIdentifier("somebody@example.org");
        assertThat(world.state.hint(id(1), LTE, GATEWAY, Optional.of(somebody), Optional.empty(), world.now))
                .isEqualTo(new HintResult.AnotherNodesFlow(Optional.of(NODE), Optional.of(PREFIX)));
        HomeNetworkPrefix other = HomeNetworkPrefix.parse("2001:db8:100:9::/64");
        assertThat(world.state.hint(id(1), LTE, GATEWAY, Optional.of(NODE), Optional.of(other), world.now))
                .isInstanceOf(HintResult.AnotherNodesFlow.class);
        assertThat(world.place()).isEmpty();
        assertThat(world.state.hint(id(1), LTE, GATEWAY, Optional.of(NODE), Optional.of(PREFIX), world.now))
                .isInstanceOf(HintResult.Taken.class);
        assertThat(moves(world.place())).hasSize(1);
    }

    @Test
    void t28_policyGoesBeforeAHint() {
        calm(0, 20 * MEGABIT);
        world.state.apply(World.policies(SteeringMode.ACTIVE_STANDBY), world.now);
        hint(1, LTE);
        assertSuppressed(SuppressionReason.NOT_IN_RULE);
        world.state.apply(World.policies(SteeringMode.PRIORITY_BASED), world.now);
        hint(1, AccessTechnologyType.parse("IEEE_802_3"));
        assertThat(world.place()).as("told a moment ago").isEmpty();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
    }

    @Test
    void f01_ofANodeThatDecidesItselfNoFlowIsMovedByAHint() {
        calm(0, 20 * MEGABIT);
        world.profile(new PlacementFacts(Set.of(), HostModel.LIF, DecisionAuthority.MOBILE_NODE));
        hint(1, LTE);
        assertSuppressed(SuppressionReason.DECISION_AUTHORITY);
    }

    @Test
    void t28_anAccessWithoutRoomIsNoPlaceToGoWhateverTheHint() {
        calm(18 * MEGABIT, 20 * MEGABIT);
        hint(1, LTE);
        assertSuppressed(SuppressionReason.NO_CAPACITY);
    }

    @Test
    void t28_aHintWaitsForTheHoldTimeAndNoLonger() {
        calm(0, 20 * MEGABIT);
        hint(1, LTE);
        assertThat(moves(world.place())).hasSize(1);
        hint(1, WLAN);
        for (int second = 0; second < 29; second++) {
            calm(6 * MEGABIT, 20 * MEGABIT);
            assertThat(moves(world.place())).as("second %d", second).isEmpty();
        }
        hint(1, WLAN);
        calm(6 * MEGABIT, 20 * MEGABIT);
        assertThat(moves(world.place())).hasSize(1);
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.state.explanations(id(1)).getLast().reason())
                .startsWith("hinted to " + WLAN_ACCESS + " by mag1");
    }

    @Test
    void t28_aHintExpires() {
        calm(18 * MEGABIT, 20 * MEGABIT);
        hint(1, LTE);
        assertSuppressed(SuppressionReason.NO_CAPACITY);
        for (int second = 0; second < 30; second++) {
            calm(18 * MEGABIT, 20 * MEGABIT);
            assertThat(moves(world.place())).isEmpty();
        }
        calm(0, 20 * MEGABIT);
        assertThat(world.place())
                .as("there is room now, and nobody says anything any more")
                .isEmpty();
    }

    @Test
    void aReporterHasAPrintableName() {
        for (String wrong : new String[] {"", "a\nb", "x".repeat(65)}) {
            assertThatThrownBy(() -> new MoveHint.Reporter(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
