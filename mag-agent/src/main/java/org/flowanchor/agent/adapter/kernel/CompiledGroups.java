package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.TrafficSelector;

/**
 * Policy groups for which the kernel has room, compiled. What became of a group is kept while its rules are the same, so that a state costs
 * what its changes do; a refusal is of all groups whose rules have the same selectors, since one policy may be of many groups.
 *
 * <p>No more is kept, or made at any time, than there is room for: groups are compiled one after the other into what those before them leave.
 */
final class CompiledGroups {
    private sealed interface Outcome {}

    private record Fitting(List<ClassRule> rules, GroupRules compiled) implements Outcome {}

    /** @param room in which the group had no place; nor has it in less */
    private record Refused(RulesRoom room, String reason) implements Outcome {}

    private final SteeringSizes sizes;
    private final IntFunction<CompileBudget> budgets;
    private Map<String, Fitting> fitting = Map.of();
    private Map<List<List<TrafficSelector>>, Refused> refused = Map.of();
    private Map<String, String> withoutRoom = Map.of();

    CompiledGroups(SteeringSizes sizes) {
        this(sizes, CompileBudget::new);
    }

    /** @param budgets of a group, by the boxes that there is room for */
    CompiledGroups(SteeringSizes sizes, IntFunction<CompileBudget> budgets) {
        this.sizes = sizes;
        this.budgets = budgets;
    }

    /**
     * Those for which there is room: those that are there first, then in the order of their names.
     *
     * @param rulesOfGroups of all groups, first match wins
     * @param present labels of groups that are there
     */
    List<GroupRules> fitting(Map<String, List<ClassRule>> rulesOfGroups, Set<String> present) {
        List<String> inOrder = new ArrayList<>(rulesOfGroups.keySet());
        inOrder.sort(Comparator.comparing((String group) -> !present.contains(ClassNumbers.label(group)))
                .thenComparing(Comparator.naturalOrder()));
        Map<String, Fitting> fittingNow = new HashMap<>();
        Map<List<List<TrafficSelector>>, Refused> refusedNow = new HashMap<>();
        Map<String, String> withoutRoomNow = new HashMap<>();
        List<GroupRules> compiled = new ArrayList<>();
        RulesRoom room = RulesRoom.of(sizes);
        for (String group : inOrder) {
            List<ClassRule> rules = Objects.requireNonNull(rulesOfGroups.get(group));
            switch (outcome(group, rules, room, refusedNow)) {
                case Fitting fits -> {
                    fittingNow.put(group, fits);
                    compiled.add(fits.compiled);
                    room = room.minus(fits.compiled.taken());
                }
                case Refused refusal -> {
                    refusedNow.put(selectors(rules), refusal);
                    withoutRoomNow.put(group, refusal.reason);
                }
            }
        }
        fitting = fittingNow;
        refused = refusedNow;
        withoutRoom = Map.copyOf(withoutRoomNow);
        return compiled;
    }

    /** Groups that have no room in the last state, and why. */
    Map<String, String> withoutRoom() {
        return withoutRoom;
    }

    private Outcome outcome(
            String group, List<ClassRule> rules, RulesRoom room, Map<List<List<TrafficSelector>>, Refused> refusedNow) {
        Fitting known = fitting.get(group);
        if (known != null && known.rules.equals(rules)) {
            return in(room, known);
        }
        List<List<TrafficSelector>> selectors = selectors(rules);
        Refused earlier = refusedNow.getOrDefault(selectors, refused.get(selectors));
        if (earlier != null && earlier.room.contains(room)) {
            return earlier;
        }
        if (GroupRules.names(rules.size()) > room.names()) {
            return new Refused(room, "there are " + room.names() + " names left for it and its rules");
        }
        CompileBudget budget = budgets.apply(room.classes());
        GroupRules compiled = GroupRules.of(group, rules, budget);
        return compiled == null
                ? refusal(room, Objects.requireNonNull(budget.lack()))
                : in(room, new Fitting(List.copyOf(rules), compiled));
    }

    private static Outcome in(RulesRoom room, Fitting group) {
        RulesRoom taken = group.compiled.taken();
        return room.contains(taken) ? group : new Refused(room, "its rules take " + taken + "; there are " + room);
    }

    private Refused refusal(RulesRoom room, CompileBudget.Lack lack) {
        return switch (lack) {
            case BOXES ->
                new Refused(
                        room,
                        "its rules take more than " + room.classes() + " disjoint boxes, which is what is left of "
                                + sizes.classes());
            case COMPARISONS -> new Refused(RulesRoom.ANY, "its rules overlap in too many ways to be told apart");
            case NUMBERS ->
                new Refused(
                        RulesRoom.ANY,
                        "its rules tell more than " + KernelNumbering.MOST_TOLD_APART
                                + " sets of flow labels and Security Parameters Indexes apart");
        };
    }

    private static List<List<TrafficSelector>> selectors(List<ClassRule> rules) {
        return rules.stream().map(ClassRule::selectors).toList();
    }
}
