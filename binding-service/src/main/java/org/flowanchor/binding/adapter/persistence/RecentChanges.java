package org.flowanchor.binding.adapter.persistence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.flowanchor.binding.application.BindingLog.LoggedChange;
import org.flowanchor.binding.application.BindingLog.Position;

/**
 * The last changes of one anchor that this replica committed, so that its streams need not read them again. They are one unbroken run:
 * each transaction was decided on the state that the one before it led to. Where another replica came between, the run begins anew, and
 * what is missing is read from the database.
 *
 * <p>Trap: a database that lost its last commits, restored or failed over, has another history. Who asks names the history it read its
 * version in, and whoever sees a new one forgets what is of the old. A run that begins anew may be of any history until somebody looks.
 */
final class RecentChanges {
    /** Some 5 MB for each anchor. */
    private static final int MOST = 8_192;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Deque<LoggedChange> changes = new ArrayDeque<>();
    private String history = "";
    private AnchorState reached = new AnchorState(0, 0);
    private long run;

    /** What {@link #seen} is to be told: taken before the look. */
    long run() {
        lock.lock();
        try {
            return run;
        } finally {
            lock.unlock();
        }
    }

    /** The database was seen in {@code now}, during or after {@code during}. */
    void seen(String now, long during) {
        lock.lock();
        try {
            if (run == during && !history.equals(now)) {
                if (!history.isEmpty()) {
                    changes.clear();
                }
                history = now;
            }
        } finally {
            lock.unlock();
        }
    }

    /** A transaction was committed; in the order of commits. */
    void committed(AnchorState from, AnchorState to, List<LoggedChange> made) {
        lock.lock();
        try {
            if (!from.equals(reached)) {
                changes.clear();
                history = "";
                run++;
            }
            reached = to;
            changes.addAll(made);
            while (changes.size() > MOST) {
                changes.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Changes after a position, in order; empty: ask the database. */
    List<LoggedChange> after(Position position, int limit) {
        lock.lock();
        try {
            LoggedChange first = changes.peekFirst();
            if (first == null
                    || !history.equals(position.history())
                    || position.version() < first.version() - 1
                    || position.version() >= changes.getLast().version()) {
                return List.of();
            }
            // Who follows is near the end.
            int wanted = (int) (changes.getLast().version() - position.version());
            List<LoggedChange> newest = new ArrayList<>(wanted);
            var backwards = changes.descendingIterator();
            while (newest.size() < wanted) {
                newest.add(backwards.next());
            }
            List<LoggedChange> found = newest.reversed();
            return List.copyOf(wanted > limit ? found.subList(0, limit) : found);
        } finally {
            lock.unlock();
        }
    }
}
