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

class FlowLabelsTest {
    private static final int STEP = 0x33333;
    private static final ClassName A = new ClassName("g", "p", "a");
    private static final ClassName B = new ClassName("g", "p", "b");

    private static TrafficSelector selector(Range protocols, Range labels) {
        return new TrafficSelector(
                HomeNetworkPrefix.ALL_ZERO, protocols, TrafficSelector.ALL_PORTS, TrafficSelector.ALL_DSCP, labels);
    }

    @Test
    void rulesWithoutLabelsTellNoneApart() {
        List<ClassRule> rules = List.of(
                new ClassRule(A, List.of(selector(new Range(6, 6), TrafficSelector.ALL_FLOW_LABELS))),
                new ClassRule(B, List.of(TrafficSelector.ALL)));
        assertThat(FlowLabels.of(rules)).isEqualTo(new FlowLabels(rules, List.of()));
    }

    @Test
    void labelsThatTheRulesTreatAlikeAreOneSet() {
        TrafficSelector tcp = selector(new Range(6, 6), TrafficSelector.ALL_FLOW_LABELS);
        FlowLabels labels = FlowLabels.of(List.of(
                new ClassRule(
                        A,
                        List.of(
                                selector(new Range(6, 6), new Range(5, 9)),
                                selector(new Range(6, 6), new Range(10, 19)),
                                selector(new Range(6, 6), new Range(30, 30)))),
                new ClassRule(B, List.of(TrafficSelector.ALL))));
        ClassRule rest = new ClassRule(B, List.of(TrafficSelector.ALL));
        assertThat(labels.others()).containsExactly(rest);
        assertThat(labels.some())
                .containsExactly(new FlowLabels.Some(
                        List.of(new Range(5, 19), new Range(30, 30)), List.of(new ClassRule(A, List.of(tcp)), rest)));
    }

    /** What the kernel's lookups give, in maps as they are made for it, against the rules one after the other. */
    @TestFactory
    Stream<DynamicTest> lookupsAgreeWithTheFirstMatch() {
        return Stream.iterate(1L, seed -> seed + 1)
                .limit(200)
                .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(new Random(seed))));
    }

    private static void check(Random random) {
        List<ClassRule> rules = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            List<TrafficSelector> selectors = new ArrayList<>();
            for (int j = 0; j <= random.nextInt(3); j++) {
                selectors.add(
                        random.nextInt(25) == 0
                                ? TrafficSelector.ALL
                                : new TrafficSelector(
                                        HomeNetworkPrefix.ALL_ZERO,
                                        range(random, 4, 85, TrafficSelector.ALL_PROTOCOLS),
                                        range(random, 6, 13107, TrafficSelector.ALL_PORTS),
                                        TrafficSelector.ALL_DSCP,
                                        range(random, 6, STEP, TrafficSelector.ALL_FLOW_LABELS)));
            }
            rules.add(new ClassRule(new ClassName("g", "p", "rule" + i), selectors));
        }
        FlowLabels byLabel = FlowLabels.of(rules);
        DisjointClasses others = DisjointClasses.of(byLabel.others());
        for (int i = 0; i < 300; i++) {
            FiveTuple flow = new FiveTuple(
                    Ipv6Address.UNSPECIFIED,
                    Ipv6Address.UNSPECIFIED,
                    random.nextInt(4) * 85,
                    random.nextInt(6) * 13107,
                    0);
            int label = Math.clamp(random.nextInt(6) * STEP + random.nextInt(3) - 1, 0, 0xfffff);
            List<FlowLabels.Some> met = byLabel.some().stream()
                    .filter(some -> some.labels().stream().anyMatch(range -> range.contains(label)))
                    .toList();
            assertThat(met).as("sets that contain label %s", label).hasSizeLessThanOrEqualTo(1);
            Map<Box, ClassName> boxes = met.isEmpty()
                    ? others.boxes()
                    : DisjointClasses.of(met.getFirst().rules(), others.otherwise());
            List<ClassName> hits = boxes.entrySet().stream()
                    .filter(entry ->
                            entry.getKey().contains(flow.sourceAddress(), flow.protocol(), flow.sourcePort(), 0))
                    .map(Map.Entry::getValue)
                    .toList();
            assertThat(hits).as("boxes that contain %s", flow).hasSizeLessThanOrEqualTo(1);
            assertThat(hits.isEmpty() ? others.otherwise() : hits.getFirst())
                    .as("class of %s label %s of %s", flow, label, rules)
                    .isEqualTo(firstMatch(rules, flow, label));
        }
    }

    private static @Nullable ClassName firstMatch(List<ClassRule> rules, FiveTuple flow, int label) {
        for (ClassRule rule : rules) {
            if (rule.selectors().stream().anyMatch(selector -> selector.matches(flow, 0, label))) {
                return rule.name();
            }
        }
        return null;
    }

    private static Range range(Random random, int steps, int step, Range all) {
        if (random.nextInt(3) == 0) {
            return all;
        }
        int a = random.nextInt(steps) * step;
        int b = random.nextInt(steps) * step;
        return new Range(Math.min(a, b), Math.max(a, b));
    }
}
