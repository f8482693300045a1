package org.flowanchor.flow.domain.placement;

import java.util.List;
import java.util.OptionalDouble;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.TrafficSelector;

/**
 * One rule of a policy.
 *
 * @param selectors any of them matches; none: everything matches
 * @param accessTechnologyTypes most preferred first, at least one
 * @param packetLossRatioThreshold 0..1 exclusive; empty: the flow-manager's default
 */
public record SteeringRule(
        String name,
        List<TrafficSelector> selectors,
        SteeringMode mode,
        List<AccessTechnologyType> accessTechnologyTypes,
        OptionalDouble packetLossRatioThreshold) {
    public SteeringRule {
        selectors = List.copyOf(selectors);
        accessTechnologyTypes = List.copyOf(accessTechnologyTypes);
        if (accessTechnologyTypes.isEmpty()) {
            throw new IllegalArgumentException("rule " + name + " lists no access");
        }
        if (packetLossRatioThreshold.isPresent()
                && !(packetLossRatioThreshold.getAsDouble() > 0 && packetLossRatioThreshold.getAsDouble() < 1)) {
            throw new IllegalArgumentException(
                    "rule " + name + ": loss threshold " + packetLossRatioThreshold.getAsDouble() + " is not in 0..1");
        }
    }
}
