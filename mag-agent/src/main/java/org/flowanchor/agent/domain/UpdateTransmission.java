package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.domain.Attachment.Outstanding;
import org.flowanchor.agent.domain.AttachmentDecision.Abandoned;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.TraceContext;

/**
 * The one update of a terminal that waits for its answer: sent when it is its turn ({@link UpdatePace}), then again after 1, 2, 4 ... 32
 * s with a fresh sequence number and timestamp (RFC 5213 section 6.9.4). Each procedure begins a trace, which its repetitions carry
 * on.
 */
final class UpdateTransmission {
    static final long INITIAL_BINDACK_TIMEOUT = Duration.ofSeconds(1).toNanos();
    static final long MAX_BINDACK_TIMEOUT = Duration.ofSeconds(32).toNanos();

    /** Transmissions of one update whose late answers still count; an anchor under load is slower than the first intervals. */
    private static final int MAX_EARLIER = 7;

    private final UpdateFactory updates;
    private final UpdatePace pace = new UpdatePace();
    private final LongSupplier nanoTime;
    private final RandomGenerator random;

    UpdateTransmission(UpdateFactory updates, LongSupplier nanoTime, RandomGenerator random) {
        this.updates = updates;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** What an answer says of the time that the update carried. */
    void answered(ProxyBindingUpdate update, BindingStatus status) {
        if (status.accepted()) {
            updates.accepted(update);
        } else if (status.equals(BindingStatus.TIMESTAMP_MISMATCH)) {
            updates.timestampMismatches();
        } else if (status.equals(BindingStatus.TIMESTAMP_LOWER_THAN_PREV_ACCEPTED)) {
            updates.timestampIsLowerThanAccepted();
        }
    }

    /** A new procedure; goes out at once when it is its turn. */
    void begin(
            Attachment attachment,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            int lifetimeSeconds,
            Procedure procedure,
            List<AttachmentDecision> decisions) {
        prepare(attachment, prefixes, handoffIndicator, lifetimeSeconds, procedure);
        proceed(attachment, decisions);
    }

    /**
     * A new procedure that waits for {@link #proceed}.
     *
     * @return the trace that it begins
     */
    TraceContext prepare(
            Attachment attachment,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            int lifetimeSeconds,
            Procedure procedure) {
        TraceContext trace = TraceContext.begin(random);
        attachment.outstanding = new Outstanding(
                updates.first(attachment, prefixes, handoffIndicator, lifetimeSeconds),
                trace,
                List.of(),
                procedure,
                nanoTime.getAsLong(),
                0,
                0,
                false);
        return trace;
    }

    /** The terminal's update is due: sends it, or takes the turn at which it will be. */
    void proceed(Attachment attachment, List<AttachmentDecision> decisions) {
        Outstanding outstanding = attachment.outstanding;
        if (outstanding == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (!outstanding.hasTurn()) {
            long turn = pace.turn(attachment.mobileNodeIdentifier, now);
            if (turn - now > 0) {
                attachment.outstanding = outstanding.waitingUntil(turn);
                return;
            }
        }
        attachment.outstanding = outstanding.interval() == 0 ? first(outstanding, now) : again(outstanding, now);
        decisions.add(new SendUpdate(
                attachment.outstanding.update(),
                outstanding.trace(),
                outstanding.procedure(),
                outstanding.interval() != 0));
    }

    private Outstanding first(Outstanding outstanding, long now) {
        // Numbered when it goes out: while it waited its timestamp grew old.
        return new Outstanding(
                updates.again(outstanding.update()),
                outstanding.trace(),
                List.of(),
                outstanding.procedure(),
                now + INITIAL_BINDACK_TIMEOUT,
                INITIAL_BINDACK_TIMEOUT,
                0,
                false);
    }

    private Outstanding again(Outstanding outstanding, long now) {
        List<Integer> earlier = new ArrayList<>(outstanding.earlier());
        if (outstanding.stream() != 0) {
            // What no stream took nobody answers; its number is soon somebody else's.
            earlier.add(outstanding.update().sequenceNumber());
        }
        long interval = Math.min(2 * outstanding.interval(), MAX_BINDACK_TIMEOUT);
        return new Outstanding(
                updates.again(outstanding.update()),
                outstanding.trace(),
                List.copyOf(earlier.subList(Math.max(0, earlier.size() - MAX_EARLIER), earlier.size())),
                outstanding.procedure(),
                now + interval,
                interval,
                0,
                false);
    }

    /** The stream that could have taken it is a new one: due now, and from the first interval on. */
    void hasten(Attachment attachment) {
        Outstanding outstanding = attachment.outstanding;
        if (outstanding != null && !outstanding.hasTurn() && outstanding.interval() != 0) {
            attachment.outstanding = new Outstanding(
                    outstanding.update(),
                    outstanding.trace(),
                    outstanding.earlier(),
                    outstanding.procedure(),
                    nanoTime.getAsLong(),
                    INITIAL_BINDACK_TIMEOUT / 2,
                    outstanding.stream(),
                    false);
        }
    }

    void abandon(Attachment attachment, String reason, List<AttachmentDecision> decisions) {
        Outstanding outstanding = attachment.outstanding;
        if (outstanding != null) {
            attachment.outstanding = null;
            decisions.add(new Abandoned(
                    outstanding.procedure(),
                    attachment.mobileNodeIdentifier,
                    attachment.accessLink,
                    reason,
                    outstanding.trace()));
        }
    }
}
