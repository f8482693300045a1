package org.flowanchor.agent.application;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/** What the kernel enforces, for readers on other threads. Exceptions are live: copying them at each move would cost by their number. */
final class AnchorView {
    private final AnchorState state;
    private final BindingTable bindings;
    private final Map<FiveTuple, FlowException> installed;

    AnchorView(AnchorState state, BindingTable bindings, Map<FiveTuple, FlowException> installed) {
        this.state = state;
        this.bindings = bindings;
        this.installed = installed;
    }

    AnchorState state() {
        return state;
    }

    BindingTable bindings() {
        return bindings;
    }

    Collection<FlowException> installed() {
        return installed.values();
    }

    boolean hasException(FiveTuple flow) {
        return installed.containsKey(flow);
    }

    @Nullable
    ProxyCareOfAddress gateway(TrackedFlow flow) {
        return AnchorResolution.effectiveGateway(
                flow.flow(),
                Optional.ofNullable(installed.get(flow.flow()))
                        .map(FlowException::gateway)
                        .orElse(null),
                flow.className(),
                state,
                bindings);
    }
}
