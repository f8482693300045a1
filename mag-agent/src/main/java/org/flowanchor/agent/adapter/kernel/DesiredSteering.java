package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.flowanchor.agent.adapter.kernel.SteeringElements.AccessKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.ClassKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.RangeKey;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * The entries of all steering maps that an anchor state asks for. A class whose access is its prefix's route has no entry: what a packet
 * does not find there follows the route.
 *
 * @param classNames class of each mark that a connection can keep
 * @param groupsWithoutRoom whose rules have no place in the kernel: their prefixes have no group there
 */
record DesiredSteering(
        Map<FiveTuple, Integer> flows,
        Map<Network, Integer> groups,
        Map<RangeKey, Integer> labels,
        Map<RangeKey, Integer> indexes,
        Map<ClassKey, Integer> classes,
        Map<AccessKey, Integer> accesses,
        Map<HomeNetworkPrefix, Boolean> pools,
        Map<Integer, String> names,
        Map<Integer, ClassName> classNames,
        Set<String> groupsWithoutRoom) {
    /**
     * @param exceptions in place of those of the state
     * @param marks of the gateways that have one; what goes to another gateway of the state is left out
     */
    static DesiredSteering of(
            AnchorState state,
            Map<FiveTuple, ProxyCareOfAddress> exceptions,
            Map<ProxyCareOfAddress, Integer> marks,
            Map<Integer, String> actualNames,
            ClassNumbers groupNumbers,
            ClassNumbers classNumbers,
            CompiledGroups compiledGroups)
            throws KernelException {
        Map<String, List<ClassRule>> rulesOfGroups = new HashMap<>();
        for (ClassRule rule : state.classes()) {
            rulesOfGroups
                    .computeIfAbsent(rule.name().group(), group -> new ArrayList<>())
                    .add(rule);
        }
        state.groups().values().forEach(group -> rulesOfGroups.putIfAbsent(group, List.of()));
        List<GroupRules> fitting = compiledGroups.fitting(rulesOfGroups, Set.copyOf(actualNames.values()));
        TreeSet<String> groupLabels = new TreeSet<>();
        TreeSet<String> classLabels = new TreeSet<>();
        for (GroupRules rules : fitting) {
            groupLabels.add(ClassNumbers.label(rules.group()));
            rulesOfGroups
                    .getOrDefault(rules.group(), List.of())
                    .forEach(rule -> classLabels.add(ClassNumbers.label(rule.name())));
        }
        Map<String, Integer> numbersOfGroups = groupNumbers.assign(groupLabels, actualNames);
        Map<String, Integer> numbersOfClasses = classNumbers.assign(classLabels, actualNames);
        Set<String> without = new HashSet<>(rulesOfGroups.keySet());
        fitting.forEach(rules -> without.remove(rules.group()));

        Map<RangeKey, Integer> labels = new HashMap<>();
        Map<RangeKey, Integer> indexes = new HashMap<>();
        Map<ClassKey, Integer> classes = new HashMap<>();
        Map<ClassName, Integer> accessNumbers = new HashMap<>();
        Map<Integer, ClassName> classNames = new HashMap<>();
        for (GroupRules rules : fitting) {
            int groupNumber = required(numbersOfGroups, ClassNumbers.label(rules.group()));
            rules.flowLabels().forEach(step -> put(step, groupNumber, labels));
            rules.securityParametersIndexes().forEach(step -> put(step, groupNumber, indexes));
            for (int part = 0; part < rules.boxes().size(); part++) {
                int partNumber = KernelNumbering.part(groupNumber, part);
                rules.boxes().get(part).forEach((box, name) -> {
                    int number = required(numbersOfClasses, ClassNumbers.label(name));
                    classes.put(new ClassKey(partNumber, box), number);
                    accessNumbers.put(name, number);
                    classNames.put(number, name);
                });
            }
            ClassName otherwise = rules.otherwise();
            if (otherwise != null) {
                accessNumbers.put(otherwise, groupNumber);
                classNames.put(groupNumber, otherwise);
            }
        }

        Map<Network, Integer> groups = new HashMap<>();
        state.groups().forEach((prefix, group) -> {
            if (!without.contains(group)) {
                int number = required(numbersOfGroups, ClassNumbers.label(group));
                Network.of(prefix).forEach(network -> groups.put(network, number));
            }
        });
        Map<AccessKey, Integer> accesses = new HashMap<>();
        state.accesses().forEach((access, gateway) -> {
            // A class without a number never meets a packet: those before it leave nothing.
            Integer number = accessNumbers.get(access.name());
            Integer mark = mark(marks, state, gateway);
            if (number != null && mark != null && !gateway.equals(state.routes().get(access.prefix()))) {
                Network.of(access.prefix()).forEach(network -> accesses.put(AccessKey.of(number, network), mark));
            }
        });
        Map<FiveTuple, Integer> flows = new HashMap<>();
        exceptions.forEach((flow, gateway) -> {
            Integer mark = mark(marks, state, gateway);
            if (mark != null) {
                flows.put(flow, mark);
            }
        });
        Map<HomeNetworkPrefix, Boolean> pools = new HashMap<>();
        state.pools().forEach(pool -> pools.put(pool, true));
        Map<Integer, String> names = new HashMap<>();
        numbersOfGroups.forEach((label, number) -> names.put(number, label));
        numbersOfClasses.forEach((label, number) -> names.put(number, label));
        return new DesiredSteering(
                flows,
                groups,
                labels,
                indexes,
                classes,
                accesses,
                pools,
                names,
                Map.copyOf(classNames),
                Set.copyOf(without));
    }

    /**
     * The same with the classes of an earlier process as they are in the kernel, and those of their accesses that {@code usable} keeps.
     */
    DesiredSteering keeping(
            Map<RangeKey, Integer> actualLabels,
            Map<RangeKey, Integer> actualIndexes,
            Map<ClassKey, Integer> actualClasses,
            Map<AccessKey, Integer> actualAccesses,
            Map<Integer, String> actualNames,
            BiPredicate<AccessKey, Integer> usable) {
        Map<AccessKey, Integer> kept = new HashMap<>();
        actualAccesses.forEach((key, mark) -> {
            if (usable.test(key, mark)) {
                kept.put(key, mark);
            }
        });
        Map<Integer, String> allNames = new HashMap<>(actualNames);
        allNames.putAll(names);
        Map<Integer, ClassName> known = new HashMap<>();
        actualNames.forEach((number, label) -> {
            ClassName name = ClassNumbers.className(label);
            if (name != null) {
                known.put(number, name);
            }
        });
        return new DesiredSteering(
                flows,
                groups,
                Map.copyOf(actualLabels),
                Map.copyOf(actualIndexes),
                Map.copyOf(actualClasses),
                kept,
                pools,
                allNames,
                known,
                groupsWithoutRoom);
    }

    private static void put(GroupRules.Step step, int group, Map<RangeKey, Integer> into) {
        into.put(
                new RangeKey(KernelNumbering.part(group, step.from()), step.values()),
                KernelNumbering.part(group, step.to()));
    }

    private static @Nullable Integer mark(
            Map<ProxyCareOfAddress, Integer> marks, AnchorState state, ProxyCareOfAddress gateway) {
        Integer mark = marks.get(gateway);
        if (mark == null && !state.gateways().contains(gateway)) {
            throw new IllegalArgumentException("the state names " + gateway + ", which is not in it");
        }
        return mark;
    }

    private static <K> int required(Map<K, Integer> numbers, K key) {
        Integer number = numbers.get(key);
        if (number == null) {
            throw new IllegalArgumentException("the state names " + key + ", which is not in it");
        }
        return number;
    }
}
