package org.flowanchor.agent.domain;

import java.util.List;
import org.flowanchor.mobility.AccessTechnologyType;

/**
 * A traffic class as the flow-manager sends it.
 *
 * @param accessTechnologyTypes most preferred first; a packet of the class takes the first one for which its prefix has a usable
 *     binding, with none it follows the binding's route
 */
public record ClassSteering(ClassRule rule, List<AccessTechnologyType> accessTechnologyTypes) {
    public ClassSteering {
        accessTechnologyTypes = List.copyOf(accessTechnologyTypes);
    }
}
