package org.flowanchor.flow.application;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.placement.EnforcedMove;
import org.flowanchor.flow.domain.placement.Preparation;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of moves, for the log, the metrics and the journal. */
final class MoveReports {
    private static final Logger LOG = LoggerFactory.getLogger(MoveReports.class);

    private final LmaAddress anchor;
    private final FlowMoveJournal journal;
    private final FlowMeter meter;

    MoveReports(LmaAddress anchor, FlowMoveJournal journal, FlowMeter meter) {
        this.anchor = anchor;
        this.journal = journal;
        this.meter = meter;
    }

    /**
     * @param epoch of this owner of the anchor
     * @param version told to the agent last
     */
    void enforced(EnforcedMove enforced, long epoch, long version) {
        Move move = enforced.move();
        Instant at = move.enforcedAt().orElseThrow();
        Duration took = Duration.between(move.requestedAt(), at);
        meter.moved(move.cause(), took.isNegative() ? Duration.ZERO : took);
        LOG.info(
                "Flow {} ({}) moved from {} to {}, {}: {}{}",
                enforced.flow().id(),
                enforced.flow().selector(),
                move.from(),
                move.to(),
                move.cause(),
                move.reason(),
                named(move.trace()));
        journal.publish(new FlowMoved(anchor, enforced, epoch, version));
    }

    /** The gateway carries the prefix: the move begins now. */
    void prepared(Move move, Instant now) {
        meter.prepared(Duration.between(move.requestedAt(), now));
    }

    /**
     * The gateway does not carry the prefix: the flow stays.
     *
     * @param flow empty when it is gone
     */
    void unprepared(
            Preparation preparation,
            PreparationFailure failure,
            String reason,
            Optional<Flow> flow,
            Instant now,
            long epoch,
            long version) {
        LOG.warn(
                "Flow {} stays: {}{}",
                preparation.flow(),
                reason,
                named(preparation.move().trace()));
        meter.unprepared(failure);
        journal.publish(new FlowMoveRefused(anchor, flow, preparation, failure, reason, now, epoch, version));
    }

    void undone(FlowId flow, String why, Optional<TraceContext> trace) {
        LOG.warn("Move of flow {} taken back: {}{}", flow, why, named(trace));
        meter.undone();
    }

    private static String named(Optional<TraceContext> trace) {
        return trace.map(known -> ", trace " + known.traceId()).orElse("");
    }
}
