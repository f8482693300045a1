package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.Test;

/** Policies that are quickly written and take any number of boxes, beside others. Work is counted, not timed. */
class CompiledGroupsTest {
    private final List<CompileBudget> budgets = new ArrayList<>();
    private final Map<String, List<ClassRule>> rules = new TreeMap<>();

    private CompiledGroups groups(int classes) {
        return new CompiledGroups(new SteeringSizes(10, 10, 10, 10, classes, 10, 10, 131_072), boxes -> {
            CompileBudget budget = new CompileBudget(boxes);
            budgets.add(budget);
            return budget;
        });
    }

    private List<String> fitting(CompiledGroups groups) {
        return groups.fitting(rules, Set.of()).stream().map(GroupRules::group).toList();
    }

    private long comparisons() {
        return budgets.stream().mapToLong(CompileBudget::comparisons).sum();
    }

    private static List<TrafficSelector> ports(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TrafficSelector(
                        HomeNetworkPrefix.ALL_ZERO,
                        new Range(FiveTuple.TCP, FiveTuple.TCP),
                        new Range(1000 + 2L * i, 1000 + 2L * i),
                        TrafficSelector.ALL_DSCP))
                .toList();
    }

    private static List<TrafficSelector> prefixes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TrafficSelector(
                        new HomeNetworkPrefix(new Ipv6Address(0x2001_0db8_0000_0000L + (2L * i << 16), 0), 48),
                        TrafficSelector.ALL_PROTOCOLS,
                        TrafficSelector.ALL_PORTS,
                        TrafficSelector.ALL_DSCP))
                .toList();
    }

    private static List<TrafficSelector> dscp(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TrafficSelector(
                        HomeNetworkPrefix.ALL_ZERO,
                        TrafficSelector.ALL_PROTOCOLS,
                        TrafficSelector.ALL_PORTS,
                        new Range(2L * i, 2L * i)))
                .toList();
    }

    /** A rule for each list, as one policy has them. */
    @SafeVarargs
    private static List<ClassRule> policy(String group, List<TrafficSelector>... selectors) {
        return IntStream.range(0, selectors.length)
                .mapToObj(i -> new ClassRule(new ClassName(group, "policy", "rule " + i), selectors[i]))
                .toList();
    }

    @Test
    void threeHundredPortsAndThreeHundredPrefixesEndWhereTheRoomEndsAndCostNoOtherGroup() {
        rules.put("allowed", policy("allowed", ports(300), prefixes(300)));
        rules.put("gold", policy("gold", ports(3), prefixes(3)));
        CompiledGroups groups = groups(65_536);
        assertThat(fitting(groups)).containsExactly("gold");
        assertThat(groups.withoutRoom())
                .isEqualTo(Map.of(
                        "allowed", "its rules take more than 65536 disjoint boxes, which is what is left of 65536"));
        assertThat(budgets.getFirst().lack()).isEqualTo(CompileBudget.Lack.BOXES);
        assertThat(comparisons()).isLessThan(2_000_000);
    }

    @Test
    void aProductThatFitsTakesSomeComparisonsForEachBox() {
        rules.put("wide", policy("wide", dscp(31), ports(32), prefixes(32)));
        CompiledGroups groups = groups(65_536);
        assertThat(groups.fitting(rules, Set.of()).getFirst().taken().classes()).isEqualTo(35_743);
        assertThat(comparisons()).isLessThan(20 * 35_743);
    }

    /** Prefixes that do not meet are not compared; what is left beside all of them is found by halves. */
    @Test
    void prefixesApartAreNotComparedWithEachOther() {
        rules.put("many", policy("many", prefixes(20_000), List.of(ports(1).getFirst())));
        assertThat(fitting(groups(65_536))).containsExactly("many");
        assertThat(comparisons()).isLessThan(1_000_000);
    }

    @Test
    void aGroupThatTakesTooManyComparisonsEndsThereWhateverTheRoom() {
        int tooMany = 4_200;
        rules.put("bad", policy("bad", ports(tooMany)));
        rules.put("gold", policy("gold", ports(3)));
        CompiledGroups groups = groups(65_536);
        assertThat(fitting(groups)).containsExactly("gold");
        assertThat(groups.withoutRoom())
                .isEqualTo(Map.of("bad", "its rules overlap in too many ways to be told apart"));
        assertThat(comparisons()).isBetween((long) CompileBudget.COMPARISONS, CompileBudget.COMPARISONS + 10_000L);
        rules.remove("gold");
        assertThat(fitting(groups)).isEmpty();
        assertThat(budgets).as("more room is of no use").hasSize(2);
    }

    @Test
    void rulesThatAreTheSameAreNotCompiledAgain() {
        rules.put("bad", policy("bad", ports(300), prefixes(300)));
        rules.put("gold", policy("gold", ports(30), prefixes(30)));
        rules.put("silver", policy("silver", ports(3)));
        CompiledGroups groups = groups(65_536);
        List<GroupRules> first = groups.fitting(rules, Set.of());
        assertThat(budgets).hasSize(3);
        rules.put("bad", policy("bad", ports(300), prefixes(300)));
        rules.put("gold", policy("gold", ports(30), prefixes(30)));
        assertThat(groups.fitting(rules, Set.of())).isEqualTo(first);
        assertThat(budgets).as("equal rules of another state").hasSize(3);
        rules.put("silver", policy("silver", ports(4)));
        List<GroupRules> changed = groups.fitting(rules, Set.of());
        assertThat(budgets).as("the group whose rules changed").hasSize(4);
        assertThat(changed.getFirst()).isSameAs(first.getFirst());
        assertThat(changed.getLast().taken().classes()).isEqualTo(4);
    }

    @Test
    void aPolicyOfManyGroupsIsRefusedOnce() {
        for (int i = 0; i < 64; i++) {
            rules.put("group " + i, policy("group " + i, ports(300), prefixes(300)));
        }
        CompiledGroups groups = groups(65_536);
        assertThat(fitting(groups)).isEmpty();
        assertThat(groups.withoutRoom()).hasSize(64);
        assertThat(budgets).hasSize(1);
    }

    @Test
    void aGroupWithoutRoomComesWhenThereIsAndIsNotTriedBefore() {
        rules.put("a", policy("a", ports(6)));
        rules.put("b", policy("b", ports(5)));
        rules.put("c", policy("c", ports(2)));
        CompiledGroups groups = groups(10);
        assertThat(fitting(groups)).containsExactly("a", "c");
        assertThat(groups.withoutRoom())
                .isEqualTo(Map.of("b", "its rules take more than 4 disjoint boxes, which is what is left of 10"));
        assertThat(fitting(groups)).containsExactly("a", "c");
        assertThat(budgets).hasSize(3);
        rules.put("a", policy("a", ports(3)));
        assertThat(fitting(groups)).containsExactly("a", "b", "c");
        assertThat(groups.withoutRoom()).isEmpty();
        assertThat(budgets).hasSize(5);
        rules.put("a", policy("a", ports(7)));
        assertThat(fitting(groups)).as("what was compiled has no room any more").containsExactly("a", "c");
        assertThat(groups.withoutRoom()).containsOnlyKeys("b");
        assertThat(budgets).hasSize(6);
    }
}
