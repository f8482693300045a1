package org.flowanchor.agent.application;

import java.time.Duration;
import java.util.Set;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * The gateway that the agent serves.
 *
 * @param accessLinks interface names
 * @param reconcileInterval between two comparisons of desired and actual, also the wait after the kernel refused
 */
public record AccessSettings(
        ProxyCareOfAddress proxyCareOfAddress,
        LmaAddress lmaAddress,
        Set<String> accessLinks,
        Duration reconcileInterval) {
    public AccessSettings {
        accessLinks = Set.copyOf(accessLinks);
    }
}
