package org.flowanchor.flow.domain.placement;

import java.util.List;

/**
 * A compiled offload policy.
 *
 * @param precedence lower first
 */
public record OffloadPolicy(
        String name, long revision, boolean enabled, long precedence, List<String> groups, List<SteeringRule> rules) {
    public OffloadPolicy {
        groups = List.copyOf(groups);
        rules = List.copyOf(rules);
    }
}
