package org.flowanchor.binding.adapter.persistence;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Transactions of one anchor that are decided on and not committed yet, each on the state the one before it leads to. When one fails,
 * all are forgotten: those behind it build on what never was.
 */
final class AnchorPipeline {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Link> links = new ArrayDeque<>();
    private long generation;

    /** One transaction: the state before and after it. */
    static final class Link {
        private final AnchorState from;
        private final AnchorState to;

        Link(AnchorState from, AnchorState to) {
            this.from = from;
            this.to = to;
        }

        AnchorState from() {
            return from;
        }

        AnchorState to() {
            return to;
        }
    }

    /**
     * The pipeline at some moment.
     *
     * @param states that the database may be in when nobody else writes
     * @param last state after all transactions; empty: there are none
     */
    record View(long generation, Set<AnchorState> states, Optional<AnchorState> last) {
        /** Nothing is under way. */
        static final View NOTHING = new View(0, Set.of(), Optional.empty());

        /**
         * The state that the next transaction is decided on, when {@code read} is what the database says.
         *
         * @throws OvertakenException another replica writes too
         */
        AnchorState base(AnchorState read) {
            if (last.isEmpty()) {
                return read;
            }
            if (!states.contains(read)) {
                throw new OvertakenException("another replica writes too");
            }
            return last.get();
        }
    }

    View view() {
        lock.lock();
        try {
            Set<AnchorState> states = new HashSet<>();
            for (Link link : links) {
                states.add(link.from);
                states.add(link.to);
            }
            return new View(
                    generation, states, Optional.ofNullable(links.peekLast()).map(Link::to));
        } finally {
            lock.unlock();
        }
    }

    /** @throws OvertakenException the view was of a pipeline that has failed since */
    void append(View view, Link link) {
        lock.lock();
        try {
            if (view.generation != generation) {
                throw new OvertakenException("a transaction before this one failed");
            }
            links.add(link);
        } finally {
            lock.unlock();
        }
    }

    /** @throws OvertakenException a transaction before this one failed */
    void requireFirst(Link link) {
        lock.lock();
        try {
            if (links.peekFirst() != link) {
                throw new OvertakenException("a transaction before this one failed");
            }
        } finally {
            lock.unlock();
        }
    }

    /** The first one is over. */
    void committed() {
        lock.lock();
        try {
            links.poll();
        } finally {
            lock.unlock();
        }
    }

    void failed() {
        lock.lock();
        try {
            links.clear();
            generation++;
        } finally {
            lock.unlock();
        }
    }
}
