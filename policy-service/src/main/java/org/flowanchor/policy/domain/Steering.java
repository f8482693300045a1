package org.flowanchor.policy.domain;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import org.flowanchor.mobility.AccessTechnologyType;

/**
 * Where the traffic of a rule goes.
 *
 * @param accessTechnologyTypes most preferred first, at least one, each once
 * @param packetLossRatioThreshold above it an access counts as congested, above 0 and below 1; only with
 *     {@link SteeringMode#PRIORITY_BASED}; empty: the flow-manager's default
 */
public record Steering(
        SteeringMode mode, List<AccessTechnologyType> accessTechnologyTypes, OptionalDouble packetLossRatioThreshold) {
    public Steering {
        accessTechnologyTypes = List.copyOf(accessTechnologyTypes);
        if (accessTechnologyTypes.isEmpty()
                || new HashSet<>(accessTechnologyTypes).size() != accessTechnologyTypes.size()) {
            throw new IllegalArgumentException("not a list of different accesses: " + accessTechnologyTypes);
        }
        if (packetLossRatioThreshold.isPresent()) {
            double threshold = packetLossRatioThreshold.getAsDouble();
            if (mode != SteeringMode.PRIORITY_BASED || !(threshold > 0 && threshold < 1)) {
                throw new IllegalArgumentException(mode + " with packet loss ratio threshold " + threshold);
            }
        }
    }
}
