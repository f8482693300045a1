package org.flowanchor.agent.domain;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Steering of one anchor, before it is resolved against bindings.
 *
 * @param classes ordered, the first match of a group wins; names are unique
 * @param flowExceptions at most one per flow; they precede the classes
 */
public record Steering(List<ClassSteering> classes, Collection<FlowException> flowExceptions) {
    public static final Steering NONE = new Steering(List.of(), List.of());

    public Steering {
        classes = requireUniqueNames(classes);
    }

    /** @throws IllegalArgumentException when a name occurs twice: the kernel's last lookup could not tell them apart */
    public static List<ClassSteering> requireUniqueNames(List<ClassSteering> classes) {
        Set<ClassName> names = new HashSet<>();
        for (ClassSteering steering : classes) {
            if (!names.add(steering.rule().name())) {
                throw new IllegalArgumentException("class " + steering.rule().name() + " occurs twice");
            }
        }
        return List.copyOf(classes);
    }
}
