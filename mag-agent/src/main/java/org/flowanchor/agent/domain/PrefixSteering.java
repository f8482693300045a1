package org.flowanchor.agent.domain;

import java.util.Map;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * All that bindings and classes ask of the kernel for one home network prefix.
 *
 * @param route gateway of the preferred usable binding; null: the pool answers unreachable
 * @param group null: its packets meet no class
 * @param accesses of the group's classes, where another gateway than the route's may be chosen
 */
public record PrefixSteering(
        @Nullable ProxyCareOfAddress route, @Nullable String group, Map<ClassName, ProxyCareOfAddress> accesses) {
    public PrefixSteering {
        accesses = Map.copyOf(accesses);
    }
}
