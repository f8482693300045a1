package org.flowanchor.agent.domain;

import java.util.List;
import org.flowanchor.mobility.TrafficSelector;

/**
 * How packets meet a class. In a group the first rule of the list that matches wins, so selectors of different rules may overlap.
 *
 * @param selectors any of them matches; never empty ({@link TrafficSelector#ALL} matches everything)
 */
public record ClassRule(ClassName name, List<TrafficSelector> selectors) {
    public ClassRule {
        selectors = List.copyOf(selectors);
        if (selectors.isEmpty()) {
            throw new IllegalArgumentException("class " + name + " has no selector");
        }
    }
}
