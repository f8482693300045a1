package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;

/**
 * The rules of one group by a field that the class lookup does not know: another one would cost every packet with a group, and the nft
 * program could not list it. Instead values that the rules treat alike have a number of their own in place of the group's, and the rules
 * of that number look at everything else.
 *
 * @param others rules for all values that are in none of {@code some}; as if no rule named a value
 */
record RulesByRange(List<ClassRule> others, List<Some> some) {
    enum Field {
        FLOW_LABEL(
                TrafficSelector.ALL_FLOW_LABELS,
                TrafficSelector::flowLabels,
                TrafficSelector::withFlowLabels,
                selector -> true),
        SECURITY_PARAMETERS_INDEX(
                TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES,
                TrafficSelector::securityParametersIndexes,
                TrafficSelector::withSecurityParametersIndexes,
                selector -> selector.protocols().contains(FiveTuple.ESP));

        private final Range all;
        private final Function<TrafficSelector, Range> values;
        private final BiFunction<TrafficSelector, Range, TrafficSelector> with;
        private final Predicate<TrafficSelector> present;

        /** @param present whether packets that have the field may match */
        Field(
                Range all,
                Function<TrafficSelector, Range> values,
                BiFunction<TrafficSelector, Range, TrafficSelector> with,
                Predicate<TrafficSelector> present) {
            this.all = all;
            this.values = values;
            this.with = with;
            this.present = present;
        }

        private Range of(TrafficSelector selector) {
            return values.apply(selector);
        }

        /** The selector for any value. */
        private TrafficSelector forgotten(TrafficSelector selector) {
            return of(selector).equals(all) ? selector : with.apply(selector, all);
        }

        private boolean isMetBy(TrafficSelector selector) {
            return present.test(selector);
        }
    }

    /**
     * @param values disjoint, not touching
     * @param rules for packets that have the field; first match wins, for any value
     */
    record Some(List<Range> values, List<ClassRule> rules) {}

    /**
     * @param rules of one group, first match wins
     * @param budget of the group; a number is taken for each of {@code some}
     * @return not complete when the budget is spent
     */
    static RulesByRange of(Field field, List<ClassRule> rules, CompileBudget budget) {
        int selectors = rules.stream().mapToInt(rule -> rule.selectors().size()).sum();
        if (!budget.compare(selectors)) {
            return new RulesByRange(rules, List.of());
        }
        TreeSet<Long> begins = new TreeSet<>();
        for (ClassRule rule : rules) {
            for (TrafficSelector selector : rule.selectors()) {
                begins.add(field.of(selector).start());
                begins.add(field.of(selector).end() + 1);
            }
        }
        List<ClassRule> others = matching(field, rules, field.all);
        List<ClassRule> known = withField(field, others);
        Map<List<ClassRule>, List<Range>> told = new LinkedHashMap<>();
        for (long begin : begins) {
            Long next = begins.higher(begin);
            if (next == null || !budget.compare(selectors)) {
                break;
            }
            List<ClassRule> matching = withField(field, matching(field, rules, new Range(begin, next - 1)));
            if (!matching.equals(known) && (told.containsKey(matching) || budget.addNumber())) {
                add(told.computeIfAbsent(matching, _ -> new ArrayList<>()), new Range(begin, next - 1));
            }
        }
        List<Some> some = new ArrayList<>();
        told.forEach((matching, values) -> some.add(new Some(values, matching)));
        return new RulesByRange(others, some);
    }

    private static void add(List<Range> values, Range next) {
        if (!values.isEmpty() && values.getLast().end() + 1 == next.start()) {
            values.add(new Range(values.removeLast().start(), next.end()));
        } else {
            values.add(next);
        }
    }

    /** What matches all of these values, with the field forgotten. */
    private static List<ClassRule> matching(Field field, List<ClassRule> rules, Range values) {
        List<ClassRule> matching = new ArrayList<>();
        for (ClassRule rule : rules) {
            List<TrafficSelector> selectors = rule.selectors().stream()
                    .filter(selector -> field.of(selector).contains(values))
                    .map(field::forgotten)
                    .toList();
            if (!selectors.isEmpty()) {
                matching.add(new ClassRule(rule.name(), selectors));
            }
        }
        return matching;
    }

    private static List<ClassRule> withField(Field field, List<ClassRule> rules) {
        List<ClassRule> met = new ArrayList<>();
        for (ClassRule rule : rules) {
            List<TrafficSelector> selectors =
                    rule.selectors().stream().filter(field::isMetBy).toList();
            if (!selectors.isEmpty()) {
                met.add(new ClassRule(rule.name(), selectors));
            }
        }
        return met;
    }
}
