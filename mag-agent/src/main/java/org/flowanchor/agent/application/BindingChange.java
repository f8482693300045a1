package org.flowanchor.agent.application;

import java.util.List;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;

/**
 * One response of the binding stream.
 *
 * @param version anchor-wide version it brings the agent to
 * @param fullState entries are everything there is
 */
public record BindingChange(long version, boolean fullState, List<Binding> entries, List<BindingName> removed) {
    public BindingChange {
        entries = List.copyOf(entries);
        removed = List.copyOf(removed);
    }
}
