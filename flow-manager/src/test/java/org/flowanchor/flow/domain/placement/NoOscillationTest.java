package org.flowanchor.flow.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.flow.domain.placement.World.BEST_EFFORT;
import static org.flowanchor.flow.domain.placement.World.LTE_ACCESS;
import static org.flowanchor.flow.domain.placement.World.WLAN_ACCESS;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** T-50: under any load trace, at most one automatic move per flow per hold time, and no going back and forth. */
class NoOscillationTest {
    private static final long MEGABIT = 1_000_000;
    private static final List<Access> ACCESSES = List.of(WLAN_ACCESS, LTE_ACCESS);
    private static final int FLOWS = 12;
    private static final int SECONDS = 900;

    @TestFactory
    Stream<DynamicTest> t50_atMostOneAutomaticMovePerFlowPerHoldTimeUnderRandomTraces() {
        return LongStream.range(0, 60)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> randomTrace(new Random(seed))));
    }

    /** Loss, rates, capacities, bindings and hints jump at random, regardless of where the flows are. */
    private static void randomTrace(Random random) {
        World world = new World();
        Map<FlowId, Instant> lastMove = new HashMap<>();
        boolean wlan = true;
        boolean lte = true;
        for (int second = 0; second < SECONDS; second++) {
            world.pass(1);
            if (random.nextInt(40) == 0) {
                wlan = !wlan;
                world.bind(World.NODE, World.PREFIX, WLAN_ACCESS, 1, wlan);
            }
            if (random.nextInt(60) == 0) {
                lte = !lte;
                world.bind(World.NODE, World.PREFIX, LTE_ACCESS, 2, lte);
            }
            List<FlowSamples.FlowSample> samples = new ArrayList<>();
            for (int port = 1; port <= FLOWS; port++) {
                if (random.nextInt(5) > 0) {
                    Access carrier = world.state
                            .flows()
                            .find(World.id(port))
                            .flatMap(world.state::current)
                            .orElse(WLAN_ACCESS);
                    samples.add(world.sample(port, random.nextLong(8 * MEGABIT), carrier, BEST_EFFORT));
                }
            }
            world.sampled(samples.toArray(FlowSamples.FlowSample[]::new));
            for (Access access : ACCESSES) {
                if (random.nextInt(6) > 0) {
                    double loss = random.nextInt(3) == 0 ? random.nextDouble() : random.nextDouble() * 0.05;
                    world.link(
                            access,
                            loss,
                            random.nextLong(20 * MEGABIT),
                            random.nextBoolean() ? 0 : 1 + random.nextLong(40 * MEGABIT));
                }
            }
            if (random.nextInt(3) == 0) {
                world.state.hint(
                        World.id(1 + random.nextInt(FLOWS)),
                        ACCESSES.get(random.nextInt(2)).accessTechnologyType(),
                        MoveHint.Reporter.UNNAMED,
                        Optional.empty(),
                        Optional.empty(),
                        world.now);
            }
            checkHoldTime(world, lastMove, automaticMoves(world.place()));
        }
    }

    private static List<FlowId> automaticMoves(List<Decision> decisions) {
        return World.moves(decisions).stream().map(Decision::flow).toList();
    }

    private static void checkHoldTime(World world, Map<FlowId, Instant> lastMove, List<FlowId> moved) {
        assertThat(moved).doesNotHaveDuplicates();
        for (FlowId flow : moved) {
            Instant last = lastMove.put(flow, world.now);
            if (last != null) {
                assertThat(Duration.between(last, world.now))
                        .as("time between two automatic moves of %s", flow)
                        .isGreaterThanOrEqualTo(World.LIMITS.holdTime());
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> t50_flowsOfConstantDemandComeToRest() {
        return LongStream.range(0, 25)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> comesToRest(new Random(seed), false)));
    }

    @TestFactory
    Stream<DynamicTest> t50_greedyFlowsComeToRestToo() {
        return LongStream.range(0, 25)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> comesToRest(new Random(seed), true)));
    }

    /**
     * A closed loop: links carry what they can and drop the rest, flows share them in proportion.
     *
     * @param greedy flows want more than any link has, so that every link they use stays full
     */
    private static void comesToRest(Random random, boolean greedy) {
        World world = new World();
        long[] capacity = {(5 + random.nextLong(20)) * MEGABIT, (5 + random.nextLong(20)) * MEGABIT};
        boolean capacityKnown = random.nextBoolean();
        int flows = 1 + random.nextInt(6);
        long[] demand = new long[flows];
        for (int i = 0; i < flows; i++) {
            demand[i] = greedy && i == 0 ? 50 * MEGABIT : MEGABIT / 2 + random.nextLong(6 * MEGABIT);
        }
        Map<FlowId, Instant> lastMove = new HashMap<>();
        List<Integer> movedAt = new ArrayList<>();
        Map<FlowId, Integer> movesOfFlow = new HashMap<>();
        for (int second = 0; second < 2 * SECONDS; second++) {
            world.pass(1);
            long[] offered = new long[2];
            int[] link = new int[flows];
            for (int i = 0; i < flows; i++) {
                link[i] = world.state
                        .flows()
                        .find(World.id(i))
                        .flatMap(world.state::current)
                        .map(ACCESSES::indexOf)
                        .orElse(0);
                offered[link[i]] += demand[i];
            }
            FlowSamples.FlowSample[] samples = new FlowSamples.FlowSample[flows];
            for (int i = 0; i < flows; i++) {
                double share = Math.min(1.0, (double) capacity[link[i]] / offered[link[i]]);
                samples[i] = world.sample(i, (long) (demand[i] * share), ACCESSES.get(link[i]), BEST_EFFORT);
            }
            world.sampled(samples);
            for (int i = 0; i < 2; i++) {
                long carried = Math.min(offered[i], capacity[i]);
                double loss = offered[i] == 0 ? 0 : 1 - (double) carried / offered[i];
                world.link(ACCESSES.get(i), loss, carried, capacityKnown ? capacity[i] : 0);
            }
            List<FlowId> moved = automaticMoves(world.place());
            checkHoldTime(world, lastMove, moved);
            for (FlowId flow : moved) {
                movedAt.add(second);
                movesOfFlow.merge(flow, 1, Integer::sum);
            }
        }
        assertThat(movesOfFlow.values())
                .as("moves at %s", movedAt)
                .allMatch(moves -> moves <= mostMovesOfAFlow(2 * SECONDS));
        long late = movedAt.stream().filter(second -> second > SECONDS).count();
        long early = movedAt.size() - late;
        assertThat(late).as("moves at %s", movedAt).isLessThanOrEqualTo(Math.max(early, 2));
    }

    /**
     * With two accesses a flow overflows and comes back in turn. Each return waits for the hold time and for a time that doubles with each
     * overflow, so the returns that fit into a time are few, and their number grows with its logarithm only.
     */
    private static int mostMovesOfAFlow(int seconds) {
        int returns = 0;
        long passed = 0;
        while (true) {
            passed += Math.max(
                    World.LIMITS.holdTime().toSeconds(),
                    World.LIMITS.returnAfter(returns + 1).toSeconds());
            if (passed > seconds) {
                return 2 * returns + 1;
            }
            returns++;
        }
    }
}
