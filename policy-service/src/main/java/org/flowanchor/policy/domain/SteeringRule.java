package org.flowanchor.policy.domain;

import java.util.List;
import org.flowanchor.mobility.TrafficSelector;

/**
 * One rule of a policy.
 *
 * @param selectors in downlink direction (RFC 6088): the source is the correspondent; any of them matches, none matches everything
 */
public record SteeringRule(RuleName name, List<TrafficSelector> selectors, Steering steering) {
    private static final List<TrafficSelector> EVERYTHING = List.of(TrafficSelector.ALL);

    public SteeringRule {
        selectors = List.copyOf(selectors);
    }

    /** The selectors, with "everything" spelt out. */
    List<TrafficSelector> matched() {
        return selectors.isEmpty() ? EVERYTHING : selectors;
    }
}
