package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.flow.domain.cache.Binding;
import org.flowanchor.flow.domain.cache.BindingCache;
import org.flowanchor.flow.domain.cache.BindingKey;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.cache.FlowTable;
import org.flowanchor.flow.domain.cache.MobileNode;
import org.flowanchor.flow.domain.load.LinkLoads;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.flow.domain.load.LoadLimits;
import org.flowanchor.flow.domain.placement.Explanation.Outcome;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;

/**
 * All that is known of one anchor and all that was decided for it. Owned by one thread; no clock, no I/O.
 *
 * <p>A flow is STABLE, or MOVING while a command of ours awaits the agent's acknowledgement. Before it moves to a gateway that does not
 * anchor its prefix it is PREPARING: nothing of it has changed yet.
 *
 * <ul>
 *   <li>STABLE -> PREPARING: {@link #place}, {@link #move}; PREPARING -> MOVING or STABLE: {@link #place}
 *   <li>STABLE -> MOVING: {@link #place} diverts or releases it, {@link #move}, {@link #reset}
 *   <li>MOVING -> STABLE: {@link #enforced} (acknowledged), {@link #undo} (refused, or not in time)
 *   <li>STABLE -> STABLE elsewhere: the agent moved it by itself (outage, attach, changed class); told by {@link #observe(FlowSamples,
 *       Instant)}
 * </ul>
 *
 * <p>Traps: a sample may be older than the acknowledgement that overtook it; one that contradicts what is expected is believed only when
 * it persists.
 */
public final class AnchorState {
    private final LmaAddress anchor;
    private final PlacementLimits limits;
    private final Duration flowIdleTimeout;
    private final LinkLoads loads;
    private final BindingCache bindings;
    private final SteeredFlows flows;
    private final AgentMoves agentMoves;
    private final AutomaticMoves automaticMoves;
    private final OperatorMoves operatorMoves;

    public AnchorState(LmaAddress anchor, PlacementLimits limits, LoadLimits loadLimits, Duration flowIdleTimeout) {
        this(anchor, limits, flowIdleTimeout, new LinkLoads(loadLimits), new BindingCache());
    }

    private AnchorState(
            LmaAddress anchor,
            PlacementLimits limits,
            Duration flowIdleTimeout,
            LinkLoads loads,
            BindingCache bindings) {
        this.anchor = anchor;
        this.limits = limits;
        this.flowIdleTimeout = flowIdleTimeout;
        this.loads = loads;
        this.bindings = bindings;
        this.flows = new SteeredFlows(bindings, limits.holdTime());
        this.agentMoves = new AgentMoves(bindings);
        this.automaticMoves = new AutomaticMoves(limits, bindings, loads, flows);
        this.operatorMoves = new OperatorMoves(flows);
    }

    /** The inputs as they are, and nothing decided: somebody else decided since, so what is remembered here is stale. */
    public AnchorState withoutDecisions() {
        AnchorState next = new AnchorState(anchor, limits, flowIdleTimeout, loads, bindings);
        next.flows.policies(flows.policies());
        return next;
    }

    // ---- what happens

    /** @return whether the record was newer than what is known */
    public boolean apply(BindingKey key, long version, Optional<Binding> binding, Instant now) {
        Set<HomeNetworkPrefix> touched = new HashSet<>(bindings.prefixes(key));
        if (!bindings.apply(key, version, binding)) {
            return false;
        }
        touched.addAll(bindings.prefixes(key));
        for (HomeNetworkPrefix prefix : touched) {
            flows.table().towards(prefix).forEach(flow -> noticeAgentMove(flow, now));
        }
        return true;
    }

    private void noticeAgentMove(Flow flow, Instant now) {
        flows.site(flow).filter(site -> agentMoves.notice(site, now)).ifPresent(lost -> {
            // The agent leaves at once; placement must not move the flow a second time for what it saw before (T-53).
            flows.put(flow.held(now));
        });
    }

    public void apply(OffloadPolicies next, Instant now) {
        flows.policies(next);
        agentMoves.policiesChanged(now);
    }

    /** @return whether a verdict on the link changed */
    public boolean observe(LinkSample sample, Instant at) {
        return loads.observe(sample, at, flows.policies().thresholds(limits.packetLossRatioThreshold()));
    }

    /** Pins as stored; those of flows that are not known yet wait for them. */
    public void pinned(Collection<Pin> stored) {
        for (Pin pin : stored) {
            flows.pin(pin.flow(), pin.accessTechnologyType());
            flows.find(pin.flow()).ifPresent(flow -> flows.put(flow.pinned(Optional.of(pin.accessTechnologyType()))));
        }
    }

    /**
     * The pin of a flow that is not known ends; those of others are {@link #reset}.
     *
     * @return whether it is not known
     */
    public boolean unpin(FlowId id) {
        boolean unknown = flows.find(id).isEmpty();
        if (unknown) {
            flows.unpin(id);
        }
        return unknown;
    }

    /** What the kernel enforces when nothing is remembered here: kept, and held from now on, so that a restart moves nothing (T-40). */
    public void adopt(Map<FiveTuple, ProxyCareOfAddress> enforced, Instant now) {
        enforced.forEach((selector, gateway) -> bindings.nodeOf(selector.destinationAddress())
                .flatMap(node -> node.access(gateway))
                .ifPresent(access -> adopt(selector, access, now)));
        enforced.keySet().forEach(selector -> flows.noteWhetherAway(FlowId.of(anchor, selector)));
        bindings.askedPrefixes()
                .forEach(asked -> flows.mobility()
                        .inherit(new CarriedPrefix(asked.mobileNode(), asked.prefix(), asked.gateway())));
    }

    private void adopt(FiveTuple selector, Access access, Instant now) {
        FlowId id = FlowId.of(anchor, selector);
        Optional<AccessTechnologyType> pin = flows.pin(id);
        FlowException.Origin origin = pin.isPresent() ? FlowException.Origin.PIN : FlowException.Origin.OVERFLOW;
        Flow flow = flows.find(id)
                .orElseGet(() -> Flow.first(id, selector, pin, now))
                .withException(Optional.of(new FlowException(access, origin)))
                .carriedBy(access.proxyCareOfAddress())
                .held(now);
        flows.put(pin.isPresent() ? flow : flow.overflowed());
        String reason = "the anchor's kernel carried it over " + access + " when this service started";
        flows.explain(id, new Explanation(now, Outcome.ADOPTED, Optional.empty(), reason, Map.of()));
    }

    /**
     * Placement looks at the hint for a hold time: a flow that moved just before it may move once that is over.
     *
     * @param mobileNode whose flow it is said to be
     * @param prefix within which it is said to be
     */
    public HintResult hint(
            FlowId id,
            AccessTechnologyType to,
            MoveHint.Reporter reporter,
            Optional<MobileNodeIdentifier> mobileNode,
            Optional<HomeNetworkPrefix> prefix,
            Instant now) {
        Optional<Flow> flow = flows.find(id);
        if (flow.isEmpty()) {
            return new HintResult.UnknownFlow();
        }
        Optional<MobileNode> node = mobileNode(flow.get());
        if (mobileNode.isPresent() && !node.map(MobileNode::identifier).equals(mobileNode)
                || prefix.isPresent() && !node.map(MobileNode::prefix).equals(prefix)) {
            return new HintResult.AnotherNodesFlow(node.map(MobileNode::identifier), node.map(MobileNode::prefix));
        }
        MoveHint hint = new MoveHint(to, reporter, now.plus(limits.holdTime()));
        flows.hints().put(id, hint);
        String reason = "hinted to " + to + " by " + reporter + "; it counts until " + hint.until();
        flows.explain(id, new Explanation(now, Outcome.KEPT, Optional.empty(), reason, Map.of()));
        return new HintResult.Taken(hint);
    }

    /** Flows cannot be seen while the agent is away: their idle time starts anew. */
    public void agentReturned(Instant now) {
        List.copyOf(flows.table().flows()).forEach(flow -> flows.put(flow.touched(now)));
    }

    /** @return moves that the agent made by itself */
    public List<EnforcedMove> observe(FlowSamples batch, Instant now) {
        List<EnforcedMove> observed = new ArrayList<>();
        for (FlowSamples.FlowSample sample : batch.samples()) {
            FlowId id = FlowId.of(anchor, sample.flow());
            Flow flow = flows.find(id)
                    .orElseGet(() -> Flow.first(id, sample.flow(), flows.pin(id), now))
                    .sampled(sample.rule(), batch.bitsPerSecond(sample), sample.packets() > 0, now);
            flows.put(flow);
            sample.carrier()
                    .flatMap(carrier -> carried(flow, carrier, batch.sampledAt(), now))
                    .ifPresent(observed::add);
        }
        return observed;
    }

    private Optional<EnforcedMove> carried(Flow flow, ProxyCareOfAddress carrier, Instant sampledAt, Instant now) {
        boolean overtaken = flow.lastMove()
                .flatMap(Move::enforcedAt)
                .filter(enforced -> enforced.isAfter(sampledAt))
                .isPresent();
        if (flow.pending().isPresent() || overtaken) {
            return Optional.empty();
        }
        if (flow.carrier().isEmpty()) {
            flows.put(flow.carriedBy(carrier));
            return Optional.empty();
        }
        return flows.site(flow)
                .flatMap(site -> agentMoves
                        .judge(site, carrier, sampledAt, now)
                        // The hold time runs by this side's clock.
                        .map(move -> observed(site, flow.moved(move).held(now), move, now)));
    }

    private EnforcedMove observed(FlowSite site, Flow moved, Move move, Instant now) {
        flows.put(moved);
        flows.explain(
                moved.id(), new Explanation(now, Outcome.OBSERVED, Optional.of(move.cause()), move.reason(), Map.of()));
        return new EnforcedMove(moved, Optional.of(site.node().identifier()), move);
    }

    // ---- what is decided

    /** Runs placement and takes its decisions over. Suppressed moves are returned once per settle time, not with each run. */
    public List<Decision> place(Instant now) {
        expire(now);
        return automaticMoves.place(now);
    }

    /** Flows whose move waits for a gateway. */
    public Set<FlowId> preparing() {
        return flows.mobility().waiting();
    }

    /** What the binding-service is to be asked now; each question is under way until {@link #answered}. */
    public List<PrefixQuestion> prefixQuestions() {
        return flows.mobility()
                .questions(
                        flows::needed,
                        what -> bindings.flowMobilePrefix(what.mobileNode(), what.prefix(), what.gateway()));
    }

    public void answered(PrefixQuestion question, PrefixAnswer answer, Instant now) {
        flows.mobility().answered(question, answer, now);
    }

    /** A move that waits for its gateway does not happen. */
    public Optional<Preparation> abandonPreparation(FlowId id) {
        Optional<Preparation> abandoned = flows.mobility().preparation(id);
        flows.mobility().end(id);
        return abandoned;
    }

    /**
     * What {@link #move} would come to now; changes nothing.
     *
     * @param from where the operator thinks the flow is
     */
    public MoveResult considerMove(
            FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, Instant now) {
        return operatorMoves.consider(id, to, from, now);
    }

    /** An operator's move: a pin, not subject to the hold time. */
    public MoveResult move(FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, Instant now) {
        return operatorMoves.move(id, to, from, now);
    }

    /** Ends a pin, and any exception: the flow follows its class, and automation resumes after the hold time. */
    public MoveResult reset(FlowId id, Instant now) {
        return operatorMoves.reset(id, now);
    }

    /**
     * What was decided for a flow belongs to a trace.
     *
     * @return the one that its move has: that of what it waited for goes on
     */
    public TraceContext traced(FlowId id, TraceContext trace) {
        return flows.traced(id, trace);
    }

    /** Of the move for which the question is asked; empty when it is for none. */
    public Optional<TraceContext> trace(PrefixQuestion question) {
        return flows.mobility().trace(question.what());
    }

    // ---- what became of it

    /** The agent acknowledged the move under way. Empty when none was, or the flow is gone. */
    public Optional<EnforcedMove> enforced(FlowId id, Instant enforcedAt) {
        Optional<EnforcedMove> enforced = flows.enforced(id, enforcedAt);
        enforced.ifPresent(move -> agentMoves.forget(id));
        return enforced;
    }

    /** The move under way did not happen. */
    public void undo(FlowId id, String why, Instant now) {
        flows.undo(id, why, now);
    }

    /** Removes flows that sent nothing for the idle timeout (T-48). */
    public void expire(Instant now) {
        for (Flow flow : List.copyOf(flows.table().flows())) {
            if (flow.pending().isEmpty()
                    && flows.mobility().preparation(flow.id()).isEmpty()
                    && !flow.traffic().lastActive().plus(flowIdleTimeout).isAfter(now)) {
                flows.remove(flow);
                agentMoves.forget(flow.id());
            }
        }
        loads.expire(now);
    }

    // ---- what the agent should enforce

    public List<TrafficClass> classes() {
        return flows.policies().classes();
    }

    /** All exceptions. */
    public Map<FiveTuple, ProxyCareOfAddress> exceptions() {
        Map<FiveTuple, ProxyCareOfAddress> all = new LinkedHashMap<>();
        flows.table()
                .flows()
                .forEach(flow -> flow.exception()
                        .ifPresent(exception ->
                                all.put(flow.selector(), exception.access().proxyCareOfAddress())));
        return all;
    }

    /** The exception a flow has now. */
    public Optional<ProxyCareOfAddress> exception(FiveTuple selector) {
        return flows.find(FlowId.of(anchor, selector))
                .flatMap(Flow::exception)
                .map(exception -> exception.access().proxyCareOfAddress());
    }

    /** Flows whose exception changed since the last call. */
    public Set<FiveTuple> takeChangedExceptions() {
        return flows.takeChangedExceptions();
    }

    public boolean hasChangedExceptions() {
        return flows.hasChangedExceptions();
    }

    // ---- what is there

    public FlowTable flows() {
        return flows.table();
    }

    public LinkLoads loads() {
        return loads;
    }

    public BindingCache bindings() {
        return bindings;
    }

    /** Most recent last. */
    public List<Explanation> explanations(FlowId id) {
        return flows.notes().explanations(id);
    }

    public Optional<MobileNode> mobileNode(Flow flow) {
        return flows.mobileNode(flow);
    }

    /** Where a flow is. */
    public Optional<Access> current(Flow flow) {
        return flows.site(flow).flatMap(FlowSite::current);
    }
}
