package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flowanchor.agent.adapter.kernel.RulesByRange.Field;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one policy group as the kernel's maps have them. A group is there as a whole or not at all: with some of its rules
 * missing, packets would meet another rule of the group than the operator wrote.
 *
 * <p>A packet begins at the group's own number, goes by its flow label to another one where a step says so, if it is one of ESP from there by
 * its Security Parameters Index, and meets the boxes of the number where it is then.
 *
 * @param classes how many rules there are
 * @param otherwise class of all packets in no box, whatever their number; null: none
 * @param boxes of each number, disjoint; the first one is the group's own
 */
record GroupRules(
        String group,
        int classes,
        @Nullable ClassName otherwise,
        List<Map<Box, ClassName>> boxes,
        List<Step> flowLabels,
        List<Step> securityParametersIndexes) {
    /**
     * Packets with some values go on at another number.
     *
     * @param from place in {@link #boxes}
     * @param to place in {@link #boxes}
     */
    record Step(int from, Range values, int to) {}

    /**
     * @param rules of the group, first match wins; may be none
     * @return null when that takes more than the budget
     */
    static @Nullable GroupRules of(String group, List<ClassRule> rules, CompileBudget budget) {
        Numbered numbered = new Numbered(budget);
        RulesByRange byLabel = RulesByRange.of(Field.FLOW_LABEL, rules, budget);
        int own = numbered.add(byLabel.others());
        for (RulesByRange.Some some : byLabel.some()) {
            if (budget.isSpent()) {
                break;
            }
            int to = numbered.add(some.rules());
            some.values().forEach(range -> numbered.flowLabels.add(new Step(own, range, to)));
        }
        return budget.isSpent()
                ? null
                : new GroupRules(
                        group,
                        rules.size(),
                        numbered.otherwise,
                        numbered.boxes,
                        numbered.flowLabels,
                        numbered.securityParametersIndexes);
    }

    private static final class Numbered {
        private final CompileBudget budget;
        private final List<Map<Box, ClassName>> boxes = new ArrayList<>();
        private final List<Step> flowLabels = new ArrayList<>();
        private final List<Step> securityParametersIndexes = new ArrayList<>();
        private @Nullable ClassName otherwise;

        Numbered(CompileBudget budget) {
            this.budget = budget;
        }

        /** @return the place of these rules; those for some Security Parameters Indexes follow it */
        int add(List<ClassRule> rules) {
            RulesByRange byIndex = RulesByRange.of(Field.SECURITY_PARAMETERS_INDEX, rules, budget);
            int from = place(byIndex.others());
            for (RulesByRange.Some some : byIndex.some()) {
                if (budget.isSpent()) {
                    break;
                }
                int to = place(some.rules());
                some.values().forEach(range -> securityParametersIndexes.add(new Step(from, range, to)));
            }
            return from;
        }

        private int place(List<ClassRule> rules) {
            if (boxes.isEmpty()) {
                DisjointClasses own = DisjointClasses.of(rules, budget);
                otherwise = own.otherwise();
                boxes.add(own.boxes());
            } else {
                boxes.add(DisjointClasses.of(rules, otherwise, budget));
            }
            return boxes.size() - 1;
        }
    }

    /** What the group takes of the maps' room. */
    RulesRoom taken() {
        return new RulesRoom(
                boxes.stream().mapToInt(Map::size).sum(),
                flowLabels.size(),
                securityParametersIndexes.size(),
                names(classes));
    }

    static int names(int classes) {
        return 1 + classes;
    }
}
