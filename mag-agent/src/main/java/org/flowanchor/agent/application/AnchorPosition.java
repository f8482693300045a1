package org.flowanchor.agent.application;

import java.util.List;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.SteeringVersion;

/**
 * Where the anchor's agent stands.
 *
 * @param accepted last accepted steering; {@link SteeringVersion#NONE} after a restart
 * @param installed flow exceptions that the kernel enforces
 */
public record AnchorPosition(SteeringVersion accepted, List<FlowException> installed) {
    public AnchorPosition {
        installed = List.copyOf(installed);
    }
}
