package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.flowanchor.agent.domain.AttachmentDecision.AnchorRestarted;
import org.flowanchor.agent.domain.AttachmentDecision.Answer;
import org.flowanchor.agent.domain.AttachmentDecision.Repeated;
import org.flowanchor.agent.domain.AttachmentDecision.Say;
import org.flowanchor.mobility.message.UpdateNotificationStatus;
import org.jspecify.annotations.Nullable;

/**
 * What an anchor asks of a gateway by itself, whichever way it came: flow mobility and other notifications (RFC 7077, RFC 7864), revocation
 * (RFC 5846), heartbeats (RFC 5847). Owned by the loop that owns the table.
 *
 * <pre>
 * request     --decided--> DECIDED --kernel has it--> answered, remembered
 *   |                         '-- kernel refuses --> notification: undone, answered 131; revocation: stays decided until it accepts
 *   '-- handover revocation: WAITING for the terminal --answer, silence--> DECIDED
 * repeated    DECIDED, WAITING: nothing, the answer comes; answered: the same answer, nothing is done again, but for the newest
 *             notification of its mobile node, which is carried out again (U-06); refused before: decided anew
 * </pre>
 */
public final class AnchorRequests {
    /** Well above the time in which an anchor repeats (RFC 7077 section 7: 5 times, 5 s apart), well below a turn of the numbers. */
    static final long MEMORY = Duration.ofSeconds(60).toNanos();

    static final int MAX_REMEMBERED = 4096;

    private record Answered(GatewayMessage answer, long until) {}

    private final AttachmentTable table;
    private final AnchorPeer peer;
    private final FlowMobility flowMobility;
    private final BindingRevocation revocation;
    private final long restartCounter;
    private final LongSupplier nanoTime;
    private final Map<AnchorMessage, Answered> answered = new LinkedHashMap<>();
    private final Set<AnchorMessage> decided = new HashSet<>();

    /** That of this process was not told yet, and there was nothing to take over: what an anchor knows of this gateway is gone. */
    private boolean restartUntold;

    /**
     * @param restartCounter another value than before means that this gateway lost its sessions (RFC 5847 section 3.2)
     * @param heartbeatInterval of the gateway's own heartbeats; empty: the stream tells both sides whether the other is there, and when it
     *     restarted
     * @param nanoTime monotonic
     * @param firstSequenceNumber of heartbeats, any
     */
    public AnchorRequests(
            AttachmentTable table,
            long restartCounter,
            Optional<Duration> heartbeatInterval,
            LongSupplier nanoTime,
            long firstSequenceNumber) {
        this.table = table;
        this.peer = new AnchorPeer(heartbeatInterval, nanoTime, firstSequenceNumber);
        this.restartUntold = heartbeatInterval.isPresent();
        this.flowMobility = new FlowMobility(table);
        this.revocation = new BindingRevocation(table, table.settings().proxyCareOfAddress(), nanoTime);
        this.restartCounter = restartCounter;
        this.nanoTime = nanoTime;
    }

    public List<AttachmentDecision> received(AnchorMessage message) {
        return switch (message) {
            case UpdateNotification notification -> notified(notification);
            case BindingRevocationIndication indication -> revoked(indication);
            // H-02: always, whatever is bound.
            case Heartbeat heartbeat ->
                heartbeat.response()
                        ? responded(heartbeat)
                        : List.of(new Answer(heartbeat, heartbeat.answered(restartCounter)));
            case BindingErrorReceived error -> {
                List<AttachmentDecision> decisions = new ArrayList<>();
                peer.erred(error.status(), decisions);
                yield decisions;
            }
        };
    }

    private List<AttachmentDecision> responded(Heartbeat response) {
        List<AttachmentDecision> decisions = new ArrayList<>();
        if (peer.answered(response, decisions)) {
            decisions.add(new AnchorRestarted(table.bound()));
            decisions.addAll(table.registerAgain());
        }
        return decisions;
    }

    /** H-06: with the first signalling of a process that found nothing installed, the anchor is told that nothing is left. */
    public List<AttachmentDecision> streamCameUp(boolean foundInstalled) {
        boolean tells = restartUntold && !foundInstalled;
        restartUntold = false;
        return tells ? List.of(new Say(Heartbeat.afterRestart(restartCounter))) : List.of();
    }

    private List<AttachmentDecision> notified(UpdateNotification notification) {
        UpdateNotification first = notification.first();
        if (decided.contains(first)) {
            return List.of(new Repeated(notification));
        }
        Answered before = remembered(first);
        List<AttachmentDecision> decisions = new ArrayList<>();
        if (before != null) {
            decisions.add(new Repeated(notification));
            if (((UpdateNotificationAcknowledgement) before.answer()).status().accepted()
                    && (!notification.isFlowMobilityInitiate() || flowMobility.isOutdated(first))) {
                decisions.add(new Answer(first, before.answer()));
                return decisions;
            }
        }
        UpdateNotificationStatus status = flowMobility.notified(notification, decisions);
        if (notification.acknowledge()) {
            decided.add(first);
            decisions.add(new Answer(first, UpdateNotificationAcknowledgement.of(notification, status)));
        } else {
            flowMobility.carriedOut(notification);
        }
        return decisions;
    }

    private List<AttachmentDecision> revoked(BindingRevocationIndication indication) {
        if (decided.contains(indication) || revocation.isWaiting(indication)) {
            return List.of(new Repeated(indication));
        }
        Answered before = remembered(indication);
        List<AttachmentDecision> decisions = new ArrayList<>();
        if (before != null) {
            decisions.add(new Repeated(indication));
            if (((BindingRevocationAcknowledgement) before.answer()).status().accepted()) {
                // A terminal that came back meanwhile is not meant.
                decisions.add(new Answer(indication, before.answer()));
                return decisions;
            }
        }
        revocation.revoked(indication, decisions).ifPresent(answer -> answer(indication, answer, decisions));
        return decisions;
    }

    private void answer(
            BindingRevocationIndication indication,
            BindingRevocationAcknowledgement answer,
            List<AttachmentDecision> decisions) {
        decided.add(indication);
        decisions.add(new Answer(indication, answer));
    }

    private @Nullable Answered remembered(AnchorMessage message) {
        Answered before = answered.get(message);
        return before == null || nanoTime.getAsLong() - before.until() >= 0 ? null : before;
    }

    /** What waited for a terminal's answer, or for time to pass. */
    public List<AttachmentDecision> due() {
        List<AttachmentDecision> decisions = new ArrayList<>(peer.due(table.bound() > 0));
        revocation.due(decisions).forEach((indication, answer) -> answer(indication, answer, decisions));
        return decisions;
    }

    /** Monotonic time at which {@link #due()} has something to do; empty when nothing waits. */
    public OptionalLong nextDue() {
        OptionalLong heartbeat = peer.nextDue();
        OptionalLong answer = revocation.nextDue();
        if (heartbeat.isEmpty() || answer.isEmpty()) {
            return heartbeat.isEmpty() ? answer : heartbeat;
        }
        return heartbeat.getAsLong() - answer.getAsLong() < 0 ? heartbeat : answer;
    }

    /** Attachments whose forwarding the answer speaks of, as far as it is to begin. */
    public Set<AttachmentName> concerned(Answer answer) {
        return answer.request() instanceof UpdateNotification notification
                ? flowMobility.concerned(notification)
                : Set.of();
    }

    /** The kernel has what the answer says, and the answer was sent. */
    public void carriedOut(Answer answer) {
        AnchorMessage request = answer.request();
        if (request instanceof Heartbeat) {
            return;
        }
        decided.remove(request);
        if (request instanceof UpdateNotification notification) {
            flowMobility.carriedOut(notification);
        }
        answered.remove(request);
        answered.put(request, new Answered(answer.message(), nanoTime.getAsLong() + MEMORY));
        forget();
    }

    private void forget() {
        Iterator<Answered> oldest = answered.values().iterator();
        while (oldest.hasNext()) {
            boolean expired = nanoTime.getAsLong() - oldest.next().until() >= 0;
            if (!expired && answered.size() <= MAX_REMEMBERED) {
                return;
            }
            oldest.remove();
        }
    }

    /**
     * The kernel does not forward as the answer says.
     *
     * @return to be sent instead; empty: the answer waits until the kernel accepts
     */
    public Optional<GatewayMessage> refusedByKernel(Answer answer) {
        if (!(answer.request() instanceof UpdateNotification notification)) {
            return Optional.empty();
        }
        decided.remove(notification);
        flowMobility.refused(notification);
        return Optional.of(
                UpdateNotificationAcknowledgement.of(notification, UpdateNotificationStatus.REASON_UNSPECIFIED));
    }
}
