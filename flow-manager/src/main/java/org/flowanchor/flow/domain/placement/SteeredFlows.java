package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.BindingCache;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.cache.FlowMobileAccess;
import org.flowanchor.flow.domain.cache.FlowTable;
import org.flowanchor.flow.domain.cache.MobileNode;
import org.flowanchor.flow.domain.placement.Explanation.Outcome;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;

/**
 * The flows of an anchor with what was decided for them: pins, moves under way and those that wait for a gateway, and which exceptions the
 * agent is to be told. What decides, placement or an operator, tells it here. Owned by one thread.
 */
final class SteeredFlows {
    private final BindingCache bindings;
    private final FlowTable table = new FlowTable();
    private final FlowNotes notes = new FlowNotes();
    private final MoveHints hints = new MoveHints();
    private final FlowMobility mobility;
    private final Map<FlowId, AccessTechnologyType> pins = new HashMap<>();
    private final Map<FlowId, Flow> beforeMove = new HashMap<>();

    private final Set<FiveTuple> changedExceptions = new HashSet<>();
    private OffloadPolicies policies = OffloadPolicies.NONE;

    /** @param refusalMemory for which a gateway that refused a prefix is not asked again by placement */
    SteeredFlows(BindingCache bindings, Duration refusalMemory) {
        this.bindings = bindings;
        this.mobility = new FlowMobility(refusalMemory);
    }

    FlowTable table() {
        return table;
    }

    Optional<Flow> find(FlowId id) {
        return table.find(id);
    }

    void put(Flow flow) {
        table.put(flow);
    }

    void explain(FlowId id, Explanation explanation) {
        notes.explain(id, explanation);
    }

    FlowNotes notes() {
        return notes;
    }

    MoveHints hints() {
        return hints;
    }

    FlowMobility mobility() {
        return mobility;
    }

    OffloadPolicies policies() {
        return policies;
    }

    void policies(OffloadPolicies next) {
        policies = next;
    }

    Optional<MobileNode> mobileNode(Flow flow) {
        return bindings.nodeOf(flow.selector().destinationAddress());
    }

    Optional<FlowSite> site(Flow flow) {
        return mobileNode(flow).map(node -> Placement.site(flow, node, policies));
    }

    // ---- pins

    /** Also of a flow that is not known yet. */
    Optional<AccessTechnologyType> pin(FlowId id) {
        return Optional.ofNullable(pins.get(id));
    }

    void pin(FlowId id, AccessTechnologyType type) {
        pins.put(id, type);
    }

    void unpin(FlowId id) {
        pins.remove(id);
    }

    // ---- exceptions

    /** The agent is to be told of the exception of the flow, or that it has none. */
    void exceptionChanged(Flow flow) {
        changedExceptions.add(flow.selector());
    }

    boolean hasChangedExceptions() {
        return !changedExceptions.isEmpty();
    }

    /** Flows whose exception changed since the last call. */
    Set<FiveTuple> takeChangedExceptions() {
        Set<FiveTuple> taken = Set.copyOf(changedExceptions);
        changedExceptions.clear();
        return taken;
    }

    // ---- moves

    void begin(Flow before, Flow next, Move move) {
        hints.forget(before.id());
        beforeMove.put(before.id(), before);
        table.put(next.moving(move));
    }

    /** The move waits until the gateway carries the flow's prefix. */
    void prepare(Flow flow, Move move, FlowException.Origin origin) {
        MobileNode node = mobileNode(flow).orElseThrow();
        ProxyCareOfAddress gateway = move.to().proxyCareOfAddress();
        hints.forget(flow.id());
        mobility.begin(new Preparation(
                flow.id(),
                new CarriedPrefix(node.identifier(), node.prefix(), gateway),
                move,
                origin,
                node.flowMobile(gateway).flatMap(FlowMobileAccess::prefix),
                false));
    }

    /** What was decided for the flow belongs to a trace: its move, under way or waiting, keeps one that it has. */
    TraceContext traced(FlowId id, TraceContext trace) {
        mobility.traced(id, trace);
        moving(id).ifPresent(flow -> table.put(flow.traced(trace)));
        return moving(id)
                .flatMap(Flow::pending)
                .or(() -> mobility.preparation(id).map(Preparation::move))
                .flatMap(Move::trace)
                .orElse(trace);
    }

    /** The agent acknowledged the move under way. Empty when none was, or the flow is gone. */
    Optional<EnforcedMove> enforced(FlowId id, Instant enforcedAt) {
        beforeMove.remove(id);
        return moving(id).map(flow -> {
            Move move = flow.pending().orElseThrow().enforced(enforcedAt);
            Flow moved = flow.moved(move);
            table.put(moved);
            return new EnforcedMove(moved, site(moved).map(site -> site.node().identifier()), move);
        });
    }

    /** The move under way did not happen. */
    void undo(FlowId id, String why, Instant now) {
        Flow before = beforeMove.remove(id);
        Optional<Flow> moving = moving(id);
        if (before == null || moving.isEmpty()) {
            return;
        }
        before.pin().ifPresentOrElse(pin -> pins.put(id, pin), () -> pins.remove(id));
        Flow undone = moving.get().undone(before);
        // An automatic move that failed is not tried again at once.
        boolean automatic = moving.get().pending().orElseThrow().cause() != MoveCause.MANUAL;
        table.put(automatic ? undone.held(now) : undone);
        exceptionChanged(undone);
        notes.explain(id, new Explanation(now, Outcome.UNDONE, Optional.empty(), why, Map.of()));
    }

    private Optional<Flow> moving(FlowId id) {
        return table.find(id).filter(flow -> flow.pending().isPresent());
    }

    void remove(Flow flow) {
        table.remove(flow);
        flow.exception().ifPresent(exception -> exceptionChanged(flow));
        notes.forget(flow.id());
        hints.forget(flow.id());
    }

    // ---- prefixes at gateways that do not anchor them

    /** A flow at a gateway that does not anchor its prefix needs the prefix there. */
    void noteWhetherAway(FlowId id) {
        if (!needed(id).isEmpty()) {
            mobility.sentAway(id);
        }
    }

    /** At gateways that do not anchor it, the flow's prefix where the flow is, goes, or comes from until the agent has said that it left. */
    Set<CarriedPrefix> needed(FlowId id) {
        Optional<Flow> flow = table.find(id);
        Optional<MobileNode> node = flow.flatMap(this::mobileNode);
        if (flow.isEmpty() || node.isEmpty()) {
            return Set.of();
        }
        return Stream.concat(
                        flow.get().exception().map(FlowException::access).stream(),
                        flow.get().pending().stream().flatMap(move -> Stream.of(move.from(), move.to())))
                .map(Access::proxyCareOfAddress)
                .filter(gateway -> node.get().flowMobile(gateway).isPresent())
                .map(gateway ->
                        new CarriedPrefix(node.get().identifier(), node.get().prefix(), gateway))
                .collect(Collectors.toSet());
    }
}
