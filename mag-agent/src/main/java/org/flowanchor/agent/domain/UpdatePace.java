package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * When an update may go out. For one mobile node at most {@value #MAX_UPDATE_RATE} in a second (RFC 6275 section 12; its text counts per
 * peer, which a gateway with many terminals could never keep, so it counts per peer and mobile node here). For all of them together a
 * bound that an anchor takes easily: whatever makes every terminal appear at once, their updates come as a stream, not as a wall.
 *
 * <p>Who asks gets a turn of its own, so a crowd costs each of them one question.
 */
final class UpdatePace {
    static final int MAX_UPDATE_RATE = 3;

    /** Updates of all terminals per second, in the long run. */
    static final int UPDATES_PER_SECOND = 500;

    /** Updates that may go out at once after a quiet time. */
    static final int BURST = 200;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long SPACING = SECOND / UPDATES_PER_SECOND;

    /** Whose last turn is longest ago comes first. */
    private final Map<MobileNodeIdentifier, Deque<Long>> turns = new LinkedHashMap<>();

    private long next;
    private boolean used;

    /** The next turn, {@code now} or later; taken with the asking. */
    long turn(MobileNodeIdentifier mobileNode, long now) {
        if (!used || now - next > 0) {
            next = now;
            used = true;
        }
        long turn = next - (BURST - 1) * SPACING;
        if (turn - now < 0) {
            turn = now;
        }
        next += SPACING;
        forgetThoseBefore(now - SECOND);
        Deque<Long> own = turns.remove(mobileNode);
        if (own == null) {
            own = new ArrayDeque<>(MAX_UPDATE_RATE);
        }
        if (own.size() == MAX_UPDATE_RATE) {
            long earliest = own.removeFirst() + SECOND;
            if (earliest - turn > 0) {
                turn = earliest;
            }
        }
        own.addLast(turn);
        turns.put(mobileNode, own);
        return turn;
    }

    /** What was that long ago holds nobody back. */
    private void forgetThoseBefore(long then) {
        Iterator<Deque<Long>> oldest = turns.values().iterator();
        while (oldest.hasNext() && oldest.next().getLast() - then < 0) {
            oldest.remove();
        }
    }

    /** Mobile nodes it keeps in mind. */
    int size() {
        return turns.size();
    }
}
