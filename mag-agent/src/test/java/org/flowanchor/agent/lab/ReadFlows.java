package org.flowanchor.agent.lab;

import java.util.HashMap;
import java.util.Map;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.FlowCounters;
import org.flowanchor.agent.domain.FlowKey;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/** One reading of the tracked flows, kept. */
public final class ReadFlows implements FlowCounters {
    private final Map<FiveTuple, TrackedFlow> flows = new HashMap<>();

    public Map<FiveTuple, TrackedFlow> flows() {
        return flows;
    }

    @Override
    public void restart() {
        flows.clear();
    }

    @Override
    public void add(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            long transport,
            long packets,
            long bytes,
            @Nullable ClassName className) {
        FiveTuple flow = FlowKey.flow(sourceHigh, sourceLow, destinationHigh, destinationLow, transport);
        flows.put(flow, new TrackedFlow(flow, packets, bytes, className));
    }
}
