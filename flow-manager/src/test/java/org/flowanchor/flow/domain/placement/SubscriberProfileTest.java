package org.flowanchor.flow.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.domain.placement.World.BEST_EFFORT;
import static org.flowanchor.flow.domain.placement.World.LTE;
import static org.flowanchor.flow.domain.placement.World.LTE_ACCESS;
import static org.flowanchor.flow.domain.placement.World.VOIP;
import static org.flowanchor.flow.domain.placement.World.WLAN;
import static org.flowanchor.flow.domain.placement.World.WLAN_ACCESS;
import static org.flowanchor.flow.domain.placement.World.id;
import static org.flowanchor.flow.domain.placement.World.moves;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.PlacementFacts;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HostModel;
import org.junit.jupiter.api.Test;

/** What the subscriber profile of a mobile node allows the network to do with its flows. */
class SubscriberProfileTest {
    private static final long MEGABIT = 1_000_000;
    private static final PlacementFacts ONLY_WLAN =
            new PlacementFacts(Set.of(WLAN), HostModel.LIF, DecisionAuthority.NETWORK);
    private static final PlacementFacts ONLY_LTE =
            new PlacementFacts(Set.of(LTE), HostModel.LIF, DecisionAuthority.NETWORK);
    private static final PlacementFacts DECIDES_ITSELF =
            new PlacementFacts(Set.of(), HostModel.LIF, DecisionAuthority.MOBILE_NODE);
    private static final PlacementFacts STRONG =
            new PlacementFacts(Set.of(), HostModel.STRONG, DecisionAuthority.NETWORK);

    private final World world = new World();

    private void congestWlan() {
        for (int i = 0; i < 3; i++) {
            world.pass(1);
            world.sampled(world.sample(1, 6 * MEGABIT, WLAN_ACCESS, BEST_EFFORT));
            world.link(WLAN_ACCESS, 0.1, 8 * MEGABIT, 8 * MEGABIT);
            world.link(LTE_ACCESS, 0, 0, 20 * MEGABIT);
        }
    }

    private void assertSuppressed(List<Decision> decisions, SuppressionReason reason, String why) {
        assertThat(moves(decisions)).isEmpty();
        assertThat(decisions).singleElement().isInstanceOfSatisfying(Decision.Suppressed.class, suppressed -> {
            assertThat(suppressed.reason()).isEqualTo(reason);
            assertThat(suppressed.explanation().reason()).contains(why);
        });
        assertThat(world.state.explanations(id(1)).getLast().reason()).contains(why);
    }

    @Test
    void withoutRestrictionTheSameCongestionMovesTheFlow() {
        congestWlan();
        assertThat(moves(world.place())).hasSize(1);
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
    }

    @Test
    void aFlowNeverOverflowsToAnAccessTheProfileDoesNotAllow() {
        world.profile(ONLY_WLAN);
        congestWlan();
        assertSuppressed(
                world.place(),
                SuppressionReason.ACCESS_NOT_ALLOWED,
                "the profile of mobile node mn1@example.org does not allow E_UTRAN");
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
    }

    @Test
    void aClassResolvesToAllowedAccessesOnly() {
        world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        world.profile(ONLY_LTE);
        assertThat(world.state.mobileNode(world.flow(1)).orElseThrow().resolve(List.of(WLAN, LTE)))
                .hasValue(LTE_ACCESS);
        assertThat(world.state.mobileNode(world.flow(1)).orElseThrow().resolve(List.of()))
                .as("the binding route, too, takes an allowed access first")
                .hasValue(LTE_ACCESS);
    }

    @Test
    void aLoneForbiddenAccessStillCarriesWhatElseWouldBeLost() {
        world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        world.profile(ONLY_LTE);
        world.detach(LTE_ACCESS, 2);
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.place()).isEmpty();
    }

    @Test
    void aChangedProfileEndsAnOverflowToWhatItForbids() {
        congestWlan();
        world.place();
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);

        world.profile(ONLY_WLAN);

        assertThat(world.place()).singleElement().isInstanceOfSatisfying(Decision.Follow.class, follow -> {
            assertThat(follow.cause()).isEqualTo(MoveCause.POLICY);
            assertThat(follow.explanation().reason()).contains("does not allow E_UTRAN");
        });
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.state.exceptions()).isEmpty();
    }

    @Test
    void aChangedProfileEndsEvenAPinToWhatItForbidsAndKeepsItForLater() {
        world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        world.state.move(id(1), LTE, Optional.empty(), world.now);
        world.state.enforced(id(1), world.now);
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);

        world.profile(ONLY_WLAN);
        world.place();
        assertThat(world.current(1)).isEqualTo(WLAN_ACCESS);
        assertThat(world.place()).as("the pin does not fight the profile").isEmpty();

        world.profile(PlacementFacts.UNRESTRICTED);
        world.place();
        assertThat(world.current(1)).isEqualTo(LTE_ACCESS);
    }

    @Test
    void f01_noFlowOfANodeThatDecidesItselfIsMoved() {
        world.profile(DECIDES_ITSELF);
        congestWlan();
        assertSuppressed(
                world.place(),
                SuppressionReason.DECISION_AUTHORITY,
                "mobile node mn1@example.org decides itself which access carries its flows");
    }

    @Test
    void f01_classesDoNotSteerANodeThatDecidesItself() {
        world.profile(DECIDES_ITSELF);
        world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, VOIP));
        assertThat(world.current(1))
                .as("the binding route, not LTE as its class wants")
                .isEqualTo(WLAN_ACCESS);
    }

    @Test
    void f01_anOperatorDoesNotMoveFlowsOfANodeThatDecidesItself() {
        world.profile(DECIDES_ITSELF);
        world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        assertThat(world.state.move(id(1), LTE, Optional.empty(), world.now))
                .isEqualTo(new MoveResult.NotAllowed(
                        "mobile node mn1@example.org decides itself which access carries its flows"));
        assertThat(world.flow(1).pin()).isEmpty();
    }

    @Test
    void t93_noFlowOfAStrongHostIsMoved() {
        world.profile(STRONG);
        congestWlan();
        assertSuppressed(
                world.place(), SuppressionReason.HOST_MODEL, "drops packets whose address is another interface's");
        assertThat(world.state.move(id(1), LTE, Optional.empty(), world.now))
                .isInstanceOfSatisfying(
                        MoveResult.NotAllowed.class,
                        refused -> assertThat(refused.why()).contains("strong host"));
    }

    @Test
    void anOperatorDoesNotMoveAFlowToAnAccessTheProfileDoesNotAllow() {
        world.profile(ONLY_WLAN);
        world.sampled(world.sample(1, MEGABIT, WLAN_ACCESS, BEST_EFFORT));
        assertThat(world.state.move(id(1), LTE, Optional.empty(), world.now))
                .isEqualTo(
                        new MoveResult.NotAllowed("the profile of mobile node mn1@example.org does not allow E_UTRAN"));
        assertThat(world.state.move(id(1), WLAN, Optional.empty(), world.now)).isInstanceOf(MoveResult.Unmoved.class);
    }

    @Test
    void theBindingThatChangedLastKnowsTheProfileBest() {
        world.profile(ONLY_WLAN);
        assertThat(world.state
                        .bindings()
                        .nodeOf(World.tuple(1).destinationAddress())
                        .orElseThrow()
                        .facts())
                .isEqualTo(ONLY_WLAN);
    }

    /** Whatever the load, the profile and the operator do: no exception ever stands against the profile after placement has run. */
    @Test
    void underRandomTracesNoFlowIsPlacedAgainstItsProfile() {
        List<PlacementFacts> profiles =
                List.of(PlacementFacts.UNRESTRICTED, ONLY_WLAN, ONLY_LTE, DECIDES_ITSELF, STRONG);
        int diverted = 0;
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            World trace = new World();
            PlacementFacts facts = PlacementFacts.UNRESTRICTED;
            for (int step = 0; step < 120; step++) {
                trace.pass(1);
                if (random.nextInt(15) == 0) {
                    facts = profiles.get(random.nextInt(profiles.size()));
                    trace.profile(facts);
                }
                for (int port = 1; port <= 3; port++) {
                    trace.sampled(trace.sample(
                            port,
                            random.nextInt(8) * MEGABIT,
                            trace.state.flows().find(id(port)).isPresent() ? trace.current(port) : WLAN_ACCESS,
                            random.nextBoolean() ? BEST_EFFORT : VOIP));
                }
                trace.link(WLAN_ACCESS, random.nextInt(3) * 0.1, 8 * MEGABIT, 8 * MEGABIT);
                trace.link(LTE_ACCESS, random.nextInt(4) == 0 ? 0.2 : 0, 0, 20 * MEGABIT);
                if (random.nextInt(10) == 0) {
                    AccessTechnologyType wanted = random.nextBoolean() ? WLAN : LTE;
                    int port = 1 + random.nextInt(3);
                    trace.state.move(id(port), wanted, Optional.empty(), trace.now);
                    trace.state.enforced(id(port), trace.now);
                }
                trace.place();
                PlacementFacts now = facts;
                for (var exception : trace.state.exceptions().entrySet()) {
                    AccessTechnologyType type =
                            exception.getValue().equals(WLAN_ACCESS.proxyCareOfAddress()) ? WLAN : LTE;
                    assertThat(now.steerable() && now.allows(type))
                            .as("seed %d step %d: %s on %s with %s", seed, step, exception.getKey(), type, now)
                            .isTrue();
                    diverted++;
                }
            }
        }
        assertThat(diverted).as("the traces do divert flows").isPositive();
    }
}
