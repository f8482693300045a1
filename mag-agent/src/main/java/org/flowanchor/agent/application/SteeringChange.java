package org.flowanchor.agent.application;

import java.util.List;
import org.flowanchor.agent.domain.ClassSteering;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.Steering;
import org.flowanchor.agent.domain.SteeringVersion;
import org.flowanchor.mobility.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * One steering command.
 *
 * @param fullState classes and exceptions are everything there is
 * @param classes the whole ordered list; null leaves the present ones; never null with {@code fullState}
 * @param flowExceptions added or changed
 */
public record SteeringChange(
        SteeringVersion version,
        boolean fullState,
        @Nullable List<ClassSteering> classes,
        List<FlowException> flowExceptions,
        List<FiveTuple> removedFlowExceptions) {
    public SteeringChange {
        if (classes == null && fullState) {
            throw new IllegalArgumentException("a full state has classes");
        }
        classes = classes == null ? null : Steering.requireUniqueNames(classes);
        flowExceptions = List.copyOf(flowExceptions);
        removedFlowExceptions = List.copyOf(removedFlowExceptions);
    }
}
