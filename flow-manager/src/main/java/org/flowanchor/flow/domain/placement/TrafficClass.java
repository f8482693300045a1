package org.flowanchor.flow.domain.placement;

import java.util.List;
import org.flowanchor.flow.domain.cache.RuleName;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.TrafficSelector;

/** A rule as one policy group has it: class -> ordered accesses, resolved by the anchor's agent against live bindings. */
public record TrafficClass(
        RuleName name,
        String group,
        List<TrafficSelector> selectors,
        List<AccessTechnologyType> accessTechnologyTypes) {}
