package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.TrafficSelector;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one group as a map without overlaps, which is what the kernel's interval map takes: each class covers what its
 * selectors match and no class before it does. The first class that matches everything needs no boxes: it is what a miss means, and no
 * class after it can match.
 *
 * @param boxes disjoint; a class may have none when those before it leave nothing
 * @param otherwise class of all packets in no box; null: none
 */
record DisjointClasses(Map<Box, ClassName> boxes, @Nullable ClassName otherwise) {
    /** @param rules of one group, first match wins */
    static DisjointClasses of(List<ClassRule> rules) {
        Map<Box, ClassName> boxes = new LinkedHashMap<>();
        for (ClassRule rule : rules) {
            if (rule.selectors().contains(TrafficSelector.ALL)) {
                return new DisjointClasses(boxes, rule.name());
            }
            for (TrafficSelector selector : rule.selectors()) {
                for (Box rest : remaining(Box.of(selector), boxes)) {
                    boxes.put(rest, rule.name());
                }
            }
        }
        return new DisjointClasses(boxes, null);
    }

    /**
     * The same where a miss already has a meaning.
     *
     * @param otherwise of a miss; null: nothing
     * @return disjoint boxes, those of the class that matches everything included unless it is what a miss means
     */
    static Map<Box, ClassName> of(List<ClassRule> rules, @Nullable ClassName otherwise) {
        DisjointClasses classes = of(rules);
        if (classes.otherwise == null || classes.otherwise.equals(otherwise)) {
            return classes.boxes;
        }
        Map<Box, ClassName> boxes = new LinkedHashMap<>(classes.boxes);
        remaining(Box.of(TrafficSelector.ALL), classes.boxes).forEach(rest -> boxes.put(rest, classes.otherwise));
        return boxes;
    }

    private static List<Box> remaining(Box box, Map<Box, ClassName> taken) {
        List<Box> rest = List.of(box);
        for (Box earlier : taken.keySet()) {
            List<Box> next = new ArrayList<>(rest.size());
            for (Box part : rest) {
                next.addAll(part.minus(earlier));
            }
            rest = next;
            if (rest.isEmpty()) {
                break;
            }
        }
        return rest;
    }
}
