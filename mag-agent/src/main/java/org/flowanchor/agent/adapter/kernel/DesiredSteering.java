package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.flowanchor.agent.adapter.kernel.SteeringElements.AccessKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.ClassKey;
import org.flowanchor.agent.adapter.kernel.SteeringElements.LabelKey;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * The entries of all steering maps that an anchor state asks for.
 *
 * @param classNames class of each mark that a connection can keep
 */
record DesiredSteering(
        Map<FiveTuple, Integer> flows,
        Map<Long, Integer> groups,
        Map<LabelKey, Integer> labels,
        Map<ClassKey, Integer> classes,
        Map<AccessKey, Integer> accesses,
        Map<HomeNetworkPrefix, Boolean> pools,
        Map<Integer, String> names,
        Map<Integer, ClassName> classNames) {
    /**
     * @param exceptions in place of those of the state
     * @param marks of the gateways that have one; what goes to another gateway of the state is left out
     * @throws KernelException when a group's rules are too many to tell apart
     */
    static DesiredSteering of(
            AnchorState state,
            Map<FiveTuple, ProxyCareOfAddress> exceptions,
            Map<ProxyCareOfAddress, Integer> marks,
            Map<Integer, String> actualNames,
            ClassNumbers groupNumbers,
            ClassNumbers classNumbers)
            throws KernelException {
        Map<String, List<ClassRule>> rulesOfGroups = new LinkedHashMap<>();
        for (ClassRule rule : state.classes()) {
            rulesOfGroups
                    .computeIfAbsent(rule.name().group(), group -> new ArrayList<>())
                    .add(rule);
        }
        TreeSet<String> groupLabels = new TreeSet<>();
        state.groups().values().forEach(group -> groupLabels.add(ClassNumbers.label(group)));
        rulesOfGroups.keySet().forEach(group -> groupLabels.add(ClassNumbers.label(group)));
        TreeSet<String> classLabels = new TreeSet<>();
        state.classes().forEach(rule -> classLabels.add(ClassNumbers.label(rule.name())));
        Map<String, Integer> numbersOfGroups = groupNumbers.assign(groupLabels, actualNames);
        Map<String, Integer> numbersOfClasses = classNumbers.assign(classLabels, actualNames);

        Map<LabelKey, Integer> labels = new HashMap<>();
        Map<ClassKey, Integer> classes = new HashMap<>();
        Map<ClassName, Integer> accessNumbers = new HashMap<>();
        Map<Integer, ClassName> classNames = new HashMap<>();
        for (Map.Entry<String, List<ClassRule>> entry : rulesOfGroups.entrySet()) {
            int groupNumber = required(numbersOfGroups, ClassNumbers.label(entry.getKey()));
            FlowLabels byLabel = FlowLabels.of(entry.getValue());
            DisjointClasses disjoint = DisjointClasses.of(byLabel.others());
            Map<ClassKey, ClassName> boxes = new HashMap<>();
            disjoint.boxes().forEach((box, name) -> boxes.put(new ClassKey(groupNumber, box), name));
            int told = 0;
            for (FlowLabels.Some some : byLabel.some()) {
                if (++told > KernelNumbering.MOST_LABELS) {
                    throw new KernelException("the rules of group " + entry.getKey() + " tell more than "
                            + KernelNumbering.MOST_LABELS + " sets of flow labels apart");
                }
                int number = KernelNumbering.labelled(groupNumber, told);
                some.labels().forEach(range -> labels.put(new LabelKey(groupNumber, range), number));
                DisjointClasses.of(some.rules(), disjoint.otherwise())
                        .forEach((box, name) -> boxes.put(new ClassKey(number, box), name));
            }
            boxes.forEach((key, name) -> {
                int number = required(numbersOfClasses, ClassNumbers.label(name));
                classes.put(key, number);
                accessNumbers.put(name, number);
                classNames.put(number, name);
            });
            if (disjoint.otherwise() != null) {
                accessNumbers.put(disjoint.otherwise(), groupNumber);
                classNames.put(groupNumber, disjoint.otherwise());
            }
        }

        Map<Long, Integer> groups = new HashMap<>();
        for (Map.Entry<HomeNetworkPrefix, String> entry : state.groups().entrySet()) {
            int number = required(numbersOfGroups, ClassNumbers.label(entry.getValue()));
            for (long network : networks(entry.getKey())) {
                groups.put(network, number);
            }
        }
        Map<AccessKey, Integer> accesses = new HashMap<>();
        for (var entry : state.accesses().entrySet()) {
            // A class without a number never meets a packet: those before it leave nothing.
            Integer number = accessNumbers.get(entry.getKey().name());
            Integer mark = mark(marks, state, entry.getValue());
            if (number != null && mark != null) {
                for (long network : networks(entry.getKey().prefix())) {
                    accesses.put(new AccessKey(number, network), mark);
                }
            }
        }
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
        return new DesiredSteering(flows, groups, labels, classes, accesses, pools, names, Map.copyOf(classNames));
    }

    /**
     * The same with the classes of an earlier process as they are in the kernel, and those of their accesses that {@code usable} keeps.
     */
    DesiredSteering keeping(
            Map<LabelKey, Integer> actualLabels,
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
                flows, groups, Map.copyOf(actualLabels), Map.copyOf(actualClasses), kept, pools, allNames, known);
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

    /** Every /64 of a prefix that is classified: a power of two. */
    static long[] networks(HomeNetworkPrefix prefix) {
        if (!AnchorResolution.isClassified(prefix.length())) {
            throw new IllegalArgumentException("prefix " + prefix + " cannot have a policy group");
        }
        long[] networks = new long[1 << (64 - prefix.length())];
        for (int i = 0; i < networks.length; i++) {
            networks[i] = prefix.address().high() + i;
        }
        return networks;
    }
}
