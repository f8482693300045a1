package org.flowanchor.agent.application;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * Flow exceptions of a desired state: there may be very many, and few of them differ from what was applied last.
 *
 * @param changed flows that may differ, with the gateway that is to carry each, empty: no exception; null: nobody knows which
 * @param all every exception that is to be there: costs by their number, and is asked for only when the kernel is not as it was left
 */
public record FlowChanges(
        @Nullable Map<FiveTuple, Optional<ProxyCareOfAddress>> changed,
        Supplier<Map<FiveTuple, ProxyCareOfAddress>> all) {
    public FlowChanges {
        changed = changed == null ? null : Map.copyOf(changed);
    }

    /** Whatever was applied before. */
    public static FlowChanges whole(Map<FiveTuple, ProxyCareOfAddress> all) {
        return new FlowChanges(null, () -> all);
    }
}
