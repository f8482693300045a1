package org.flowanchor.binding.adapter.persistence;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * Transactions of one anchor that are decided on and not committed yet, each on the state the one before it leads to. When one fails,
 * all are forgotten: those behind it build on what never was.
 */
final class AnchorPipeline {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Link> links = new ArrayDeque<>();
    private long generation;

    /** One transaction: the state before and after it, and whose the prefixes are that change hands in it. */
    static final class Link {
        private final AnchorState from;
        private final AnchorState to;
        private final Map<HomeNetworkPrefix, PrefixHolder> holders;

        Link(AnchorState from, AnchorState to, Map<HomeNetworkPrefix, PrefixHolder> holders) {
            this.from = from;
            this.to = to;
            this.holders = holders;
        }
    }

    /**
     * The pipeline at some moment.
     *
     * @param states that the database may be in when nobody else writes
     * @param last state after all transactions; empty: there are none
     * @param holders whose the prefixes are, after all transactions, that change hands in one
     */
    record View(
            long generation,
            Set<AnchorState> states,
            Optional<AnchorState> last,
            Map<HomeNetworkPrefix, PrefixHolder> holders) {
        /** Nothing is under way. */
        static final View NOTHING = new View(0, Set.of(), Optional.empty(), Map.of());

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
            Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
            for (Link link : links) {
                states.add(link.from);
                states.add(link.to);
                holders.putAll(link.holders);
            }
            return new View(
                    generation, states, Optional.ofNullable(links.peekLast()).map(link -> link.to), holders);
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
