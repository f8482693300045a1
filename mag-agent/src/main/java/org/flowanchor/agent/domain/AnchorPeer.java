package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.flowanchor.agent.domain.AttachmentDecision.AnchorBecame;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Say;
import org.flowanchor.mobility.message.BindingErrorStatus;

/**
 * The anchor as this gateway sees it by heartbeats (RFC 5847 section 3), where no stream tells that it is there.
 *
 * <pre>
 * UNKNOWN --a response, also an unsolicited one--> ANSWERING --the fourth miss in a row--> SILENT --a response--> ANSWERING
 * UNKNOWN --Binding Error--> UNASKED: knows no heartbeat, is not asked again (H-07)
 * any, another restart counter than before --> the anchor lost its sessions: each is registered again (H-04)
 * </pre>
 *
 * <p>An anchor that never answered is not called silent: it may not know heartbeats and say nothing. Silence changes no forwarding.
 */
final class AnchorPeer {
    /** MISSING_HEARTBEATS_ALLOWED (RFC 5847 section 5). */
    static final int MISSING_ALLOWED = 3;

    private static final long SEQUENCE_MASK = 0xffffffffL;

    /** What is known of it; a closed label set. */
    enum State {
        UNKNOWN,
        ANSWERING,
        SILENT,
        UNASKED
    }

    private final Optional<Duration> interval;
    private final LongSupplier nanoTime;
    private State state = State.UNKNOWN;
    private OptionalLong restartCounter = OptionalLong.empty();
    private long sequenceNumber;
    private boolean unanswered;
    private int missing;
    private long nextAt;

    /**
     * @param interval between requests; empty: it is not asked, what carries the messages notices by itself
     * @param sequenceNumber precedes the first
     */
    AnchorPeer(Optional<Duration> interval, LongSupplier nanoTime, long sequenceNumber) {
        this.interval = interval;
        this.nanoTime = nanoTime;
        this.sequenceNumber = sequenceNumber & SEQUENCE_MASK;
        this.nextAt = nanoTime.getAsLong() + interval.orElse(Duration.ZERO).toNanos();
    }

    /** @param bound whether there is a binding: otherwise nothing is asked (H-01) */
    List<AttachmentDecision> due(boolean bound) {
        long now = nanoTime.getAsLong();
        if (!asks() || now - nextAt < 0) {
            return List.of();
        }
        nextAt = now + interval.orElseThrow().toNanos();
        if (!bound) {
            unanswered = false;
            missing = 0;
            return List.of();
        }
        List<AttachmentDecision> decisions = new ArrayList<>();
        missing = unanswered ? missing + 1 : missing;
        if (missing > MISSING_ALLOWED && state == State.ANSWERING) {
            state = State.SILENT;
            decisions.add(new AnchorBecame(false));
        }
        sequenceNumber = sequenceNumber + 1 & SEQUENCE_MASK;
        unanswered = true;
        decisions.add(new Say(Heartbeat.request(sequenceNumber)));
        return decisions;
    }

    OptionalLong nextDue() {
        return asks() ? OptionalLong.of(nextAt) : OptionalLong.empty();
    }

    private boolean asks() {
        return interval.isPresent() && state != State.UNASKED;
    }

    /**
     * A response of the anchor.
     *
     * @return whether it says that the anchor lost its sessions
     */
    boolean answered(Heartbeat response, List<AttachmentDecision> decisions) {
        if (!response.unsolicited()) {
            if (!unanswered || response.sequenceNumber() != sequenceNumber) {
                decisions.add(new Ignored("heartbeat response " + response.sequenceNumber() + " answers nothing"));
                return false;
            }
            unanswered = false;
        }
        // Whatever it answers, the anchor is there; after an unsolicited one the request under way still waits.
        missing = 0;
        if (state != State.ANSWERING) {
            state = State.ANSWERING;
            decisions.add(new AnchorBecame(true));
        }
        if (response.restartCounter().isEmpty()) {
            return false;
        }
        boolean restarted = restartCounter.isPresent() && !restartCounter.equals(response.restartCounter());
        restartCounter = response.restartCounter();
        return restarted;
    }

    /** It does not know some message: the heartbeat, if it never answered one and was asked. */
    void erred(BindingErrorStatus status, List<AttachmentDecision> decisions) {
        if (status.equals(BindingErrorStatus.UNRECOGNIZED_MH_TYPE) && state == State.UNKNOWN && unanswered) {
            state = State.UNASKED;
            decisions.add(new Ignored("the anchor knows no heartbeats: it is not asked again"));
        } else {
            decisions.add(new Ignored("the anchor answers Binding Error " + status));
        }
    }
}
