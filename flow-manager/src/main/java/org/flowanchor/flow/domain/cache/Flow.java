package org.flowanchor.flow.domain.cache;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;

/**
 * An entry of the flow mobility cache (RFC 7864 section 5.2).
 *
 * @param rule that its packets met last, by the agent's word; empty until a sample names it
 * @param carrier gateway that carries the flow as far as is known; empty until a sample or an acknowledgement names it
 * @param exception what the anchor's agent is told beside the classes
 * @param pin an operator's wish
 * @param pending a move that the agent has not acknowledged
 * @param heldSince the hold time runs from here
 * @param moves so far
 * @param overflows moves off a congested access so far: each doubles the wait before the flow is brought back
 */
public record Flow(
        FlowId id,
        FiveTuple selector,
        Optional<RuleName> rule,
        Traffic traffic,
        Optional<ProxyCareOfAddress> carrier,
        Optional<FlowException> exception,
        Optional<AccessTechnologyType> pin,
        Optional<Move> pending,
        Optional<Move> lastMove,
        Optional<Instant> heldSince,
        int moves,
        int overflows) {

    public static Flow first(FlowId id, FiveTuple selector, Optional<AccessTechnologyType> pin, Instant now) {
        return new Flow(
                id,
                selector,
                Optional.empty(),
                Traffic.none(now),
                Optional.empty(),
                Optional.empty(),
                pin,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0);
    }

    /**
     * The access that carries the flow: where a move under way takes it, else where it was last seen if that access is still attached,
     * else where its exception or its class takes it.
     */
    public Optional<Access> current(MobileNode node, Optional<Access> byClass) {
        return pending.flatMap(move -> node.access(move.to().proxyCareOfAddress()))
                .or(() -> carrier.flatMap(node::access))
                .or(() -> expected(node, byClass));
    }

    /** Where the agent takes the flow, given exception, class and bindings. */
    public Optional<Access> expected(MobileNode node, Optional<Access> byClass) {
        return exception
                .flatMap(own -> node.access(own.access().proxyCareOfAddress()))
                .or(() -> byClass);
    }

    public Flow sampled(Optional<RuleName> nextRule, long bitsPerSecond, boolean active, Instant at) {
        return new Flow(
                id,
                selector,
                nextRule.or(() -> rule),
                traffic.observe(bitsPerSecond, active, at),
                carrier,
                exception,
                pin,
                pending,
                lastMove,
                heldSince,
                moves,
                overflows);
    }

    public Flow touched(Instant now) {
        return new Flow(
                id,
                selector,
                rule,
                traffic.touched(now),
                carrier,
                exception,
                pin,
                pending,
                lastMove,
                heldSince,
                moves,
                overflows);
    }

    public Flow carriedBy(ProxyCareOfAddress gateway) {
        return new Flow(
                id,
                selector,
                rule,
                traffic,
                Optional.of(gateway),
                exception,
                pin,
                pending,
                lastMove,
                heldSince,
                moves,
                overflows);
    }

    public Flow withException(Optional<FlowException> next) {
        return new Flow(
                id, selector, rule, traffic, carrier, next, pin, pending, lastMove, heldSince, moves, overflows);
    }

    public Flow pinned(Optional<AccessTechnologyType> next) {
        return new Flow(
                id, selector, rule, traffic, carrier, exception, next, pending, lastMove, heldSince, moves, overflows);
    }

    public Flow held(Instant since) {
        return new Flow(
                id,
                selector,
                rule,
                traffic,
                carrier,
                exception,
                pin,
                pending,
                lastMove,
                Optional.of(since),
                moves,
                overflows);
    }

    public Flow moving(Move move) {
        return new Flow(
                id,
                selector,
                rule,
                traffic,
                carrier,
                exception,
                pin,
                Optional.of(move),
                lastMove,
                Optional.of(move.requestedAt()),
                moves,
                overflows);
    }

    /** The move under way, if there is one, belongs to a trace; it keeps one that it has. */
    public Flow traced(TraceContext trace) {
        return new Flow(
                id,
                selector,
                rule,
                traffic,
                carrier,
                exception,
                pin,
                pending.map(move -> move.traced(trace)),
                lastMove,
                heldSince,
                moves,
                overflows);
    }

    public Flow overflowed() {
        return new Flow(
                id,
                selector,
                rule,
                traffic,
                carrier,
                exception,
                pin,
                pending,
                lastMove,
                heldSince,
                moves,
                overflows + 1);
    }

    /** The move is a fact. */
    public Flow moved(Move move) {
        return new Flow(
                id,
                selector,
                rule,
                traffic,
                Optional.of(move.to().proxyCareOfAddress()),
                exception,
                pin,
                Optional.empty(),
                Optional.of(move),
                Optional.of(heldSince
                        .filter(held -> held.isAfter(move.requestedAt()))
                        .orElse(move.requestedAt())),
                moves + 1,
                overflows);
    }

    /** The move under way did not happen: what it changed is as it was in {@code before}; what was sampled since stays. */
    public Flow undone(Flow before) {
        return new Flow(
                id,
                selector,
                rule,
                traffic,
                carrier,
                before.exception,
                before.pin,
                before.pending,
                before.lastMove,
                before.heldSince,
                before.moves,
                before.overflows);
    }
}
