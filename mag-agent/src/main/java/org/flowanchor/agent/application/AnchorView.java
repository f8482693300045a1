package org.flowanchor.agent.application;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.GroupClasses;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel enforces, for readers on other threads. Bindings and exceptions are live: copying them at each change would cost by
 * their number. While the kernel refuses a change the bindings are ahead of it.
 */
final class AnchorView {
    private final Set<ProxyCareOfAddress> gateways;
    private final GroupClasses classes;
    private final BindingTable bindings;
    private final Map<FiveTuple, FlowException> installed;

    AnchorView(
            Set<ProxyCareOfAddress> gateways,
            GroupClasses classes,
            BindingTable bindings,
            Map<FiveTuple, FlowException> installed) {
        this.gateways = gateways;
        this.classes = classes;
        this.bindings = bindings;
        this.installed = installed;
    }

    /** With a tunnel. */
    Set<ProxyCareOfAddress> gateways() {
        return gateways;
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
        FlowException exception = installed.get(flow.flow());
        return AnchorResolution.effectiveGateway(
                flow.flow(), exception == null ? null : exception.gateway(), flow.className(), classes, bindings);
    }
}
