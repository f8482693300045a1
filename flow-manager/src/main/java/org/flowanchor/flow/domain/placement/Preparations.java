package org.flowanchor.flow.domain.placement;

import java.util.Map;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
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

    /** Why the gateway of {@code access} is not asked again yet; empty when it may be. */
    Optional<String> unwilling(FlowSite site, Access access) {
        return site.node()
                .flowMobile(access.proxyCareOfAddress())
                .flatMap(other -> Optional.ofNullable(remembered.get(site.carried(access)))
                        .or(other::failure));
    }
}
