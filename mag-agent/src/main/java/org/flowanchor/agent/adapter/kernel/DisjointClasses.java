package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.mobility.HomeNetworkPrefix;
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
    /**
     * @param rules of one group, first match wins
     * @return not complete when the budget is spent
     */
    static DisjointClasses of(List<ClassRule> rules, CompileBudget budget) {
        Placed placed = new Placed(budget);
        ClassName otherwise = placed.add(rules);
        return new DisjointClasses(placed.boxes, otherwise);
    }

    /**
     * The same where a miss already has a meaning.
     *
     * @param otherwise of a miss; null: nothing
     * @return disjoint boxes, those of the class that matches everything included unless it is what a miss means; not complete when the
     *     budget is spent
     */
    static Map<Box, ClassName> of(List<ClassRule> rules, @Nullable ClassName otherwise, CompileBudget budget) {
        Placed placed = new Placed(budget);
        ClassName all = placed.add(rules);
        if (all != null && !all.equals(otherwise)) {
            placed.add(TrafficSelector.ALL, all);
        }
        return placed.boxes;
    }

    /**
     * Boxes so far, and the selectors that they cover together. What is left of a selector is found by those, not by the boxes: they are
     * fewer, and cut it less often.
     */
    private static final class Placed {
        private final CompileBudget budget;
        private final Map<Box, ClassName> boxes = new LinkedHashMap<>();
        private final TreeMap<HomeNetworkPrefix, List<Box>> selectors = new TreeMap<>();
        private final BitSet lengths = new BitSet();

        Placed(CompileBudget budget) {
            this.budget = budget;
        }

        /** @return the first class that matches everything, which has no boxes; null: none */
        @Nullable
        ClassName add(List<ClassRule> rules) {
            for (ClassRule rule : rules) {
                if (rule.selectors().contains(TrafficSelector.ALL)) {
                    return rule.name();
                }
                for (TrafficSelector selector : rule.selectors()) {
                    add(selector, rule.name());
                    if (budget.isSpent()) {
                        return null;
                    }
                }
            }
            return null;
        }

        /**
         * @param box of which something may be left
         * @param taken all selectors before that may meet it
         */
        private record Piece(Box box, List<Box> taken) {
            /** Those that do; one that has all of the box stands for all. */
            List<Box> meeting() {
                List<Box> meeting = new ArrayList<>();
                for (Box other : taken) {
                    if (other.contains(box)) {
                        return new ArrayList<>(List.of(other));
                    }
                    if (other.meets(box)) {
                        meeting.add(other);
                    }
                }
                return meeting;
            }
        }

        void add(TrafficSelector selector, ClassName name) {
            Box whole = Box.of(selector);
            int before = boxes.size();
            Deque<Piece> pieces = new ArrayDeque<>();
            pieces.push(new Piece(whole, near(selector.remotePrefix())));
            while (!pieces.isEmpty()) {
                Piece piece = pieces.pop();
                if (!budget.compare(1 + piece.taken.size())) {
                    return;
                }
                List<Box> meeting = piece.meeting();
                if (meeting.isEmpty()) {
                    if (!budget.addBox()) {
                        return;
                    }
                    boxes.put(piece.box, name);
                    continue;
                }
                // In any order the same is left. Those in the middle part the others, so that few of them meet a piece.
                Box cutter = meeting.remove(meeting.size() / 2);
                piece.box.minus(cutter).forEach(rest -> pieces.push(new Piece(rest, meeting)));
            }
            if (boxes.size() > before) {
                selectors
                        .computeIfAbsent(selector.remotePrefix(), _ -> new ArrayList<>())
                        .add(whole);
                lengths.set(selector.remotePrefix().length());
            }
        }

        /** Selectors whose prefix contains this one, or is in it; others do not meet it. */
        private List<Box> near(HomeNetworkPrefix prefix) {
            List<Box> near = new ArrayList<>();
            for (int length = lengths.nextSetBit(0);
                    length >= 0 && length < prefix.length();
                    length = lengths.nextSetBit(length + 1)) {
                near.addAll(selectors.getOrDefault(HomeNetworkPrefix.containing(prefix.address(), length), List.of()));
            }
            HomeNetworkPrefix last = new HomeNetworkPrefix(prefix.last(), 128);
            selectors.subMap(prefix, true, last, true).values().forEach(near::addAll);
            return near;
        }
    }
}
