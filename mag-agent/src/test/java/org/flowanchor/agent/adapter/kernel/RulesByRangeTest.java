package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.flowanchor.agent.adapter.kernel.RulesByRange.Field;
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

class RulesByRangeTest {
    private static final int STEP = 0x33333;
    private static final long INDEX_STEP = 0x33333333L;
    private static final Range ESP = new Range(FiveTuple.ESP, FiveTuple.ESP);
    private static final ClassName A = new ClassName("g", "p", "a");
    private static final ClassName B = new ClassName("g", "p", "b");
    private static final ClassName C = new ClassName("g", "p", "c");

    private static TrafficSelector selector(Range protocols, Range labels) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO, protocols, TrafficSelector.ALL_PORTS, TrafficSelector.ALL_DSCP, labels);
    }

    private static CompileBudget enough() {
        return new CompileBudget(Integer.MAX_VALUE);
    }

    @Test
    void rulesWithoutLabelsTellNoneApart() {
        List<ClassRule> rules = List.of(
                new ClassRule(A, List.of(selector(new Range(6, 6), TrafficSelector.ALL_FLOW_LABELS))),
                new ClassRule(B, List.of(TrafficSelector.ALL)));
        assertThat(RulesByRange.of(Field.FLOW_LABEL, rules, enough())).isEqualTo(new RulesByRange(rules, List.of()));
    }

    @Test
    void labelsThatTheRulesTreatAlikeAreOneSet() {
        TrafficSelector tcp = selector(new Range(6, 6), TrafficSelector.ALL_FLOW_LABELS);
        RulesByRange labels = RulesByRange.of(
                Field.FLOW_LABEL,
                List.of(
                        new ClassRule(
                                A,
                                List.of(
                                        selector(new Range(6, 6), new Range(5, 9)),
                                        selector(new Range(6, 6), new Range(10, 19)),
                                        selector(new Range(6, 6), new Range(30, 30)))),
                        new ClassRule(B, List.of(TrafficSelector.ALL))),
                enough());
        ClassRule rest = new ClassRule(B, List.of(TrafficSelector.ALL));
        assertThat(labels.others()).containsExactly(rest);
        assertThat(labels.some())
                .containsExactly(new RulesByRange.Some(
                        List.of(new Range(5, 19), new Range(30, 30)), List.of(new ClassRule(A, List.of(tcp)), rest)));
    }

    /** Rules that no ESP packet meets are not among theirs, and indexes that differ by such rules only are not told apart. */
    @Test
    void indexesLeadToWhatEspMayMatch() {
        TrafficSelector esp = selector(ESP, TrafficSelector.ALL_FLOW_LABELS);
        ClassRule tcp = new ClassRule(B, List.of(selector(new Range(6, 6), TrafficSelector.ALL_FLOW_LABELS)));
        ClassRule rest = new ClassRule(C, List.of(TrafficSelector.ALL));
        RulesByRange indexes = RulesByRange.of(
                Field.SECURITY_PARAMETERS_INDEX,
                List.of(
                        new ClassRule(
                                A,
                                List.of(
                                        encrypted(new Range(0x7fffffffL, 0x80000000L)),
                                        encrypted(new Range(0xffffffffL, 0xffffffffL)))),
                        tcp,
                        rest),
                enough());
        assertThat(indexes.others()).containsExactly(tcp, rest);
        assertThat(indexes.some())
                .containsExactly(new RulesByRange.Some(
                        List.of(new Range(0x7fffffffL, 0x80000000L), new Range(0xffffffffL, 0xffffffffL)),
                        List.of(new ClassRule(A, List.of(esp)), rest)));
    }

    private static TrafficSelector encrypted(Range indexes) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO,
                ESP,
                TrafficSelector.ALL_PORTS,
                TrafficSelector.ALL_DSCP,
                TrafficSelector.ALL_FLOW_LABELS,
                indexes);
    }

    /** What the kernel's lookups give, in maps as they are made for it, against the rules one after the other. */
    @TestFactory
    Stream<DynamicTest> lookupsAgreeWithTheFirstMatch() {
        return Stream.iterate(1L, seed -> seed + 1)
                .limit(400)
                .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(new Random(seed))));
    }

    private static void check(Random random) {
        List<ClassRule> rules = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            List<TrafficSelector> selectors = new ArrayList<>();
            for (int j = 0; j <= random.nextInt(3); j++) {
                boolean encrypted = random.nextInt(3) == 0;
                selectors.add(
                        random.nextInt(25) == 0
                                ? TrafficSelector.ALL
                                : new TrafficSelector(
                                        HomeNetworkPrefix.ALL_ZERO,
                                        encrypted ? ESP : range(random, 4, 50, TrafficSelector.ALL_PROTOCOLS),
                                        encrypted
                                                ? TrafficSelector.ALL_PORTS
                                                : range(random, 6, 13107, TrafficSelector.ALL_PORTS),
                                        TrafficSelector.ALL_DSCP,
                                        range(random, 6, STEP, TrafficSelector.ALL_FLOW_LABELS),
                                        encrypted
                                                ? range(
                                                        random,
                                                        6,
                                                        INDEX_STEP,
                                                        TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES)
                                                : TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES));
            }
            rules.add(new ClassRule(new ClassName("g", "p", "rule" + i), selectors));
        }
        CompileBudget enough = enough();
        GroupRules compiled = Objects.requireNonNull(GroupRules.of("g", rules, enough));
        checkLess(rules, compiled, enough, random);
        for (int i = 0; i < 300; i++) {
            long index = Math.clamp(random.nextInt(6) * INDEX_STEP + random.nextInt(3) - 1, 0L, 0xffffffffL);
            FiveTuple flow = new FiveTuple(
                    Ipv6Address.UNSPECIFIED,
                    Ipv6Address.UNSPECIFIED,
                    random.nextInt(4) * 50,
                    (int) (index >>> 16),
                    (int) (index & 0xffff));
            int label = Math.clamp(random.nextInt(6) * STEP + random.nextInt(3) - 1, 0, 0xfffff);
            int at = next(compiled.flowLabels(), 0, label);
            if (flow.protocol() == FiveTuple.ESP) {
                at = next(compiled.securityParametersIndexes(), at, index);
            }
            List<ClassName> hits = compiled.boxes().get(at).entrySet().stream()
                    .filter(entry ->
                            entry.getKey().contains(flow.sourceAddress(), flow.protocol(), flow.sourcePort(), 0))
                    .map(Map.Entry::getValue)
                    .toList();
            assertThat(hits).as("boxes that contain %s", flow).hasSizeLessThanOrEqualTo(1);
            assertThat(hits.isEmpty() ? compiled.otherwise() : hits.getFirst())
                    .as("class of %s label %s of %s", flow, label, rules)
                    .isEqualTo(firstMatch(rules, flow, label));
        }
    }

    /** With less than all it takes there is nothing, and never something else. */
    private static void checkLess(List<ClassRule> rules, GroupRules whole, CompileBudget spent, Random random) {
        int boxes = whole.taken().classes();
        int comparisons = Math.toIntExact(spent.comparisons());
        assertThat(GroupRules.of("g", rules, new CompileBudget(boxes, comparisons)))
                .isEqualTo(whole);
        if (boxes > 0) {
            CompileBudget less = new CompileBudget(random.nextInt(boxes), comparisons);
            assertThat(GroupRules.of("g", rules, less)).isNull();
            assertThat(less.lack()).isEqualTo(CompileBudget.Lack.BOXES);
        }
        CompileBudget less = new CompileBudget(boxes, random.nextInt(comparisons));
        assertThat(GroupRules.of("g", rules, less)).isNull();
        assertThat(less.lack()).isEqualTo(CompileBudget.Lack.COMPARISONS);
    }

    private static int next(List<GroupRules.Step> steps, int from, long value) {
        List<GroupRules.Step> met = steps.stream()
                .filter(step -> step.from() == from && step.values().contains(value))
                .toList();
        assertThat(met).as("steps from %s by %s", from, value).hasSizeLessThanOrEqualTo(1);
        return met.isEmpty() ? from : met.getFirst().to();
    }

    private static @Nullable ClassName firstMatch(List<ClassRule> rules, FiveTuple flow, int label) {
        for (ClassRule rule : rules) {
            if (rule.selectors().stream().anyMatch(selector -> selector.matches(flow, 0, label))) {
                return rule.name();
            }
        }
        return null;
    }

    private static Range range(Random random, int steps, long step, Range all) {
        if (random.nextInt(3) == 0) {
            return all;
        }
        long a = random.nextInt(steps) * step;
        long b = random.nextInt(steps) * step;
        return new Range(Math.min(a, b), Math.max(a, b));
    }
}
