package org.flowanchor.flow.domain.placement;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.BindingCache;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.load.LinkLoads;
import org.flowanchor.flow.domain.placement.Decision.Divert;
import org.flowanchor.flow.domain.placement.Decision.Follow;
import org.flowanchor.flow.domain.placement.Decision.Prepare;
import org.flowanchor.flow.domain.placement.Decision.Suppressed;
import org.flowanchor.flow.domain.placement.Decision.Unprepared;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Takes over what {@link Placement} decides, and remembers how much of it there was lately. Owned by one thread. */
final class AutomaticMoves {
    private final PlacementLimits limits;
    private final BindingCache bindings;
    private final LinkLoads loads;
    private final SteeredFlows flows;
    private final Map<ProxyCareOfAddress, Instant> lastOverflow = new HashMap<>();
    private final ArrayDeque<Instant> automaticMoves = new ArrayDeque<>();

    AutomaticMoves(PlacementLimits limits, BindingCache bindings, LinkLoads loads, SteeredFlows flows) {
        this.limits = limits;
        this.bindings = bindings;
        this.loads = loads;
        this.flows = flows;
    }

    /** Runs placement and takes its decisions over. Suppressed moves are returned once per settle time, not with each run. */
    List<Decision> place(Instant now) {
        while (!automaticMoves.isEmpty()
                && !automaticMoves.peek().plus(limits.holdTime()).isAfter(now)) {
            automaticMoves.remove();
        }
        lastOverflow.values().removeIf(at -> !at.plus(limits.settleTime()).isAfter(now));
        List<Decision> news = new ArrayList<>();
        for (Decision decision : Placement.place(
                new PlacementView(
                        flows.table().flows(),
                        bindings,
                        flows.policies(),
                        loads,
                        lastOverflow,
                        automaticMoves.size(),
                        flows.mobility().view(now),
                        flows.hints().view(now),
                        limits),
                now)) {
            Flow flow = flows.find(decision.flow()).orElseThrow();
            boolean isNew = switch (decision) {
                case Divert divert -> divert(flow, divert, now);
                case Follow follow -> follow(flow, follow, now);
                case Prepare prepare -> prepare(flow, prepare, now);
                case Unprepared unprepared -> unprepared(flow, unprepared, now);
                case Suppressed suppressed ->
                    flows.notes().isNews(flow.id(), suppressed.reason(), now, limits.settleTime());
            };
            if (isNew) {
                flows.explain(flow.id(), decision.explanation());
                news.add(decision);
            }
        }
        return news;
    }

    private boolean divert(Flow flow, Divert divert, Instant now) {
        Optional<Preparation> prepared = flows.mobility().preparation(flow.id());
        flows.mobility().end(flow.id());
        Flow next = flow.withException(Optional.of(new FlowException(divert.to(), divert.origin())));
        if (divert.cause() == MoveCause.QOS) {
            next = next.overflowed();
            if (prepared.isEmpty()) {
                countOverflow(divert.from(), now);
            }
        }
        if (divert.origin() == FlowException.Origin.PIN) {
            next = next.pinned(Optional.of(divert.to().accessTechnologyType()));
            flows.pin(flow.id(), divert.to().accessTechnologyType());
        }
        flows.exceptionChanged(flow);
        if (divert.moves()) {
            Instant requestedAt = prepared.map(Preparation::requestedAt).orElse(now);
            Move move = started(divert.from(), divert.to(), divert.cause(), divert, requestedAt);
            flows.begin(
                    flow,
                    next,
                    prepared.flatMap(waited -> waited.move().trace())
                            .map(move::traced)
                            .orElse(move));
            if (prepared.isPresent()) {
                // The hold time begins when the flow moves, not when that was asked for.
                flows.find(flow.id()).ifPresent(moving -> flows.put(moving.held(now)));
            }
        } else {
            flows.put(next);
        }
        flows.noteWhetherAway(flow.id());
        return true;
    }

    private void countOverflow(Access from, Instant now) {
        lastOverflow.put(from.proxyCareOfAddress(), now);
        automaticMoves.add(now);
    }

    private boolean prepare(Flow flow, Prepare prepare, Instant now) {
        if (prepare.cause() == MoveCause.QOS) {
            countOverflow(prepare.from(), now);
        }
        flows.prepare(flow, started(prepare.from(), prepare.to(), prepare.cause(), prepare, now), prepare.origin());
        return true;
    }

    private boolean unprepared(Flow flow, Unprepared unprepared, Instant now) {
        flows.mobility().end(flow.id());
        if (unprepared.failure() != PreparationFailure.OVERTAKEN) {
            flows.mobility().remember(unprepared.preparation().what(), unprepared.why(), now);
        }
        if (unprepared.preparation().move().cause() != MoveCause.MANUAL) {
            // An automatic move that failed is not tried again at once.
            flows.put(flow.held(now));
        }
        return true;
    }

    private boolean follow(Flow flow, Follow follow, Instant now) {
        Flow next = flow.withException(Optional.empty());
        flows.exceptionChanged(flow);
        if (follow.moves()) {
            automaticMoves.add(now);
            Access to = follow.to().orElseThrow();
            flows.begin(flow, next, started(follow.from(), to, follow.cause(), follow, now));
        } else {
            flows.put(follow.cause() == MoveCause.OUTAGE ? next.held(now) : next);
        }
        return true;
    }

    private static Move started(Access from, Access to, MoveCause cause, Decision decision, Instant now) {
        return new Move(from, to, cause, decision.explanation().reason(), now, Optional.empty());
    }
}
