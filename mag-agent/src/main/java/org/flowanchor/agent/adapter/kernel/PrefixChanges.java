package org.flowanchor.agent.adapter.kernel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.adapter.kernel.SteeringElements.AccessKey;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * What some prefixes and flows are to have in the steering table, in the numbers of the state that is in force.
 *
 * @param networks of the prefixes, also of those that have no group any more
 * @param accessKeys all that the networks could have
 * @param flowKeys also of exceptions that go
 */
record PrefixChanges(
        Set<Network> networks,
        Map<Network, Integer> groups,
        Set<AccessKey> accessKeys,
        Map<AccessKey, Integer> accesses,
        Set<FiveTuple> flowKeys,
        Map<FiveTuple, Integer> flows) {
    /**
     * Numbers of a state as the kernel has it.
     *
     * @param tunnels of each gateway that has one
     * @param groups by label
     * @param classes of those that a packet can meet
     * @param groupsWithoutRoom names
     */
    record Numbers(
            Map<ProxyCareOfAddress, Integer> tunnels,
            Map<String, Integer> groups,
            Map<ClassName, Integer> classes,
            Set<String> groupsWithoutRoom) {
        static Numbers of(Map<ProxyCareOfAddress, Integer> tunnels, DesiredSteering steering) {
            Map<String, Integer> groups = new HashMap<>();
            steering.names().forEach((number, label) -> groups.put(label, number));
            Map<ClassName, Integer> classes = new HashMap<>();
            steering.classNames().forEach((number, name) -> classes.put(name, number));
            return new Numbers(Map.copyOf(tunnels), groups, classes, steering.groupsWithoutRoom());
        }
    }

    /** @return null when something is named that has no number yet */
    static @Nullable PrefixChanges of(
            Map<HomeNetworkPrefix, PrefixSteering> prefixes,
            Map<FiveTuple, Optional<ProxyCareOfAddress>> exceptions,
            Numbers numbers,
            KernelNumbering numbering) {
        PrefixChanges changes = new PrefixChanges(
                new HashSet<>(),
                new HashMap<>(),
                new HashSet<>(),
                new HashMap<>(),
                exceptions.keySet(),
                new HashMap<>());
        for (Map.Entry<HomeNetworkPrefix, PrefixSteering> entry : prefixes.entrySet()) {
            if (!changes.add(entry.getKey(), entry.getValue(), numbers, numbering)) {
                return null;
            }
        }
        for (Map.Entry<FiveTuple, Optional<ProxyCareOfAddress>> exception : exceptions.entrySet()) {
            if (exception.getValue().isPresent()) {
                Integer tunnel = numbers.tunnels().get(exception.getValue().get());
                if (tunnel == null) {
                    return null;
                }
                changes.flows.put(exception.getKey(), numbering.mark(tunnel));
            }
        }
        return changes;
    }

    private boolean add(HomeNetworkPrefix prefix, PrefixSteering steering, Numbers numbers, KernelNumbering numbering) {
        if (!AnchorResolution.isClassified(prefix.length())) {
            return steering.group() == null;
        }
        String group = steering.group();
        if (group != null && numbers.groupsWithoutRoom().contains(group)) {
            group = null;
        }
        Integer groupNumber = group == null ? null : numbers.groups().get(ClassNumbers.label(group));
        if (group != null && groupNumber == null) {
            return false;
        }
        for (Network network : Network.of(prefix)) {
            networks.add(network);
            if (groupNumber != null) {
                groups.put(network, groupNumber);
            }
            for (Map.Entry<ClassName, Integer> known : numbers.classes().entrySet()) {
                AccessKey key = AccessKey.of(known.getValue(), network);
                accessKeys.add(key);
                ProxyCareOfAddress gateway = steering.accesses().get(known.getKey());
                if (gateway != null && !gateway.equals(steering.route())) {
                    Integer tunnel = numbers.tunnels().get(gateway);
                    if (tunnel == null) {
                        return false;
                    }
                    accesses.put(key, numbering.mark(tunnel));
                }
            }
        }
        return true;
    }
}
