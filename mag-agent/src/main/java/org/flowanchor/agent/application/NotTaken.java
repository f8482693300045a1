package org.flowanchor.agent.application;

import java.util.List;
import java.util.Set;

/**
 * What of a state the kernel did not take; everything else is in force.
 *
 * @param whose who goes without, whoever else is served
 * @param refusals the kernel's words, one for each object; also of objects that are nobody's
 */
public record NotTaken<T>(Set<T> whose, List<String> refusals) {
    public NotTaken {
        whose = Set.copyOf(whose);
        refusals = List.copyOf(refusals);
    }

    public static <T> NotTaken<T> nothing() {
        return new NotTaken<>(Set.of(), List.of());
    }
}
