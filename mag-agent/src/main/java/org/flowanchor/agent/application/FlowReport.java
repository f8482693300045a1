package org.flowanchor.agent.application;

import java.util.List;
import org.flowanchor.agent.domain.FlowRates.FlowRate;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * Flows of one interval, or a part of them.
 *
 * @param flows of the first part highest rates first
 * @param trackedFlows all that the kernel tracks
 */
public record FlowReport(long sampledAtMs, int intervalMs, List<CarriedFlow> flows, int trackedFlows) {
    public FlowReport {
        flows = List.copyOf(flows);
    }

    /** @param gateway that carries it now; null when no binding is usable */
    public record CarriedFlow(FlowRate rate, @Nullable ProxyCareOfAddress gateway) {}
}
