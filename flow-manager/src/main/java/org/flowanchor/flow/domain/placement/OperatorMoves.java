package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.placement.Explanation.Outcome;
import org.flowanchor.mobility.AccessTechnologyType;

/** What operators want of single flows: a move is a pin, a reset ends it. Owned by one thread. */
final class OperatorMoves {
    private final SteeredFlows flows;

    OperatorMoves(SteeredFlows flows) {
        this.flows = flows;
    }

    /**
     * What {@link #move} would come to now; changes nothing.
     *
     * @param from where the operator thinks the flow is
     */
    MoveResult consider(FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, Instant now) {
        Optional<Flow> flow = flows.find(id);
        if (flow.isEmpty()) {
            return new MoveResult.UnknownFlow();
        }
        if (isBusy(flow.get())) {
            return new MoveResult.Busy();
        }
        Optional<FlowSite> site = flows.site(flow.get());
        Optional<Access> current = site.flatMap(FlowSite::current);
        Optional<String> refusal = site.flatMap(known -> known.node().refusal(to));
        if (refusal.isPresent()) {
            return new MoveResult.NotAllowed(refusal.get());
        }
        if (from.isPresent() && !current.map(Access::accessTechnologyType).equals(from)) {
            return new MoveResult.StaleFlow(current);
        }
        Optional<Access> target = site.flatMap(known -> known.node().attached(to));
        if (target.isEmpty() || current.isEmpty()) {
            return new MoveResult.NoSuchBinding(
                    site.map(known -> known.node().identifier()),
                    site.map(known -> known.node().attachments()).orElse(List.of()),
                    to);
        }
        if (current.equals(target)) {
            return new MoveResult.Unmoved(current);
        }
        String reason = "moved to " + to + " by an operator";
        Move move = new Move(current.get(), target.get(), MoveCause.MANUAL, reason, now, Optional.empty());
        return site.get().node().flowMobile(target.get().proxyCareOfAddress()).isPresent()
                ? new MoveResult.Preparing(move)
                : new MoveResult.Started(move);
    }

    /** An operator does not wait for what placement prepares: that is given up. */
    private boolean isBusy(Flow flow) {
        return flow.pending().isPresent()
                || flows.mobility()
                        .preparation(flow.id())
                        .filter(waiting -> waiting.move().cause() == MoveCause.MANUAL)
                        .isPresent();
    }

    /** An operator's move: a pin, not subject to the hold time. */
    MoveResult move(FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, Instant now) {
        MoveResult considered = consider(id, to, from, now);
        switch (considered) {
            case MoveResult.Started started -> pin(id, to, started.move().to(), Optional.of(started.move()), now);
            case MoveResult.Preparing preparing -> prepare(id, preparing.move(), now);
            case MoveResult.Unmoved unmoved -> pin(id, to, unmoved.current().orElseThrow(), Optional.empty(), now);
            case MoveResult.UnknownFlow refused -> {}
            case MoveResult.StaleFlow refused -> {}
            case MoveResult.NoSuchBinding refused -> {}
            case MoveResult.NotAllowed refused -> {}
            case MoveResult.Busy refused -> {}
        }
        return considered;
    }

    private void prepare(FlowId id, Move move, Instant now) {
        flows.prepare(flows.find(id).orElseThrow(), move, FlowException.Origin.PIN);
        String reason = move.reason() + "; its gateway is asked to carry the prefix first";
        flows.explain(id, new Explanation(now, Outcome.PREPARING, Optional.of(MoveCause.MANUAL), reason, Map.of()));
    }

    private void pin(FlowId id, AccessTechnologyType type, Access target, Optional<Move> move, Instant now) {
        Flow flow = flows.find(id).orElseThrow();
        flows.mobility().end(id);
        flows.pin(id, type);
        flows.exceptionChanged(flow);
        Flow next = flow.pinned(Optional.of(type))
                .withException(Optional.of(new FlowException(target, FlowException.Origin.PIN)));
        manually(flow, next, move, "pinned to " + type + " by an operator", now);
    }

    /** Ends a pin, and any exception: the flow follows its class, and automation resumes after the hold time. */
    MoveResult reset(FlowId id, Instant now) {
        Optional<Flow> found = flows.find(id);
        if (found.isEmpty()) {
            return new MoveResult.UnknownFlow();
        }
        Flow flow = found.get();
        if (isBusy(flow)) {
            return new MoveResult.Busy();
        }
        flows.mobility().end(id);
        flows.unpin(id);
        flows.exceptionChanged(flow);
        Optional<FlowSite> site = flows.site(flow);
        Optional<Access> from = site.flatMap(FlowSite::current);
        Optional<Access> to = site.flatMap(FlowSite::byClass);
        String reason = "reset to its class by an operator";
        Optional<Move> move = from.isEmpty() || to.isEmpty() || from.equals(to)
                ? Optional.empty()
                : Optional.of(new Move(from.get(), to.get(), MoveCause.MANUAL, reason, now, Optional.empty()));
        manually(flow, flow.pinned(Optional.empty()).withException(Optional.empty()), move, reason, now);
        return move.<MoveResult>map(MoveResult.Started::new).orElseGet(() -> new MoveResult.Unmoved(from));
    }

    private void manually(Flow flow, Flow next, Optional<Move> move, String reason, Instant now) {
        Outcome outcome = move.isPresent() ? Outcome.MOVED : Outcome.KEPT;
        flows.explain(flow.id(), new Explanation(now, outcome, Optional.of(MoveCause.MANUAL), reason, Map.of()));
        move.ifPresentOrElse(started -> flows.begin(flow, next, started), () -> flows.put(next));
        flows.noteWhetherAway(flow.id());
    }
}
