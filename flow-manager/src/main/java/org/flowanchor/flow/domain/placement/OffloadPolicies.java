package org.flowanchor.flow.domain.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.flowanchor.flow.domain.cache.RuleName;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.TrafficSelector;

/** All enabled policies in the order in which they match: by precedence, then by rule. Immutable. */
public final class OffloadPolicies {
    public static final OffloadPolicies NONE = of(List.of());

    private final List<SteeringRule> rules = new ArrayList<>();
    private final List<TrafficClass> classes = new ArrayList<>();
    private final Map<String, List<GroupRule>> ofGroup = new HashMap<>();

    private record GroupRule(RuleName name, SteeringRule rule) {}

    private enum Fit {
        SURE,
        /** If its DSCP and flow label are right. */
        POSSIBLE,
        NONE
    }

    private OffloadPolicies(Collection<OffloadPolicy> policies) {
        policies.stream()
                .filter(OffloadPolicy::enabled)
                .sorted(Comparator.comparingLong(OffloadPolicy::precedence).thenComparing(OffloadPolicy::name))
                .forEach(policy -> policy.rules().forEach(rule -> {
                    RuleName name = new RuleName(policy.name(), rule.name());
                    rules.add(rule);
                    policy.groups().forEach(group -> add(group, name, rule));
                }));
    }

    private void add(String group, RuleName name, SteeringRule rule) {
        classes.add(new TrafficClass(name, group, rule.selectors(), rule.accessTechnologyTypes()));
        ofGroup.computeIfAbsent(group, key -> new ArrayList<>()).add(new GroupRule(name, rule));
    }

    public static OffloadPolicies of(Collection<OffloadPolicy> policies) {
        return new OffloadPolicies(policies);
    }

    /** What the anchor's agent enforces; the first match of a group wins. */
    public List<TrafficClass> classes() {
        return List.copyOf(classes);
    }

    /**
     * The first rule of a group that is for a flow, by the policies of now: they may have changed since a packet of the flow met a rule,
     * and the packets of one with an exception meet none.
     *
     * @param named rule that the agent says its packets met last: only the agent knows DSCP and flow label, so of the rules that look at
     *     them the flow meets at most this one; empty when it has not said
     */
    RuleMatch match(String group, FiveTuple flow, Optional<RuleName> named) {
        for (GroupRule candidate : ofGroup.getOrDefault(group, List.of())) {
            Fit fit = fit(candidate.rule(), flow);
            if (fit == Fit.SURE || fit == Fit.POSSIBLE && named.equals(Optional.of(candidate.name()))) {
                return new RuleMatch.Met(candidate.rule());
            }
            if (fit == Fit.POSSIBLE && named.isEmpty()) {
                return new RuleMatch.NotKnown();
            }
        }
        return new RuleMatch.None();
    }

    private static Fit fit(SteeringRule rule, FiveTuple flow) {
        Fit best = rule.selectors().isEmpty() ? Fit.SURE : Fit.NONE;
        for (TrafficSelector selector : rule.selectors()) {
            if (selector.matchesFiveTuple(flow)) {
                if (selector.isOfFiveTuple()) {
                    return Fit.SURE;
                }
                best = Fit.POSSIBLE;
            }
        }
        return best;
    }

    /** Loss thresholds at which accesses are judged. */
    public SortedSet<Double> thresholds(double defaultThreshold) {
        SortedSet<Double> thresholds = new TreeSet<>();
        rules.stream()
                .filter(rule -> rule.mode() == SteeringMode.PRIORITY_BASED)
                .forEach(rule -> thresholds.add(rule.packetLossRatioThreshold().orElse(defaultThreshold)));
        if (thresholds.isEmpty()) {
            thresholds.add(defaultThreshold);
        }
        return thresholds;
    }
}
