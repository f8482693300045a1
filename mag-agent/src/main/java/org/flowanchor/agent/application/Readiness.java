package org.flowanchor.agent.application;

import java.util.Map;

/**
 * Whether the agent does its work.
 *
 * @param details for an operator's eyes: strings, numbers and booleans
 */
public record Readiness(boolean ready, Map<String, Object> details) {
    public Readiness {
        details = Map.copyOf(details);
    }
}
