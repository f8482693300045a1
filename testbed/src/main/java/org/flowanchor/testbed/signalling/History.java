package org.flowanchor.testbed.signalling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * The operations of one mobile node, and whether some order explains all answers: one in which every operation takes effect at a moment
 * between its transmission and its answer (linearizability, Wing and Gong 1993; unanswered ones at any later moment, or never). An update
 * whose timestamp is not above the last accepted one counts never, not even when its session is gone.
 */
final class History {
    private final List<Operation> operations = new ArrayList<>();

    /** Place of an operation that was sent. */
    synchronized int sent(Operation operation) {
        operations.add(operation);
        return operations.size() - 1;
    }

    synchronized Operation answered(int place, Operation.Outcome outcome) {
        Operation answered = operations.get(place).answered(outcome);
        operations.set(place, answered);
        return answered;
    }

    synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** What is registered in the end. */
    record Seen(int gateway, HomeNetworkPrefix prefix) {}

    /** Empty: there is such an order, and it leads to what is seen. */
    Optional<String> fault(Optional<Seen> seen) {
        List<Operation> ordered = operations().stream()
                .sorted(Comparator.comparingLong(Operation::sentNanos))
                .toList();
        return new Search(ordered, seen).explains()
                ? Optional.empty()
                : Optional.of("no order explains " + ordered.size() + " operations that lead to "
                        + seen.map(Seen::toString).orElse("no binding") + "; the last: "
                        + ordered.subList(Math.max(0, ordered.size() - 8), ordered.size()));
    }

    /**
     * A point of the search: all before {@code first} are placed, of the others those in {@code placed}. Unanswered ones that are never
     * placed count as without effect.
     */
    private record Point(int first, BitSet placed, Session session) {}

    private static final class Search {
        private final List<Operation> operations;
        private final Optional<Seen> seen;

        Search(List<Operation> operations, Optional<Seen> seen) {
            this.operations = operations;
            this.seen = seen;
        }

        boolean explains() {
            Set<Point> known = new HashSet<>();
            Deque<Point> open = new ArrayDeque<>();
            open.push(new Point(0, new BitSet(), Session.NONE));
            while (!open.isEmpty()) {
                Point point = open.pop();
                if (ends(point)) {
                    return true;
                }
                for (Point next : following(point)) {
                    if (known.add(next)) {
                        open.push(next);
                    }
                }
            }
            return false;
        }

        private boolean ends(Point point) {
            for (int i = point.first; i < operations.size(); i = point.placed.nextClearBit(i + 1)) {
                if (operations.get(i).outcome().isPresent()) {
                    return false;
                }
            }
            Session session = point.session;
            return seen.map(at -> session.present()
                            && session.gateway() == at.gateway()
                            && session.prefix().map(at.prefix()::equals).orElse(true))
                    .orElse(!session.present());
        }

        /** Last is tried first: the earliest answer. */
        private List<Point> following(Point point) {
            long limit = Long.MAX_VALUE;
            List<Integer> candidates = new ArrayList<>();
            for (int i = point.first; i < operations.size(); i = point.placed.nextClearBit(i + 1)) {
                Operation operation = operations.get(i);
                if (operation.sentNanos() > limit) {
                    break;
                }
                candidates.add(i);
                limit = Math.min(limit, answerNanos(operation));
            }
            long end = limit;
            candidates.removeIf(i -> operations.get(i).sentNanos() > end);
            candidates.sort(Comparator.comparingLong((Integer i) -> answerNanos(operations.get(i)))
                    .reversed());
            List<Point> next = new ArrayList<>();
            for (int i : candidates) {
                point.session
                        .after(operations.get(i))
                        .ifPresent(session -> next.add(placing(point, i, candidates, session)));
            }
            return next;
        }

        /** Unanswered ones that the session's timestamp has overtaken will never count: whether they did makes no other point. */
        private Point placing(Point point, int index, List<Integer> candidates, Session session) {
            BitSet placed = (BitSet) point.placed.clone();
            placed.set(index);
            for (int i : candidates) {
                Operation operation = operations.get(i);
                if (operation.outcome().isEmpty() && operation.timestamp() <= session.timestamp()) {
                    placed.set(i);
                }
            }
            int first = placed.nextClearBit(point.first);
            placed.clear(point.first, first);
            return new Point(first, placed, session);
        }

        private static long answerNanos(Operation operation) {
            return operation.outcome().map(Operation.Outcome::nanos).orElse(Long.MAX_VALUE);
        }
    }
}
