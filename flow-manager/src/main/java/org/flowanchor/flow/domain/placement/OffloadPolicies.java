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

    private final Map<RuleName, SteeringRule> rules = new HashMap<>();
    private final List<TrafficClass> classes = new ArrayList<>();

    private OffloadPolicies(Collection<OffloadPolicy> policies) {
        policies.stream()
                .filter(OffloadPolicy::enabled)
                .sorted(Comparator.comparingLong(OffloadPolicy::precedence).thenComparing(OffloadPolicy::name))
                .forEach(policy -> policy.rules().forEach(rule -> {
                    RuleName name = new RuleName(policy.name(), rule.name());
                    rules.put(name, rule);
                    policy.groups()
                            .forEach(group -> classes.add(
                                    new TrafficClass(name, group, rule.selectors(), rule.accessTechnologyTypes())));
                }));
    }

    public static OffloadPolicies of(Collection<OffloadPolicy> policies) {
        return new OffloadPolicies(policies);
    }

    /** What the anchor's agent enforces; the first match of a group wins. */
    public List<TrafficClass> classes() {
        return List.copyOf(classes);
    }

    public Optional<SteeringRule> rule(RuleName name) {
        return Optional.ofNullable(rules.get(name));
    }

    /**
     * The rule a flow meets, as far as its five-tuple tells: empty when a rule that looks at the DSCP or the flow label may come first,
     * and when none matches. Only the agent knows both; its word goes before this.
     */
    public Optional<RuleName> ruleOfFiveTuple(String group, FiveTuple flow) {
        for (TrafficClass candidate : classes) {
            if (!candidate.group().equals(group)) {
                continue;
            }
            if (candidate.selectors().isEmpty()) {
                return Optional.of(candidate.name());
            }
            for (TrafficSelector selector : candidate.selectors()) {
                if (selector.matchesFiveTuple(flow)) {
                    return selector.isOfFiveTuple() ? Optional.of(candidate.name()) : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** Loss thresholds at which accesses are judged. */
    public SortedSet<Double> thresholds(double defaultThreshold) {
        SortedSet<Double> thresholds = new TreeSet<>();
        rules.values().stream()
                .filter(rule -> rule.mode() == SteeringMode.PRIORITY_BASED)
                .forEach(rule -> thresholds.add(rule.packetLossRatioThreshold().orElse(defaultThreshold)));
        if (thresholds.isEmpty()) {
            thresholds.add(defaultThreshold);
        }
        return thresholds;
    }
}
