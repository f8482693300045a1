package org.flowanchor.flow.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.flow.domain.cache.Binding;
import org.flowanchor.flow.domain.cache.BindingCache;
import org.flowanchor.flow.domain.cache.BindingKey;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.FlowException;
import org.flowanchor.flow.domain.cache.FlowMobileAccess;
import org.flowanchor.flow.domain.cache.FlowTable;
import org.flowanchor.flow.domain.cache.MobileNode;
import org.flowanchor.flow.domain.load.LinkLoads;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.flow.domain.load.LoadLimits;
import org.flowanchor.flow.domain.placement.Decision.Divert;
import org.flowanchor.flow.domain.placement.Decision.Follow;
import org.flowanchor.flow.domain.placement.Decision.Prepare;
import org.flowanchor.flow.domain.placement.Decision.Suppressed;
import org.flowanchor.flow.domain.placement.Decision.Unprepared;
import org.flowanchor.flow.domain.placement.Explanation.Outcome;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

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
    private final FlowTable flows = new FlowTable();
    private final AgentMoves agentMoves;
    private final FlowNotes notes = new FlowNotes();
    private final MoveHints hints = new MoveHints();
    private final FlowMobility mobility;
    private final Map<FlowId, AccessTechnologyType> pins = new HashMap<>();
    private final Map<FlowId, Flow> beforeMove = new HashMap<>();
    private final Map<ProxyCareOfAddress, Instant> lastOverflow = new HashMap<>();
    private final ArrayDeque<Instant> automaticMoves = new ArrayDeque<>();

    private final Set<FiveTuple> changedExceptions = new HashSet<>();
    private OffloadPolicies policies = OffloadPolicies.NONE;

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
        this.agentMoves = new AgentMoves(bindings);
        this.mobility = new FlowMobility(limits.holdTime());
    }

    /** The inputs as they are, and nothing decided: somebody else decided since, so what is remembered here is stale. */
    public AnchorState withoutDecisions() {
        AnchorState next = new AnchorState(anchor, limits, flowIdleTimeout, loads, bindings);
        next.policies = policies;
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
            flows.towards(prefix).forEach(flow -> noticeAgentMove(flow, now));
        }
        return true;
    }

    private void noticeAgentMove(Flow flow, Instant now) {
        site(flow).filter(site -> agentMoves.notice(site, now)).ifPresent(lost -> {
            // The agent leaves at once; placement must not move the flow a second time for what it saw before (T-53).
            flows.put(flow.held(now));
        });
    }

    public void apply(OffloadPolicies next, Instant now) {
        policies = next;
        agentMoves.policiesChanged(now);
    }

    /** @return whether a verdict on the link changed */
    public boolean observe(LinkSample sample, Instant at) {
        return loads.observe(sample, at, policies.thresholds(limits.packetLossRatioThreshold()));
    }

    /** Pins as stored; those of flows that are not known yet wait for them. */
    public void pinned(Collection<Pin> stored) {
        for (Pin pin : stored) {
            pins.put(pin.flow(), pin.accessTechnologyType());
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
            pins.remove(id);
        }
        return unknown;
    }

    /** What the kernel enforces when nothing is remembered here: kept, and held from now on, so that a restart moves nothing (T-40). */
    public void adopt(Map<FiveTuple, ProxyCareOfAddress> enforced, Instant now) {
        enforced.forEach((selector, gateway) -> bindings.nodeOf(selector.destinationAddress())
                .flatMap(node -> node.access(gateway))
                .ifPresent(access -> adopt(selector, access, now)));
        enforced.keySet().forEach(selector -> noteWhetherAway(FlowId.of(anchor, selector)));
        bindings.askedPrefixes()
                .forEach(asked ->
                        mobility.inherit(new CarriedPrefix(asked.mobileNode(), asked.prefix(), asked.gateway())));
    }

    private void adopt(FiveTuple selector, Access access, Instant now) {
        FlowId id = FlowId.of(anchor, selector);
        Optional<AccessTechnologyType> pin = Optional.ofNullable(pins.get(id));
        FlowException.Origin origin = pin.isPresent() ? FlowException.Origin.PIN : FlowException.Origin.OVERFLOW;
        Flow flow = flows.find(id)
                .orElseGet(() -> Flow.first(id, selector, pin, now))
                .withException(Optional.of(new FlowException(access, origin)))
                .carriedBy(access.proxyCareOfAddress())
                .held(now);
        flows.put(pin.isPresent() ? flow : flow.overflowed());
        String reason = "the anchor's kernel carried it over " + access + " when this service started";
        notes.explain(id, new Explanation(now, Outcome.ADOPTED, Optional.empty(), reason, Map.of()));
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
        hints.put(id, hint);
        String reason = "hinted to " + to + " by " + reporter + "; it counts until " + hint.until();
        notes.explain(id, new Explanation(now, Outcome.KEPT, Optional.empty(), reason, Map.of()));
        return new HintResult.Taken(hint);
    }

    /** Flows cannot be seen while the agent is away: their idle time starts anew. */
    public void agentReturned(Instant now) {
        List.copyOf(flows.flows()).forEach(flow -> flows.put(flow.touched(now)));
    }

    /** @return moves that the agent made by itself */
    public List<EnforcedMove> observe(FlowSamples batch, Instant now) {
        List<EnforcedMove> observed = new ArrayList<>();
        for (FlowSamples.FlowSample sample : batch.samples()) {
            FlowId id = FlowId.of(anchor, sample.flow());
            Flow flow = flows.find(id)
                    .orElseGet(() -> Flow.first(id, sample.flow(), Optional.ofNullable(pins.get(id)), now))
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
        return site(flow)
                .flatMap(site -> agentMoves
                        .judge(site, carrier, sampledAt, now)
                        // The hold time runs by this side's clock.
                        .map(move -> observed(site, flow.moved(move).held(now), move, now)));
    }

    private EnforcedMove observed(FlowSite site, Flow moved, Move move, Instant now) {
        flows.put(moved);
        notes.explain(
                moved.id(), new Explanation(now, Outcome.OBSERVED, Optional.of(move.cause()), move.reason(), Map.of()));
        return new EnforcedMove(moved, Optional.of(site.node().identifier()), move);
    }

    // ---- what is decided

    /** Runs placement and takes its decisions over. Suppressed moves are returned once per settle time, not with each run. */
    public List<Decision> place(Instant now) {
        expire(now);
        while (!automaticMoves.isEmpty()
                && !automaticMoves.peek().plus(limits.holdTime()).isAfter(now)) {
            automaticMoves.remove();
        }
        lastOverflow.values().removeIf(at -> !at.plus(limits.settleTime()).isAfter(now));
        List<Decision> news = new ArrayList<>();
        for (Decision decision : Placement.place(
                new PlacementView(
                        flows.flows(),
                        bindings,
                        policies,
                        loads,
                        lastOverflow,
                        automaticMoves.size(),
                        mobility.view(now),
                        hints.view(now),
                        limits),
                now)) {
            Flow flow = flows.find(decision.flow()).orElseThrow();
            boolean isNew = switch (decision) {
                case Divert divert -> divert(flow, divert, now);
                case Follow follow -> follow(flow, follow, now);
                case Prepare prepare -> prepare(flow, prepare, now);
                case Unprepared unprepared -> unprepared(flow, unprepared, now);
                case Suppressed suppressed -> notes.isNews(flow.id(), suppressed.reason(), now, limits.settleTime());
            };
            if (isNew) {
                notes.explain(flow.id(), decision.explanation());
                news.add(decision);
            }
        }
        return news;
    }

    private boolean divert(Flow flow, Divert divert, Instant now) {
        Optional<Preparation> prepared = mobility.preparation(flow.id());
        mobility.end(flow.id());
        Flow next = flow.withException(Optional.of(new FlowException(divert.to(), divert.origin())));
        if (divert.cause() == MoveCause.QOS) {
            next = next.overflowed();
            if (prepared.isEmpty()) {
                countOverflow(divert.from(), now);
            }
        }
        if (divert.origin() == FlowException.Origin.PIN) {
            next = next.pinned(Optional.of(divert.to().accessTechnologyType()));
            pins.put(flow.id(), divert.to().accessTechnologyType());
        }
        changedExceptions.add(flow.selector());
        if (divert.moves()) {
            Instant requestedAt = prepared.map(Preparation::requestedAt).orElse(now);
            begin(flow, next, started(divert.from(), divert.to(), divert.cause(), divert, requestedAt));
            if (prepared.isPresent()) {
                // The hold time begins when the flow moves, not when that was asked for.
                flows.find(flow.id()).ifPresent(moving -> flows.put(moving.held(now)));
            }
        } else {
            flows.put(next);
        }
        noteWhetherAway(flow.id());
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
        prepare(flow, started(prepare.from(), prepare.to(), prepare.cause(), prepare, now), prepare.origin());
        return true;
    }

    private void prepare(Flow flow, Move move, FlowException.Origin origin) {
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

    private boolean unprepared(Flow flow, Unprepared unprepared, Instant now) {
        mobility.end(flow.id());
        if (unprepared.failure() != PreparationFailure.OVERTAKEN) {
            mobility.remember(unprepared.preparation().what(), unprepared.why(), now);
        }
        if (unprepared.preparation().move().cause() != MoveCause.MANUAL) {
            // An automatic move that failed is not tried again at once.
            flows.put(flow.held(now));
        }
        return true;
    }

    /** A flow at a gateway that does not anchor its prefix needs the prefix there. */
    private void noteWhetherAway(FlowId id) {
        if (!needed(id).isEmpty()) {
            mobility.sentAway(id);
        }
    }

    /** At gateways that do not anchor it, the flow's prefix where the flow is, goes, or comes from until the agent has said that it left. */
    private Set<CarriedPrefix> needed(FlowId id) {
        Optional<Flow> flow = flows.find(id);
        Optional<MobileNode> node = flow.flatMap(this::mobileNode);
        if (flow.isEmpty() || node.isEmpty()) {
            return Set.of();
        }
        return Stream.concat(
                        flow.get().exception().map(FlowException::access).stream(),
                        flow.get().pending().stream().flatMap(move -> Stream.of(move.from(), move.to())))
                .flatMap(access -> node.get().flowMobile(access.proxyCareOfAddress()).stream())
                .map(other -> new CarriedPrefix(
                        node.get().identifier(),
                        node.get().prefix(),
                        other.access().proxyCareOfAddress()))
                .collect(Collectors.toSet());
    }

    /** Flows whose move waits for a gateway. */
    public Set<FlowId> preparing() {
        return mobility.waiting();
    }

    /** What the binding-service is to be asked now; each question is under way until {@link #answered}. */
    public List<PrefixQuestion> prefixQuestions() {
        return mobility.questions(
                this::needed, what -> bindings.flowMobilePrefix(what.mobileNode(), what.prefix(), what.gateway()));
    }

    public void answered(PrefixQuestion question, PrefixAnswer answer, Instant now) {
        mobility.answered(question, answer, now);
    }

    /** A move that waits for its gateway does not happen. */
    public Optional<Preparation> abandonPreparation(FlowId id) {
        Optional<Preparation> abandoned = mobility.preparation(id);
        mobility.end(id);
        return abandoned;
    }

    private boolean follow(Flow flow, Follow follow, Instant now) {
        Flow next = flow.withException(Optional.empty());
        changedExceptions.add(flow.selector());
        if (follow.moves()) {
            automaticMoves.add(now);
            Access to = follow.to().orElseThrow();
            begin(flow, next, started(follow.from(), to, follow.cause(), follow, now));
        } else {
            flows.put(follow.cause() == MoveCause.OUTAGE ? next.held(now) : next);
        }
        return true;
    }

    private static Move started(Access from, Access to, MoveCause cause, Decision decision, Instant now) {
        return new Move(from, to, cause, decision.explanation().reason(), now, Optional.empty());
    }

    private void begin(Flow before, Flow next, Move move) {
        hints.forget(before.id());
        beforeMove.put(before.id(), before);
        flows.put(next.moving(move));
    }

    /**
     * What {@link #move} would come to now; changes nothing.
     *
     * @param from where the operator thinks the flow is
     */
    public MoveResult considerMove(
            FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, Instant now) {
        Optional<Flow> flow = flows.find(id);
        if (flow.isEmpty()) {
            return new MoveResult.UnknownFlow();
        }
        if (isBusy(flow.get())) {
            return new MoveResult.Busy();
        }
        Optional<FlowSite> site = site(flow.get());
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
                || mobility.preparation(flow.id())
                        .filter(waiting -> waiting.move().cause() == MoveCause.MANUAL)
                        .isPresent();
    }

    /** An operator's move: a pin, not subject to the hold time. */
    public MoveResult move(FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, Instant now) {
        MoveResult considered = considerMove(id, to, from, now);
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
        prepare(flows.find(id).orElseThrow(), move, FlowException.Origin.PIN);
        String reason = move.reason() + "; its gateway is asked to carry the prefix first";
        notes.explain(id, new Explanation(now, Outcome.PREPARING, Optional.of(MoveCause.MANUAL), reason, Map.of()));
    }

    private void pin(FlowId id, AccessTechnologyType type, Access target, Optional<Move> move, Instant now) {
        Flow flow = flows.find(id).orElseThrow();
        mobility.end(id);
        pins.put(id, type);
        changedExceptions.add(flow.selector());
        Flow next = flow.pinned(Optional.of(type))
                .withException(Optional.of(new FlowException(target, FlowException.Origin.PIN)));
        manually(flow, next, move, "pinned to " + type + " by an operator", now);
    }

    /** Ends a pin, and any exception: the flow follows its class, and automation resumes after the hold time. */
    public MoveResult reset(FlowId id, Instant now) {
        Optional<Flow> found = flows.find(id);
        if (found.isEmpty()) {
            return new MoveResult.UnknownFlow();
        }
        Flow flow = found.get();
        if (isBusy(flow)) {
            return new MoveResult.Busy();
        }
        mobility.end(id);
        pins.remove(id);
        changedExceptions.add(flow.selector());
        Optional<FlowSite> site = site(flow);
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
        notes.explain(flow.id(), new Explanation(now, outcome, Optional.of(MoveCause.MANUAL), reason, Map.of()));
        move.ifPresentOrElse(started -> begin(flow, next, started), () -> flows.put(next));
        noteWhetherAway(flow.id());
    }

    // ---- what became of it

    /** The agent acknowledged the move under way. Empty when none was, or the flow is gone. */
    public Optional<EnforcedMove> enforced(FlowId id, Instant enforcedAt) {
        beforeMove.remove(id);
        Optional<Flow> moving = flows.find(id).filter(flow -> flow.pending().isPresent());
        return moving.map(flow -> {
            Move move = flow.pending().orElseThrow().enforced(enforcedAt);
            Flow moved = flow.moved(move);
            flows.put(moved);
            agentMoves.forget(id);
            return new EnforcedMove(moved, site(moved).map(site -> site.node().identifier()), move);
        });
    }

    /** The move under way did not happen. */
    public void undo(FlowId id, String why, Instant now) {
        Flow before = beforeMove.remove(id);
        Optional<Flow> moving = flows.find(id).filter(flow -> flow.pending().isPresent());
        if (before == null || moving.isEmpty()) {
            return;
        }
        before.pin().ifPresentOrElse(pin -> pins.put(id, pin), () -> pins.remove(id));
        Flow undone = moving.get().undone(before);
        // An automatic move that failed is not tried again at once.
        boolean automatic = moving.get().pending().orElseThrow().cause() != MoveCause.MANUAL;
        flows.put(automatic ? undone.held(now) : undone);
        changedExceptions.add(undone.selector());
        notes.explain(id, new Explanation(now, Outcome.UNDONE, Optional.empty(), why, Map.of()));
    }

    /** Removes flows that sent nothing for the idle timeout (T-48). */
    public void expire(Instant now) {
        for (Flow flow : List.copyOf(flows.flows())) {
            if (flow.pending().isEmpty()
                    && mobility.preparation(flow.id()).isEmpty()
                    && !flow.traffic().lastActive().plus(flowIdleTimeout).isAfter(now)) {
                flows.remove(flow);
                flow.exception().ifPresent(exception -> changedExceptions.add(flow.selector()));
                notes.forget(flow.id());
                hints.forget(flow.id());
                agentMoves.forget(flow.id());
            }
        }
        loads.expire(now);
    }

    // ---- what the agent should enforce

    public List<TrafficClass> classes() {
        return policies.classes();
    }

    /** All exceptions. */
    public Map<FiveTuple, ProxyCareOfAddress> exceptions() {
        Map<FiveTuple, ProxyCareOfAddress> all = new LinkedHashMap<>();
        flows.flows()
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
        Set<FiveTuple> taken = Set.copyOf(changedExceptions);
        changedExceptions.clear();
        return taken;
    }

    public boolean hasChangedExceptions() {
        return !changedExceptions.isEmpty();
    }

    // ---- what is there

    public FlowTable flows() {
        return flows;
    }

    public LinkLoads loads() {
        return loads;
    }

    public BindingCache bindings() {
        return bindings;
    }

    /** Most recent last. */
    public List<Explanation> explanations(FlowId id) {
        return notes.explanations(id);
    }

    public Optional<MobileNode> mobileNode(Flow flow) {
        return bindings.nodeOf(flow.selector().destinationAddress());
    }

    /** Where a flow is. */
    public Optional<Access> current(Flow flow) {
        return site(flow).flatMap(FlowSite::current);
    }

    private Optional<FlowSite> site(Flow flow) {
        return mobileNode(flow).map(node -> Placement.site(flow, node, policies));
    }
}
