package org.flowanchor.flow.application;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * Which trace a decision belongs to, and which the next command to the agent. Owned by the anchor's loop.
 *
 * <p>A record is the cause of what the next run of placement decides, and of nothing later: a binding of its mobile node's flows, policies
 * of all others. What load brings about, or time alone, begins a trace. A command has one traceparent, that of the newest of its causes.
 */
final class Causes {
    private final RandomGenerator random;
    private final Map<MobileNodeIdentifier, TraceContext> bindings = new HashMap<>();
    private @Nullable TraceContext policies;
    private @Nullable TraceContext ofCommand;

    Causes(RandomGenerator random) {
        this.random = random;
    }

    void bindingChanged(MobileNodeIdentifier mobileNode, Optional<TraceContext> trace) {
        trace.ifPresent(cause -> bindings.put(mobileNode, cause));
    }

    /**
     * @param trace empty: one begins
     * @return what they belong to
     */
    TraceContext policiesChanged(Optional<TraceContext> trace) {
        TraceContext cause = trace.orElseGet(this::begin);
        policies = cause;
        return cause;
    }

    /** Placement has looked at what arrived. */
    void placed() {
        bindings.clear();
        policies = null;
    }

    /** What a decision of this run of placement belongs to. */
    TraceContext of(MoveCause cause, Optional<MobileNodeIdentifier> mobileNode) {
        if (cause == MoveCause.QOS) {
            return begin();
        }
        return mobileNode
                .flatMap(node -> Optional.ofNullable(bindings.get(node)))
                .or(() -> Optional.ofNullable(policies))
                .orElseGet(this::begin);
    }

    /** Something that the agent is to be told of. */
    void told(TraceContext cause) {
        ofCommand = cause;
    }

    /** For the command that is sent now: a full state that nothing but its agent's coming asked for begins a trace. */
    TraceContext takeForCommand() {
        TraceContext cause = ofCommand == null ? begin() : ofCommand;
        ofCommand = null;
        return cause;
    }

    TraceContext begin() {
        return TraceContext.begin(random);
    }
}
