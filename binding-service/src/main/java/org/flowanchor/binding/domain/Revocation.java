package org.flowanchor.binding.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * The "revocation in progress" flag of an entry (RFC 5846 section 8.1), and how a revocation ended that left the entry.
 *
 * <pre>
 * (none)      -- Binding Revocation Indication ---------------&gt; IN_PROGRESS
 * IN_PROGRESS -- acknowledged 0, 1, 128 ----------------------&gt; (entry removed, or RELEASING after a handover trigger)
 * IN_PROGRESS -- 132 "MN is attached", handover trigger ------&gt; REFUSED
 * IN_PROGRESS -- retries exhausted, handover trigger ---------&gt; UNANSWERED
 * IN_PROGRESS -- any other status, handover trigger ----------&gt; UNANSWERED
 * IN_PROGRESS -- 134, 135, Binding Error, handover trigger ---&gt; (none)  the gateway cannot
 * IN_PROGRESS -- any of these, other trigger -----------------&gt; (entry removed)
 * any         -- update accepted -----------------------------&gt; (none)
 * </pre>
 *
 * @param since when it came into its state
 */
public record Revocation(RevocationTrigger trigger, State state, Instant since) {
    public enum State {
        /** The indication is not answered. */
        IN_PROGRESS,
        /** The gateway says that the mobile node is attached there. */
        REFUSED,
        /** The gateway did not answer. */
        UNANSWERED
    }

    public Revocation {
        since = since.truncatedTo(ChronoUnit.MILLIS);
    }

    static Revocation begun(RevocationTrigger trigger, Instant now) {
        return new Revocation(trigger, State.IN_PROGRESS, now);
    }

    Revocation ended(State as, Instant now) {
        return new Revocation(trigger, as, now);
    }

    public boolean isInProgress() {
        return state == State.IN_PROGRESS;
    }

    /** Triggers 2, 3 and 4: the mobile node itself is to stay (RFC 5846 section 5.1). */
    static boolean isForHandover(RevocationTrigger trigger) {
        return trigger.value() >= RevocationTrigger.INTER_MAG_HANDOVER_SAME_ATT.value()
                && trigger.value() <= RevocationTrigger.INTER_MAG_HANDOVER_UNKNOWN.value();
    }
}
