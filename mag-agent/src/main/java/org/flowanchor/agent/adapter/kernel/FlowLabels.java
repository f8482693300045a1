package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;

/**
 * The rules of one group by flow label. The class lookup knows no flow labels: a sixth field would cost every packet with a group, and
 * the nft program could not list it. Instead labels that the rules treat alike have a number of their own in place of the group's, and the
 * rules of that number look at everything else.
 *
 * @param others rules for all labels that are in none of {@code some}; as if no rule named a label
 */
record FlowLabels(List<ClassRule> others, List<Some> some) {
    /**
     * @param labels disjoint, not touching
     * @param rules first match wins, for any label
     */
    record Some(List<Range> labels, List<ClassRule> rules) {}

    /** @param rules of one group, first match wins */
    static FlowLabels of(List<ClassRule> rules) {
        TreeSet<Integer> begins = new TreeSet<>();
        for (ClassRule rule : rules) {
            for (TrafficSelector selector : rule.selectors()) {
                begins.add(selector.flowLabels().start());
                begins.add(selector.flowLabels().end() + 1);
            }
        }
        List<ClassRule> others = matching(rules, TrafficSelector.ALL_FLOW_LABELS);
        Map<List<ClassRule>, List<Range>> labelled = new LinkedHashMap<>();
        for (int begin : begins) {
            Integer next = begins.higher(begin);
            if (next == null) {
                break;
            }
            List<ClassRule> matching = matching(rules, new Range(begin, next - 1));
            if (!matching.equals(others)) {
                add(labelled.computeIfAbsent(matching, _ -> new ArrayList<>()), new Range(begin, next - 1));
            }
        }
        List<Some> some = new ArrayList<>();
        labelled.forEach((matching, labels) -> some.add(new Some(labels, matching)));
        return new FlowLabels(others, some);
    }

    private static void add(List<Range> labels, Range next) {
        if (!labels.isEmpty() && labels.getLast().end() + 1 == next.start()) {
            labels.add(new Range(labels.removeLast().start(), next.end()));
        } else {
            labels.add(next);
        }
    }

    /** What matches all of these labels, with their labels forgotten. */
    private static List<ClassRule> matching(List<ClassRule> rules, Range labels) {
        List<ClassRule> matching = new ArrayList<>();
        for (ClassRule rule : rules) {
            List<TrafficSelector> selectors = rule.selectors().stream()
                    .filter(selector -> selector.flowLabels().contains(labels))
                    .map(selector -> new TrafficSelector(
                            selector.remotePrefix(), selector.protocols(), selector.remotePorts(), selector.dscp()))
                    .toList();
            if (!selectors.isEmpty()) {
                matching.add(new ClassRule(rule.name(), selectors));
            }
        }
        return matching;
    }
}
