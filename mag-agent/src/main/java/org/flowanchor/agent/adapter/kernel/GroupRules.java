package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.TrafficSelector.Range;

/**
 * The rules of one policy group as the kernel's maps have them. A group is there as a whole or not at all: with some of its rules
 * missing, packets would meet another rule of the group than the operator wrote.
 *
 * @param classes how many rules there are
 * @param others for packets whose flow label is in none of {@code labelled}
 */
record GroupRules(String group, int classes, DisjointClasses others, List<Labelled> labelled) {
    /** What packets with some flow labels meet. */
    record Labelled(List<Range> labels, Map<Box, ClassName> boxes) {}

    /** @param rules of the group, first match wins; may be none */
    static GroupRules of(String group, List<ClassRule> rules) {
        FlowLabels byLabel = FlowLabels.of(rules);
        DisjointClasses others = DisjointClasses.of(byLabel.others());
        List<Labelled> labelled = byLabel.some().stream()
                .map(some -> new Labelled(some.labels(), DisjointClasses.of(some.rules(), others.otherwise())))
                .toList();
        return new GroupRules(group, rules.size(), others, labelled);
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
        int ranges = sizes.labels();
        int names = sizes.names();
        List<GroupRules> fitting = new ArrayList<>(inOrder.size());
        for (GroupRules rules : inOrder) {
            if (rules.labelled.size() <= KernelNumbering.MOST_LABELS
                    && rules.boxes() <= boxes
                    && rules.ranges() <= ranges
                    && rules.names() <= names) {
                boxes -= rules.boxes();
                ranges -= rules.ranges();
                names -= rules.names();
                fitting.add(rules);
            }
        }
        return fitting;
    }

    private int boxes() {
        return others.boxes().size()
                + labelled.stream().mapToInt(some -> some.boxes.size()).sum();
    }

    private int ranges() {
        return labelled.stream().mapToInt(some -> some.labels.size()).sum();
    }

    private int names() {
        return 1 + classes;
    }
}
