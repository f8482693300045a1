package org.flowanchor.flow.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.domain.placement.World.BEST_EFFORT;
import static org.flowanchor.flow.domain.placement.World.LTE_ACCESS;
import static org.flowanchor.flow.domain.placement.World.VOIP;
import static org.flowanchor.flow.domain.placement.World.WLAN_ACCESS;
import static org.flowanchor.flow.domain.placement.World.id;
import static org.flowanchor.flow.domain.placement.World.moves;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.Test;

class OverflowTest {
    private static final long MEGABIT = 1_000_000;
    private final World world = new World();

    /** Two seconds of loss on WLAN while port 1 takes 6 and port 2 takes 2 Mbit/s. */
    private void congestWlan(long lteRate, long lteCapacity) {
        for (int i = 0; i < 2; i++) {
            world.pass(1);
            world.sampled(
                    world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT),
                    world.sample(2, 2 * MEGABIT, WLAN_ACCESS, BEST_EFFORT),
                    world.sample(3, MEGABIT / 10, LTE_ACCESS, VOIP));
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0, lteRate, lteCapacity);
        }
    }

    @Test
    void t49_exactlyOneMoveAndItIsTheFlowOfHighestDemand() {
        congestWlan(0, 20 * MEGABIT);
        List<Decision> decisions = world.place();
        assertThat(moves(decisions)).singleElement().isInstanceOfSatisfying(Decision.Divert.class, divert -> {
            assertThat(divert.flow()).isEqualTo(id(1));
            assertThat(divert.from()).isEqualTo(WLAN_ACCESS);
            assertThat(divert.to()).isEqualTo(LTE_ACCESS);
            assertThat(divert.cause()).isEqualTo(MoveCause.QOS);
        });
        assertThat(world.state.exceptions()).containsOnlyKeys(World.tuple(1));
        world.pass(1);
        assertThat(moves(world.place())).as("within the settle time").isEmpty();
    }

    @Test
    void nobodyElseLeavesAnAccessThatRecovers() {
        congestWlan(0, 20 * MEGABIT);
        world.place();
        for (int second = 0; second < 4; second++) {
            world.pass(1);
            world.sampled(world.sample(2, 2 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0.04, 2 * MEGABIT, 8 * MEGABIT);
            assertThat(world.place()).isEmpty();
        }
    }

    @Test
    void t49_aSecondMoveComesOnlyAfterTheSettleTime() {
        congestWlan(0, 20 * MEGABIT);
        world.place();
        for (int second = 1; second <= 3; second++) {
            world.pass(1);
            world.sampled(
                    world.sample(1, 6 * MEGABIT, LTE_ACCESS, BEST_EFFORT),
                    world.sample(2, 2 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0, 6 * MEGABIT, 20 * MEGABIT);
            assertThat(moves(world.place())).hasSize(second == 3 ? 1 : 0);
        }
    }

    @Test
    void t49_demandIsTheHighestRateOfTheLastTenSeconds() {
        world.sampled(
                world.sample(2, 7 * MEGABIT, WLAN_ACCESS, BEST_EFFORT),
                world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        congestWlan(0, 20 * MEGABIT);
        assertThat(moves(world.place())).extracting(Decision::flow).containsExactly(id(2));
    }

    @Test
    void t49_tieGoesToTheLowestFlowId() {
        for (int i = 0; i < 2; i++) {
            world.pass(1);
            world.sampled(
                    world.sample(1, 3 * MEGABIT, WLAN_ACCESS, BEST_EFFORT),
                    world.sample(2, 3 * MEGABIT, WLAN_ACCESS, BEST_EFFORT),
                    world.sample(3, 3 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0.1, 9 * MEGABIT, 8 * MEGABIT);
        }
        FlowId lowest = Stream.of(id(1), id(2), id(3)).sorted().findFirst().orElseThrow();
        assertThat(moves(world.place())).extracting(Decision::flow).containsExactly(lowest);
    }

    @Test
    void t49_noOtherAccessMeansNoMoveAndAVisibleSuppression() {
        world.detach(LTE_ACCESS, 2);
        congestWlan(0, 20 * MEGABIT);
        List<Decision> decisions = world.place();
        assertThat(moves(decisions)).isEmpty();
        assertThat(decisions)
                .allSatisfy(decision -> assertThat(decision)
                        .isInstanceOfSatisfying(
                                Decision.Suppressed.class,
                                suppressed ->
                                        assertThat(suppressed.reason()).isEqualTo(SuppressionReason.NO_ALTERNATIVE)));
        assertThat(world.state.explanations(id(1))).singleElement().satisfies(explanation -> {
            assertThat(explanation.outcome()).isEqualTo(Explanation.Outcome.SUPPRESSED);
            assertThat(explanation.figures())
                    .containsEntry("packetLossRatio", "0.1")
                    .containsEntry("suppressed", "NO_ALTERNATIVE");
        });
        assertThat(world.place()).as("counted once per settle time").isEmpty();
    }

    @Test
    void t49_congestedAlternativeMeansNoMove() {
        for (int i = 0; i < 2; i++) {
            world.pass(1);
            world.sampled(world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0.2, 0, 0);
        }
        assertThat(world.place())
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Suppressed.class,
                        suppressed -> assertThat(suppressed.reason()).isEqualTo(SuppressionReason.TARGET_CONGESTED));
    }

    @Test
    void aFlowThatDoesNotFitStaysAndASmallerOneLeaves() {
        congestWlan(4 * MEGABIT, 10 * MEGABIT);
        List<Decision> decisions = world.place();
        assertThat(moves(decisions)).extracting(Decision::flow).containsExactly(id(2));
        assertThat(decisions)
                .filteredOn(Decision.Suppressed.class::isInstance)
                .singleElement()
                .satisfies(decision ->
                        assertThat(((Decision.Suppressed) decision).reason()).isEqualTo(SuppressionReason.NO_CAPACITY));
    }

    @Test
    void activeStandbyStaysOnItsCongestedAccess() {
        world.state.apply(World.policies(SteeringMode.ACTIVE_STANDBY), world.now);
        congestWlan(0, 20 * MEGABIT);
        assertThat(world.place()).isEmpty();
    }

    @Test
    void aPinnedFlowIsNeverMovedByLoad() {
        world.sampled(world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        assertThat(world.state.move(id(1), World.WLAN, Optional.empty(), world.now))
                .isInstanceOf(MoveResult.Unmoved.class);
        congestWlan(0, 20 * MEGABIT);
        assertThat(moves(world.place())).extracting(Decision::flow).containsExactly(id(2));
    }

    @Test
    void twoElephantsDoNotFillTheSameRoomAtOnce() {
        var other = new org.flowanchor.mobility.MobileNodeIdentifier("mn2@example.org");
        var otherPrefix = org.flowanchor.mobility.HomeNetworkPrefix.parse("2001:db8:100:2::/64");
        var secondWlan = new org.flowanchor.flow.domain.Access(
                org.flowanchor.mobility.ProxyCareOfAddress.parse("2001:db8:b::13"), AccessTechnologyType.IEEE_802_11);
        world.bind(other, otherPrefix, secondWlan, 1, true);
        world.bind(other, otherPrefix, LTE_ACCESS, 2, true);
        var second = new org.flowanchor.mobility.FiveTuple(
                World.tuple(1).sourceAddress(),
                org.flowanchor.mobility.Ipv6Address.parse("2001:db8:100:2::2"),
                6,
                443,
                1);
        for (int i = 0; i < 2; i++) {
            world.pass(1);
            world.sampled(
                    world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT),
                    new FlowSamples.FlowSample(
                            second,
                            100,
                            6 * MEGABIT / 8,
                            Optional.of(secondWlan.proxyCareOfAddress()),
                            Optional.of(BEST_EFFORT)));
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            world.link(secondWlan, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0, 0, 10 * MEGABIT);
        }
        assertThat(moves(world.place())).hasSize(1);
    }

    private void quietSeconds(int seconds, long wlanRate, long flowRate) {
        for (int i = 0; i < seconds; i++) {
            world.pass(1);
            world.sampled(world.sample(1, flowRate, LTE_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0, wlanRate, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0, flowRate, 20 * MEGABIT);
            assertThat(moves(world.place())).as("second %d", i).isEmpty();
        }
    }

    @Test
    void anOverflowedFlowComesBackWhenItsAccessIsFitAndTheHoldTimeIsOver() {
        congestWlan(0, 20 * MEGABIT);
        world.place();
        quietSeconds(29, MEGABIT, 3 * MEGABIT);
        world.pass(1);
        world.sampled(world.sample(1, 3 * MEGABIT, LTE_ACCESS, BEST_EFFORT));
        world.link(WLAN_ACCESS, 0, MEGABIT, 8 * MEGABIT);
        assertThat(moves(world.place())).singleElement().isInstanceOfSatisfying(Decision.Follow.class, follow -> {
            assertThat(follow.to()).contains(WLAN_ACCESS);
            assertThat(follow.cause()).isEqualTo(MoveCause.POLICY);
        });
        assertThat(world.state.exceptions()).isEmpty();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
    }

    @Test
    void anOverflowedFlowDoesNotComeBackBecauseTheAgentOfItsCongestedAccessFellSilent() {
        congestWlan(0, 20 * MEGABIT);
        world.place();
        for (int second = 0; second < 60; second++) {
            world.pass(1);
            world.sampled(world.sample(1, 3 * MEGABIT, LTE_ACCESS, BEST_EFFORT));
            world.tunnel(WLAN_ACCESS, 0, 8 * MEGABIT);
            if (second < 40) {
                world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            }
            world.link(LTE_ACCESS, 0, 3 * MEGABIT, 20 * MEGABIT);
            assertThat(moves(world.place())).as("second %d", second).isEmpty();
        }
    }

    @Test
    void anOverflowedFlowStaysWhileItsAccessHasNoRoomForItAndMore() {
        congestWlan(0, 20 * MEGABIT);
        world.place();
        quietSeconds(60, 2 * MEGABIT, 5 * MEGABIT);
        assertThat(world.state.explanations(id(1)))
                .anySatisfy(
                        explanation -> assertThat(explanation.figures()).containsEntry("suppressed", "NO_CAPACITY"));
    }

    private static final Access FIXED_ACCESS =
            new Access(ProxyCareOfAddress.parse("2001:db8:b::13"), AccessTechnologyType.IEEE_802_3);

    /** Best effort may go on to a third access. */
    private void attachFixed() {
        world.attach(FIXED_ACCESS, 3);
        List<AccessTechnologyType> order = List.of(World.WLAN, World.LTE, AccessTechnologyType.IEEE_802_3);
        world.state.apply(
                OffloadPolicies.of(List.of(new OffloadPolicy(
                        "offload",
                        2,
                        true,
                        10,
                        List.of("default"),
                        List.of(new SteeringRule(
                                "best-effort",
                                List.of(),
                                SteeringMode.PRIORITY_BASED,
                                order,
                                OptionalDouble.empty()))))),
                world.now);
    }

    @Test
    void anOverflowedFlowLeavesItsSecondAccessForTheThirdWhenTheFirstHasNoRoomForIt() {
        attachFixed();
        congestWlan(0, 20 * MEGABIT);
        world.place();
        quietSeconds(40, 4 * MEGABIT, 5 * MEGABIT);
        for (int second = 0; second < 2; second++) {
            world.pass(1);
            world.sampled(world.sample(1, 5 * MEGABIT, LTE_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0, 4 * MEGABIT, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0.1, 5 * MEGABIT, 5 * MEGABIT);
            world.link(FIXED_ACCESS, 0, 0, 20 * MEGABIT);
        }
        assertThat(moves(world.place())).singleElement().isInstanceOfSatisfying(Decision.Divert.class, divert -> {
            assertThat(divert.from()).isEqualTo(LTE_ACCESS);
            assertThat(divert.to()).isEqualTo(FIXED_ACCESS);
        });
    }

    @Test
    void anOverflowedFlowIsHintedToTheThirdAccessWhenTheFirstHasNoRoomForIt() {
        attachFixed();
        congestWlan(0, 20 * MEGABIT);
        world.place();
        quietSeconds(40, 4 * MEGABIT, 5 * MEGABIT);
        world.state.hint(
                id(1),
                AccessTechnologyType.IEEE_802_3,
                MoveHint.Reporter.UNNAMED,
                Optional.empty(),
                Optional.empty(),
                world.now);
        assertThat(moves(world.place()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Divert.class, divert -> assertThat(divert.to()).isEqualTo(FIXED_ACCESS));
    }

    @Test
    void theMoveBudgetEndsAutomaticMovesAndIsVisible() {
        PlacementLimits limits = new PlacementLimits(
                0.05,
                World.LIMITS.settleTime(),
                World.LIMITS.returnAfter(),
                World.LIMITS.holdTime(),
                0,
                World.LIMITS.prepareTimeout());
        congestWlan(0, 20 * MEGABIT);
        List<Decision> decisions = Placement.place(
                new PlacementView(
                        world.state.flows().flows(),
                        world.state.bindings(),
                        World.policies(SteeringMode.PRIORITY_BASED),
                        world.state.loads(),
                        java.util.Map.of(),
                        0,
                        Preparations.NONE,
                        java.util.Map.of(),
                        limits),
                world.now);
        assertThat(decisions)
                .singleElement()
                .isInstanceOfSatisfying(
                        Decision.Suppressed.class,
                        suppressed -> assertThat(suppressed.reason()).isEqualTo(SuppressionReason.MOVE_BUDGET));
    }

    @Test
    void theSameViewGivesTheSameDecisions() {
        congestWlan(0, 20 * MEGABIT);
        PlacementView view = new PlacementView(
                world.state.flows().flows(),
                world.state.bindings(),
                World.policies(SteeringMode.PRIORITY_BASED),
                world.state.loads(),
                java.util.Map.of(),
                0,
                Preparations.NONE,
                java.util.Map.of(),
                World.LIMITS);
        assertThat(Placement.place(view, world.now))
                .isEqualTo(Placement.place(view, world.now))
                .isNotEmpty();
    }
}
