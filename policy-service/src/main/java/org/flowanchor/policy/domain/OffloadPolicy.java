package org.flowanchor.policy.domain;

import java.util.HashSet;
import java.util.List;

/**
 * What the operator wants for some groups of mobile nodes.
 *
 * @param precedence unique over all policies, lower first, not negative
 * @param groups at least one, each once
 * @param rules in order, the first match wins; at least one, names unique
 */
public record OffloadPolicy(
        PolicyName name, boolean enabled, int precedence, List<PolicyGroup> groups, List<SteeringRule> rules) {
    public OffloadPolicy {
        groups = List.copyOf(groups);
        rules = List.copyOf(rules);
        if (precedence < 0) {
            throw new IllegalArgumentException("precedence " + precedence + " is negative");
        }
        if (groups.isEmpty() || new HashSet<>(groups).size() != groups.size()) {
            throw new IllegalArgumentException("not a list of different groups: " + groups);
        }
        if (rules.isEmpty() || rules.stream().map(SteeringRule::name).distinct().count() != rules.size()) {
            throw new IllegalArgumentException("not a list of rules with different names");
        }
    }
}
