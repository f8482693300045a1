package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.junit.jupiter.api.Test;

/** Policy groups that have no place in the kernel beside others. */
class GroupRulesTest {
    private static final HomeNetworkPrefix PREFIX = HomeNetworkPrefix.parse("2001:db8:100:1::/64");
    private static final HomeNetworkPrefix WIDE = HomeNetworkPrefix.parse("2001:db8:100:100::/56");
    private static final ProxyCareOfAddress FIRST = ProxyCareOfAddress.parse("2001:db8:b::11");
    private static final ProxyCareOfAddress SECOND = ProxyCareOfAddress.parse("2001:db8:b::12");

    /** A rule for each port from 1 on. */
    private static List<ClassRule> ports(String group, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(port -> new ClassRule(
                        new ClassName(group, "policy", "port " + port),
                        List.of(new TrafficSelector(
                                HomeNetworkPrefix.ALL_ZERO,
                                new Range(17, 17),
                                new Range(port, port),
                                new Range(0, 63)))))
                .toList();
    }

    private static List<String> fitting(Map<String, List<ClassRule>> all, Set<String> present, SteeringSizes sizes) {
        return new CompiledGroups(sizes)
                .fitting(all, present).stream().map(GroupRules::group).toList();
    }

    @Test
    void aGroupIsThereAsAWholeOrNotAtAllAndWhoIsThereStays() {
        Map<String, List<ClassRule>> all =
                Map.of("a", ports("a", 3), "b", ports("b", 3), "c", ports("c", 2), "d", List.of());
        assertThat(fitting(all, Set.of(), SteeringSizes.DEFAULT)).containsExactly("a", "b", "c", "d");
        assertThat(fitting(all, Set.of(), sizes(5, 100))).as("boxes").containsExactly("a", "c", "d");
        assertThat(fitting(all, Set.of("b"), sizes(5, 100)))
                .as("the one that is there")
                .containsExactly("b", "c", "d");
        assertThat(fitting(all, Set.of(), sizes(100, 8))).as("names").containsExactly("a", "b");
    }

    private static SteeringSizes sizes(int classes, int names) {
        return new SteeringSizes(10, 10, 10, 10, classes, 10, 10, names);
    }

    /** A rule by index for each flow label from 1 on. */
    private static List<ClassRule> byLabelAndIndex(String group, int labels) {
        return IntStream.rangeClosed(1, labels)
                .mapToObj(label -> new ClassRule(
                        new ClassName(group, "policy", "label " + label),
                        List.of(new TrafficSelector(
                                HomeNetworkPrefix.ALL_ZERO,
                                new Range(50, 50),
                                TrafficSelector.ALL_PORTS,
                                TrafficSelector.ALL_DSCP,
                                new Range(label, label),
                                new Range(0xffff0000L + label, 0xffff0000L + label)))))
                .toList();
    }

    @Test
    void aGroupHasRoomForAllItsFlowLabelsAndIndexesOrIsNotThere() {
        Map<String, List<ClassRule>> all =
                Map.of("a", byLabelAndIndex("a", 6), "b", byLabelAndIndex("b", 6), "c", byLabelAndIndex("c", 4));
        assertThat(new CompiledGroups(SteeringSizes.DEFAULT)
                        .fitting(all, Set.of())
                        .getFirst()
                        .boxes())
                .as("its own, and two for each label")
                .hasSize(1 + 12);
        assertThat(fitting(all, Set.of(), SteeringSizes.DEFAULT)).containsExactly("a", "b", "c");
        assertThat(fitting(all, Set.of(), new SteeringSizes(10, 10, 10, 100, 100, 10, 10, 100)))
                .as("labels")
                .containsExactly("a", "c");
        assertThat(fitting(all, Set.of(), new SteeringSizes(10, 10, 100, 10, 100, 10, 10, 100)))
                .as("indexes")
                .containsExactly("a", "c");
    }

    /** Ten bits tell the packets of a group apart; a group that asks for more is not there, nor is time spent on it. */
    @Test
    void aGroupThatTellsTooMuchApartHasNoRoom() {
        CompileBudget enough = new CompileBudget(Integer.MAX_VALUE);
        GroupRules most = Objects.requireNonNull(
                GroupRules.of("most", byLabelAndIndex("most", KernelNumbering.MOST_TOLD_APART / 2), enough));
        assertThat(most.boxes()).hasSize(KernelNumbering.MOST_TOLD_APART);
        CompileBudget tooLittle = new CompileBudget(Integer.MAX_VALUE);
        List<ClassRule> tooMany = byLabelAndIndex("many", KernelNumbering.MOST_TOLD_APART / 2 + 500);
        assertThat(GroupRules.of("many", tooMany, tooLittle)).isNull();
        assertThat(tooLittle.lack()).isEqualTo(CompileBudget.Lack.NUMBERS);
        assertThat(fitting(Map.of("many", tooMany), Set.of(), SteeringSizes.DEFAULT))
                .isEmpty();
    }

    private static DesiredSteering desired(SteeringSizes sizes) throws Exception {
        List<ClassRule> rules = IntStream.range(0, 2)
                .mapToObj(i -> ports(i == 0 ? "gold" : "silver", 3))
                .flatMap(List::stream)
                .toList();
        ClassName gold = new ClassName("gold", "policy", "port 1");
        ClassName silver = new ClassName("silver", "policy", "port 1");
        return DesiredSteering.of(
                new AnchorState(
                        LmaAddress.parse("2001:db8:b::1"),
                        Set.of(),
                        Set.of(FIRST, SECOND),
                        Map.of(PREFIX, FIRST, WIDE, FIRST),
                        Map.of(PREFIX, "silver", WIDE, "gold"),
                        rules,
                        Map.of(
                                new ClassAccess(silver, PREFIX), SECOND,
                                new ClassAccess(gold, WIDE), SECOND,
                                new ClassAccess(new ClassName("gold", "policy", "port 2"), WIDE), FIRST),
                        Map.of()),
                Map.of(),
                Map.of(FIRST, 0x10001, SECOND, 0x10002),
                Map.of(),
                new ClassNumbers(0x100000),
                new ClassNumbers(0x200000),
                new CompiledGroups(sizes));
    }

    @Test
    void prefixesOfAGroupWithoutRoomHaveNoneAndNothingElseChanges() throws Exception {
        DesiredSteering all = desired(SteeringSizes.DEFAULT);
        assertThat(all.groups()).hasSize(2);
        assertThat(all.groupsWithoutRoom()).isEmpty();
        DesiredSteering some = desired(sizes(3, 100));
        assertThat(some.groupsWithoutRoom()).containsExactly("silver");
        assertThat(some.groups()).containsOnlyKeys(new Network(8, WIDE.address().high()));
        assertThat(some.classes()).hasSize(3);
        assertThat(some.accesses()).hasSize(1);
    }

    @Test
    void aWidePrefixTakesOneEntryAndAnAccessThatIsItsRouteNone() throws Exception {
        DesiredSteering all = desired(SteeringSizes.DEFAULT);
        assertThat(all.groups()).containsKey(new Network(8, WIDE.address().high()));
        assertThat(all.accesses().keySet())
                .extracting(key -> key.network())
                .containsExactlyInAnyOrder(
                        new Network(0, PREFIX.address().high()),
                        new Network(8, WIDE.address().high()));
        assertThat(all.accesses().values()).containsOnly(0x10002);
    }

    @Test
    void aChangeOfAPrefixWhoseGroupHasNoRoomTakesNoWholeState() throws Exception {
        DesiredSteering some = desired(sizes(3, 100));
        PrefixChanges.Numbers numbers = PrefixChanges.Numbers.of(Map.of(FIRST, 1, SECOND, 2), some);
        PrefixChanges changes = Objects.requireNonNull(PrefixChanges.of(
                Map.of(
                        PREFIX,
                        new PrefixSteering(
                                SECOND, "silver", Map.of(new ClassName("silver", "policy", "port 1"), FIRST))),
                Map.of(),
                numbers,
                KernelNumbering.DEFAULT));
        assertThat(changes.groups()).isEmpty();
        assertThat(changes.accesses()).isEmpty();
        assertThat(changes.networks())
                .containsExactly(new Network(0, PREFIX.address().high()));
    }
}
