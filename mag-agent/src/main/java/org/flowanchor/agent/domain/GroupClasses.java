package org.flowanchor.agent.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/** Classes by the group they belong to, resolved prefix by prefix against bindings as {@link AnchorResolution} tells. */
public final class GroupClasses {
    private final Map<String, List<ClassSteering>> classesOfGroup = new HashMap<>();
    private final Map<ClassName, ClassSteering> byName = new HashMap<>();

    public GroupClasses(List<ClassSteering> classes) {
        for (ClassSteering steering : classes) {
            classesOfGroup
                    .computeIfAbsent(steering.rule().name().group(), key -> new ArrayList<>())
                    .add(steering);
            byName.put(steering.rule().name(), steering);
        }
    }

    /** What the kernel is to have of a prefix. */
    public PrefixSteering resolve(HomeNetworkPrefix prefix, BindingTable bindings) {
        ProxyCareOfAddress route = route(prefix, bindings);
        String group = AnchorResolution.isClassified(prefix.length())
                ? bindings.policyGroup(prefix).orElse(null)
                : null;
        if (group == null) {
            return new PrefixSteering(route, null, Map.of());
        }
        Map<ClassName, ProxyCareOfAddress> accesses = new HashMap<>();
        for (ClassSteering steering : classesOfGroup.getOrDefault(group, List.of())) {
            firstUsable(steering.accessTechnologyTypes(), prefix, bindings)
                    .ifPresent(gateway -> accesses.put(steering.rule().name(), gateway));
        }
        return new PrefixSteering(route, group, accesses);
    }

    /**
     * Gateway that packets of a prefix take when no exception is made for their flow.
     *
     * @param name class they meet, null when none
     * @return null when no binding is usable
     */
    @Nullable
    ProxyCareOfAddress gateway(HomeNetworkPrefix prefix, @Nullable ClassName name, BindingTable bindings) {
        ClassSteering steering = name == null ? null : byName.get(name);
        if (steering != null
                && AnchorResolution.isClassified(prefix.length())
                && bindings.policyGroup(prefix)
                        .filter(steering.rule().name().group()::equals)
                        .isPresent()) {
            Optional<ProxyCareOfAddress> access = firstUsable(steering.accessTechnologyTypes(), prefix, bindings);
            if (access.isPresent()) {
                return access.get();
            }
        }
        return route(prefix, bindings);
    }

    private static @Nullable ProxyCareOfAddress route(HomeNetworkPrefix prefix, BindingTable bindings) {
        return bindings.preferred(prefix).map(Binding::proxyCareOfAddress).orElse(null);
    }

    private static Optional<ProxyCareOfAddress> firstUsable(
            List<AccessTechnologyType> types, HomeNetworkPrefix prefix, BindingTable bindings) {
        return types.stream()
                .flatMap(type -> bindings.gateway(prefix, type).stream())
                .findFirst();
    }
}
