package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DisjointClassesTest {
    private static final ClassName A = new ClassName("g", "p", "a");
    private static final ClassName B = new ClassName("g", "p", "b");
    private static final ClassName C = new ClassName("g", "p", "c");

    private static TrafficSelector ports(int first, int last) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO,
                TrafficSelector.ALL_PROTOCOLS,
                new Range(first, last),
                TrafficSelector.ALL_DSCP);
    }

    private static CompileBudget enough() {
        return new CompileBudget(Integer.MAX_VALUE);
    }

    @Test
    void aClassCoversWhatNoneBeforeItCovers() {
        DisjointClasses classes = DisjointClasses.of(
                List.of(new ClassRule(A, List.of(ports(100, 199))), new ClassRule(B, List.of(ports(50, 299)))),
                enough());
        assertThat(classes.boxes())
                .isEqualTo(Map.of(
                        Box.of(ports(100, 199)), A,
                        Box.of(ports(50, 99)), B,
                        Box.of(ports(200, 299)), B));
        assertThat(classes.otherwise()).isNull();
    }

    @Test
    void theFirstClassThatMatchesEverythingNeedsNoBoxAndEndsTheList() {
        DisjointClasses classes = DisjointClasses.of(
                List.of(
                        new ClassRule(A, List.of(ports(1, 2))),
                        new ClassRule(B, List.of(ports(3, 4), TrafficSelector.ALL)),
                        new ClassRule(C, List.of(ports(5, 6)))),
                enough());
        assertThat(classes.boxes()).isEqualTo(Map.of(Box.of(ports(1, 2)), A));
        assertThat(classes.otherwise()).isEqualTo(B);
    }

    @Test
    void aClassWhollyCoveredByEarlierOnesHasNoBox() {
        DisjointClasses classes = DisjointClasses.of(
                List.of(
                        new ClassRule(A, List.of(ports(0, 100))),
                        new ClassRule(B, List.of(ports(101, 200))),
                        new ClassRule(C, List.of(ports(50, 150)))),
                enough());
        assertThat(classes.boxes()).doesNotContainValue(C);
    }

    @Test
    void theEndsOfTheAddressSpaceAreRespected() {
        TrafficSelector upper = new TrafficSelector(
                HomeNetworkPrefix.parse("8000::/1"),
                TrafficSelector.ALL_PROTOCOLS,
                TrafficSelector.ALL_PORTS,
                TrafficSelector.ALL_DSCP);
        TrafficSelector udp = new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO, new Range(17, 17), TrafficSelector.ALL_PORTS, TrafficSelector.ALL_DSCP);
        DisjointClasses classes =
                DisjointClasses.of(List.of(new ClassRule(A, List.of(upper)), new ClassRule(B, List.of(udp))), enough());
        assertThat(classes.boxes().keySet())
                .contains(new Box(
                        Ipv6Address.UNSPECIFIED,
                        Ipv6Address.parse("7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                        new Range(17, 17),
                        TrafficSelector.ALL_PORTS,
                        TrafficSelector.ALL_DSCP));
    }

    /** Small domains, so that selectors overlap and packets hit edges. */
    @TestFactory
    Stream<DynamicTest> boxesAgreeWithFirstMatchAndNeverOverlap() {
        return Stream.iterate(1L, seed -> seed + 1)
                .limit(200)
                .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(new Random(seed), 8)));
    }

    /** So many that pieces of pieces are cut, and prefixes are within prefixes of several lengths. */
    @TestFactory
    Stream<DynamicTest> boxesOfManyRulesAgreeWithFirstMatchAndNeverOverlap() {
        return Stream.iterate(1L, seed -> seed + 1)
                .limit(40)
                .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(new Random(seed), 60)));
    }

    private static void check(Random random, int most) {
        List<ClassRule> rules = new ArrayList<>();
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            List<TrafficSelector> selectors = new ArrayList<>();
            for (int j = 0; j <= random.nextInt(3); j++) {
                selectors.add(random.nextInt(3 * most) == 0 ? TrafficSelector.ALL : selector(random));
            }
            rules.add(new ClassRule(new ClassName("g", "p", "rule" + i), selectors));
        }
        DisjointClasses classes = DisjointClasses.of(rules, enough());
        ClassName miss = random.nextBoolean() ? null : classes.otherwise();
        Map<Box, ClassName> withMiss = DisjointClasses.of(rules, miss, enough());
        for (int i = 0; i < 300; i++) {
            FiveTuple flow = new FiveTuple(
                    address(random), Ipv6Address.UNSPECIFIED, random.nextInt(4) * 85, random.nextInt(6) * 13107, 0);
            int dscp = random.nextInt(4) * 21;
            ClassName first = firstMatch(rules, flow, dscp);
            assertThat(found(classes.boxes(), classes.otherwise(), flow, dscp))
                    .as("class of %s dscp %s of %s", flow, dscp, rules)
                    .isEqualTo(first);
            assertThat(found(withMiss, miss, flow, dscp))
                    .as("class of %s dscp %s of %s where a miss means %s", flow, dscp, rules, miss)
                    .isEqualTo(first != null ? first : miss);
        }
    }

    private static @Nullable ClassName found(
            Map<Box, ClassName> boxes, @Nullable ClassName otherwise, FiveTuple flow, int dscp) {
        List<ClassName> hits = boxes.entrySet().stream()
                .filter(entry ->
                        entry.getKey().contains(flow.sourceAddress(), flow.protocol(), flow.sourcePort(), dscp))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(hits).as("boxes that contain %s", flow).hasSizeLessThanOrEqualTo(1);
        return hits.isEmpty() ? otherwise : hits.getFirst();
    }

    private static @Nullable ClassName firstMatch(List<ClassRule> rules, FiveTuple flow, int dscp) {
        for (ClassRule rule : rules) {
            if (rule.selectors().stream().anyMatch(selector -> selector.matches(flow, dscp, 0))) {
                return rule.name();
            }
        }
        return null;
    }

    private static TrafficSelector selector(Random random) {
        int length = random.nextInt(3) > 0 ? 126 + random.nextInt(3) : random.nextInt(3) * 60;
        return new TrafficSelector(
                HomeNetworkPrefix.containing(address(random), length),
                range(random, 4, 85),
                range(random, 6, 13107),
                range(random, 4, 21));
    }

    private static Ipv6Address address(Random random) {
        return random.nextBoolean()
                ? new Ipv6Address(-1L, -1L - random.nextInt(8))
                : new Ipv6Address(0, random.nextInt(8));
    }

    private static Range range(Random random, int steps, int step) {
        int a = random.nextInt(steps) * step;
        int b = random.nextInt(steps) * step;
        return new Range(Math.min(a, b), Math.max(a, b));
    }
}
