package org.flowanchor.flow.domain.placement;

import java.util.Map;
import org.flowanchor.flow.domain.FlowId;

/**
 * Moves that wait for a gateway, as placement sees them.
 *
 * @param underWay by flow
 * @param refused of those under way, what the binding-service refused
 * @param unreached of those under way, why the binding-service could not be asked so far
 * @param remembered refusals not so long ago, for humans: only an operator asks for the same again
 */
public record Preparations(
        Map<FlowId, Preparation> underWay,
        Map<FlowId, PrefixAnswer.Refused> refused,
        Map<FlowId, String> unreached,
        Map<CarriedPrefix, String> remembered) {
    public static final Preparations NONE = new Preparations(Map.of(), Map.of(), Map.of(), Map.of());

    public Preparations {
        underWay = Map.copyOf(underWay);
        refused = Map.copyOf(refused);
        unreached = Map.copyOf(unreached);
        remembered = Map.copyOf(remembered);
    }
}
