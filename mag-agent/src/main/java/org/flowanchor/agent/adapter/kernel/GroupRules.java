package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** @param rules of the group, first match wins; may be none */
    static GroupRules of(String group, List<ClassRule> rules) {
        Numbered numbered = new Numbered();
        RulesByRange byLabel = RulesByRange.of(Field.FLOW_LABEL, rules);
        int own = numbered.add(byLabel.others());
        for (RulesByRange.Some some : byLabel.some()) {
            if (numbered.tooMany()) {
                break;
            }
            int to = numbered.add(some.rules());
            some.values().forEach(range -> numbered.flowLabels.add(new Step(own, range, to)));
        }
        return new GroupRules(
                group,
                rules.size(),
                numbered.otherwise,
                numbered.boxes,
                numbered.flowLabels,
                numbered.securityParametersIndexes);
    }

    private static final class Numbered {
        private final List<Map<Box, ClassName>> boxes = new ArrayList<>();
        private final List<Step> flowLabels = new ArrayList<>();
        private final List<Step> securityParametersIndexes = new ArrayList<>();
        private @Nullable ClassName otherwise;

        /** @return the place of these rules; those for some Security Parameters Indexes follow it */
        int add(List<ClassRule> rules) {
            RulesByRange byIndex = RulesByRange.of(Field.SECURITY_PARAMETERS_INDEX, rules);
            int from = place(byIndex.others());
            for (RulesByRange.Some some : byIndex.some()) {
                if (tooMany()) {
                    break;
                }
                int to = place(some.rules());
                some.values().forEach(range -> securityParametersIndexes.add(new Step(from, range, to)));
            }
            return from;
        }

        private int place(List<ClassRule> rules) {
            if (boxes.isEmpty()) {
                DisjointClasses own = DisjointClasses.of(rules);
                otherwise = own.otherwise();
                boxes.add(own.boxes());
            } else {
                boxes.add(DisjointClasses.of(rules, otherwise));
            }
            return boxes.size() - 1;
        }

        /** There is no number for the last one; the others need not be known. */
        boolean tooMany() {
            return boxes.size() - 1 > KernelNumbering.MOST_TOLD_APART;
        }
    }

    /**
     * Those for which there is room: those that are there first, then in the order of their names.
     *
     * @param present labels of groups that are there
     */
    static List<GroupRules> fitting(Collection<GroupRules> all, Set<String> present, SteeringSizes sizes) {
        List<GroupRules> inOrder = new ArrayList<>(all);
        inOrder.sort(Comparator.comparing((GroupRules rules) -> !present.contains(ClassNumbers.label(rules.group)))
                .thenComparing(GroupRules::group));
        int boxes = sizes.classes();
        int labels = sizes.labels();
        int indexes = sizes.indexes();
        int names = sizes.names();
        List<GroupRules> fitting = new ArrayList<>(inOrder.size());
        for (GroupRules rules : inOrder) {
            if (rules.boxes.size() - 1 <= KernelNumbering.MOST_TOLD_APART
                    && rules.classKeys() <= boxes
                    && rules.flowLabels.size() <= labels
                    && rules.securityParametersIndexes.size() <= indexes
                    && rules.names() <= names) {
                boxes -= rules.classKeys();
                labels -= rules.flowLabels.size();
                indexes -= rules.securityParametersIndexes.size();
                names -= rules.names();
                fitting.add(rules);
            }
        }
        return fitting;
    }

    private int classKeys() {
        return boxes.stream().mapToInt(Map::size).sum();
    }

    private int names() {
        return 1 + classes;
    }
}
