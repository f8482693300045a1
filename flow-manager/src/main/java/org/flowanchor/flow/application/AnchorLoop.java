package org.flowanchor.flow.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.cache.Binding;
import org.flowanchor.flow.domain.cache.BindingKey;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.cache.MobileNode;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.flow.domain.placement.AnchorState;
import org.flowanchor.flow.domain.placement.Decision;
import org.flowanchor.flow.domain.placement.EnforcedMove;
import org.flowanchor.flow.domain.placement.FlowSamples;
import org.flowanchor.flow.domain.placement.HintResult;
import org.flowanchor.flow.domain.placement.MoveHint;
import org.flowanchor.flow.domain.placement.MoveResult;
import org.flowanchor.flow.domain.placement.OffloadPolicies;
import org.flowanchor.flow.domain.placement.PrefixAnswer;
import org.flowanchor.flow.domain.placement.PrefixQuestion;
import org.flowanchor.flow.domain.placement.Preparation;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns an anchor's state. Everything reaches it as a task; nothing in it blocks.
 *
 * <p>Nothing is decided or sent before three things have come: the inputs were read to their end, the anchor was taken over (an epoch),
 * and its agent has said what its kernel enforces. Until then the kernel keeps what it has.
 */
public final class AnchorLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnchorLoop.class);
    private static final Duration PLACE_DELAY = Duration.ofMillis(20);
    private static final Duration TAKE_OVER_RETRY = Duration.ofSeconds(1);

    private final LmaAddress anchor;
    private final FlowSettings settings;
    private final AnchorStore store;
    private final PrefixPreparer preparer;
    private final FlowMeter meter;
    private final MoveReports reports;
    private final InstantSource clock;
    private final AnchorThread thread;
    private final Causes causes;
    private final Map<FlowId, CompletableFuture<MoveOutcome>> waiting = new HashMap<>();
    private final Set<FlowId> unsentMoves = new LinkedHashSet<>();

    private AnchorState state;
    private boolean inputsRead;
    private boolean takingOver;
    private boolean adopted;
    private boolean placeScheduled;
    private @Nullable AgentHello hello;
    private @Nullable SteeringSession session;
    private long epoch;
    private long version;
    private String error = "";
    private volatile AnchorStatus status;

    AnchorLoop(
            LmaAddress anchor,
            FlowSettings settings,
            AnchorStore store,
            FlowMoveJournal journal,
            PrefixPreparer preparer,
            FlowMeter meter,
            InstantSource clock,
            RandomGenerator random) {
        this.anchor = anchor;
        this.settings = settings;
        this.store = store;
        this.preparer = preparer;
        this.meter = meter;
        this.reports = new MoveReports(anchor, journal, meter);
        this.clock = clock;
        this.causes = new Causes(random);
        this.state = new AnchorState(anchor, settings.placement(), settings.load(), settings.flowIdleTimeout());
        this.status = new AnchorStatus(anchor, false, 0, 0, 0, 0, "");
        this.thread = new AnchorThread(anchor);
        thread.repeat(settings.decisionInterval(), this::tick);
    }

    // ---- inputs

    void bindingChanged(BindingKey key, long recordVersion, Optional<Binding> binding, Optional<TraceContext> trace) {
        thread.post(() -> {
            if (state.apply(key, recordVersion, binding, clock.instant())) {
                if (isSteering()) {
                    causes.bindingChanged(key.mobileNode(), trace);
                }
                schedulePlacement();
            }
        });
    }

    void policiesChanged(OffloadPolicies policies, Optional<TraceContext> trace) {
        thread.post(() -> {
            boolean classesDiffer = !policies.classes().equals(state.classes());
            state.apply(policies, clock.instant());
            if (session != null && classesDiffer) {
                session.classesChanged();
            }
            if (isSteering()) {
                TraceContext cause = causes.policiesChanged(trace);
                if (classesDiffer) {
                    causes.told(cause);
                }
            }
            schedulePlacement();
        });
    }

    /** The topics were read to where they ended when this service started. */
    void inputsRead() {
        thread.post(() -> {
            inputsRead = true;
            begin();
        });
    }

    void linkSampled(LinkSample sample, Instant at) {
        thread.post(() -> {
            if (state.observe(sample, at)) {
                schedulePlacement();
            }
        });
    }

    /** A later agent of the same anchor takes the place of an earlier one. */
    public void agentConnected(AgentHello introduction, SteeringChannel channel) {
        thread.post(() -> {
            if (session != null) {
                session.close("another agent of " + anchor + " connected");
                requeueMoves(session.movesUnderWay());
            }
            LOG.info("Agent of anchor {} connected ({})", anchor, introduction.agentVersion());
            session = new SteeringSession(channel);
            hello = introduction;
            if (introduction.epoch() > epoch) {
                // Somebody else steered it, or the database forgot: an older epoch would be refused for ever.
                epoch = 0;
                forgetDecisions();
            }
            state.agentReturned(clock.instant());
            begin();
        });
    }

    public void agentDisconnected(SteeringChannel channel) {
        thread.post(() -> {
            if (session != null && session.isOn(channel)) {
                LOG.info("Agent of anchor {} disconnected", anchor);
                requeueMoves(session.movesUnderWay());
                session = null;
            }
        });
    }

    public void flowsSampled(SteeringChannel channel, FlowSamples samples) {
        thread.post(() -> {
            if (session != null && session.isOn(channel)) {
                state.observe(samples, clock.instant()).forEach(this::publish);
            }
        });
    }

    public void answered(SteeringChannel channel, CommandAnswer answer) {
        thread.post(() -> {
            if (session == null || !session.isOn(channel)) {
                return;
            }
            session.answered(answer, clock.instant()).ifPresent(command -> {
                error = answer.error();
                if (answer.error().isEmpty()) {
                    command.moves().forEach(flow -> enforced(flow, answer.appliedAt()));
                } else {
                    LOG.warn("Anchor {} refused version {}: {}", anchor, answer.version(), answer.error());
                    meter.commandRefused();
                    command.moves().forEach(flow -> undo(flow, new MoveOutcome.RejectedByAgent(answer.error())));
                }
            });
            steer();
        });
    }

    // ---- taking over

    private void begin() {
        AgentHello introduction = hello;
        if (!inputsRead || introduction == null || session == null) {
            return;
        }
        if (epoch == 0) {
            takeOver(introduction.epoch());
            return;
        }
        if (!adopted) {
            adopted = true;
            state.adopt(introduction.exceptions(), clock.instant());
            LOG.info(
                    "Anchor {} taken over with epoch {}: {} classes, {} flow exceptions adopted",
                    anchor,
                    epoch,
                    state.classes().size(),
                    state.exceptions().size());
        }
        steer();
        schedulePlacement();
    }

    private void takeOver(long seen) {
        if (takingOver) {
            return;
        }
        takingOver = true;
        Thread.ofVirtual().name("take-over-" + anchor).start(() -> {
            try {
                AnchorStore.TakeOver taken = store.takeOver(anchor, seen);
                thread.post(() -> {
                    takingOver = false;
                    epoch = taken.epoch();
                    version = 0;
                    error = "";
                    if (!adopted) {
                        state.pinned(taken.pins());
                    }
                    begin();
                });
            } catch (StoreUnavailableException e) {
                LOG.warn("Anchor {} cannot be taken over: {}", anchor, e.getMessage());
                thread.post(() -> {
                    takingOver = false;
                    error = "take-over waits for the database";
                    thread.postAfter(TAKE_OVER_RETRY, this::begin);
                });
            }
        });
    }

    /** What the agent's kernel enforces and what the database has counts now, as after a restart. */
    private void forgetDecisions() {
        if (adopted) {
            adopted = false;
            unsentMoves.clear();
            state = state.withoutDecisions();
            List.copyOf(waiting.keySet())
                    .forEach(
                            flow -> complete(flow, new MoveOutcome.AgentAbsent("another instance steered its anchor")));
        }
    }

    private boolean isSteering() {
        return adopted && epoch > 0 && session != null;
    }

    // ---- deciding and telling

    private void tick() {
        Instant now = clock.instant();
        if (session != null) {
            requeueMoves(session.giveUpAfter(settings.acknowledgementTimeout(), now));
            place();
        }
        status = new AnchorStatus(
                anchor,
                session != null,
                epoch,
                version,
                state.flows().size(),
                state.bindings().size(),
                error);
    }

    private void schedulePlacement() {
        if (!placeScheduled) {
            placeScheduled = true;
            thread.postAfter(PLACE_DELAY, () -> {
                placeScheduled = false;
                place();
            });
        }
    }

    private void place() {
        if (!isSteering()) {
            return;
        }
        Set<FlowId> preparing = state.preparing();
        for (Decision decision : state.place(clock.instant())) {
            switch (decision) {
                case Decision.Suppressed suppressed -> meter.suppressed(suppressed.reason());
                case Decision.Unprepared unprepared -> unprepared(unprepared);
                case Decision.Divert divert -> {
                    causes.told(traced(divert.flow(), divert.cause()));
                    notePrepared(divert, preparing);
                }
                case Decision.Prepare prepare ->
                    LOG.info(
                            "Flow {}: {}, trace {}",
                            prepare.flow(),
                            prepare.explanation().reason(),
                            traced(prepare.flow(), prepare.cause()).traceId());
                case Decision.Follow follow -> causes.told(traced(follow.flow(), follow.cause()));
            }
            noteMove(decision.flow());
        }
        causes.placed();
        steer();
        askForPrefixes();
    }

    private TraceContext traced(FlowId flow, MoveCause cause) {
        Optional<MobileNodeIdentifier> mobileNode =
                state.flows().find(flow).flatMap(state::mobileNode).map(MobileNode::identifier);
        return state.traced(flow, causes.of(cause, mobileNode));
    }

    private void notePrepared(Decision.Divert divert, Set<FlowId> preparing) {
        if (preparing.contains(divert.flow())) {
            state.flows()
                    .find(divert.flow())
                    .flatMap(flow -> flow.pending())
                    .ifPresent(move -> reports.prepared(move, clock.instant()));
        }
    }

    private void unprepared(Decision.Unprepared decision) {
        unprepared(
                decision.preparation(),
                decision.failure(),
                decision.why(),
                decision.explanation().reason());
    }

    private void unprepared(Preparation preparation, PreparationFailure failure, String why, String reason) {
        reports.unprepared(
                preparation, failure, reason, state.flows().find(preparation.flow()), clock.instant(), epoch, version);
        complete(preparation.flow(), new MoveOutcome.NotPrepared(failure, why));
    }

    /** Moves within a shared prefix have nothing to ask. */
    private void askForPrefixes() {
        for (PrefixQuestion question : state.prefixQuestions()) {
            preparer.ask(anchor, question, state.trace(question))
                    .thenAccept(answer -> thread.post(() -> {
                        state.answered(question, answer, clock.instant());
                        if (!(answer instanceof PrefixAnswer.Unavailable)) {
                            schedulePlacement();
                        }
                    }));
        }
    }

    private void noteMove(FlowId flow) {
        pendingMove(flow).ifPresent(move -> unsentMoves.add(flow));
    }

    private Optional<Move> pendingMove(FlowId flow) {
        return state.flows().find(flow).flatMap(Flow::pending);
    }

    /** They go with the next command. */
    private void requeueMoves(List<FlowId> moves) {
        for (FlowId flow : moves) {
            noteMove(flow);
            pendingMove(flow).flatMap(Move::trace).ifPresent(causes::told);
        }
    }

    private void steer() {
        if (!isSteering() || session == null) {
            return;
        }
        session.steer(
                        anchor,
                        state,
                        epoch,
                        version + 1,
                        new ArrayList<>(unsentMoves),
                        causes::takeForCommand,
                        clock.instant())
                .ifPresent(command -> {
                    version = command.version();
                    unsentMoves.clear();
                    meter.commandSent(command.fullState());
                    LOG.debug("Anchor {} told version {}, traceparent {}", anchor, version, command.trace());
                });
    }

    private void enforced(FlowId flow, Instant at) {
        state.enforced(flow, at).ifPresent(enforced -> {
            publish(enforced);
            complete(flow, new MoveOutcome.Enforced(flow, enforced.move()));
        });
    }

    private void undo(FlowId flow, MoveOutcome outcome) {
        unsentMoves.remove(flow);
        if (session != null) {
            session.withdraw(flow);
        }
        String why = outcome instanceof MoveOutcome.RejectedByAgent rejected
                ? "the anchor's agent refused: " + rejected.error()
                : "the anchor's agent did not acknowledge in time";
        Optional<TraceContext> trace = pendingMove(flow).flatMap(Move::trace);
        trace.ifPresent(causes::told);
        reports.undone(flow, why, trace);
        state.undo(flow, why, clock.instant());
        complete(flow, outcome);
    }

    private void complete(FlowId flow, MoveOutcome outcome) {
        CompletableFuture<MoveOutcome> waiter = waiting.remove(flow);
        if (waiter != null) {
            waiter.complete(outcome);
        }
    }

    private void publish(EnforcedMove enforced) {
        reports.enforced(enforced, epoch, version);
    }

    // ---- an operator's requests

    /** What a move would come to; a future that completes with the refusal, or with a promise that it may be tried. */
    CompletableFuture<MoveResult> considerMove(
            FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from) {
        return ask(known -> known.considerMove(id, to, from, clock.instant()));
    }

    CompletableFuture<MoveOutcome> move(
            FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, TraceContext trace) {
        return operate(id, trace, () -> state.move(id, to, from, clock.instant()));
    }

    CompletableFuture<MoveOutcome> reset(FlowId id, TraceContext trace) {
        return operate(id, trace, () -> state.reset(id, clock.instant()));
    }

    /** Somebody near the terminal says that a flow would do better elsewhere: placement decides. */
    CompletableFuture<HintResult> hint(
            FlowId id,
            AccessTechnologyType to,
            MoveHint.Reporter reporter,
            Optional<MobileNodeIdentifier> mobileNode,
            Optional<HomeNetworkPrefix> prefix) {
        return ask(known -> {
            HintResult result = known.hint(id, to, reporter, mobileNode, prefix, clock.instant());
            if (result instanceof HintResult.Taken) {
                schedulePlacement();
            }
            return result;
        });
    }

    /** Whether the flow goes to an address of the mobile node. */
    CompletableFuture<Boolean> holds(MobileNodeIdentifier mobileNode, FiveTuple flow) {
        return ask(known -> known.bindings()
                .nodeOf(flow.destinationAddress())
                .filter(node -> node.identifier().equals(mobileNode))
                .isPresent());
    }

    /** Ends the pin of a flow that is not known; false when it is known. */
    CompletableFuture<Boolean> unpin(FlowId id) {
        return ask(known -> known.unpin(id));
    }

    private CompletableFuture<MoveOutcome> operate(FlowId id, TraceContext trace, Supplier<MoveResult> request) {
        CompletableFuture<MoveOutcome> outcome = new CompletableFuture<>();
        thread.post(() -> {
            if (!isSteering()) {
                outcome.complete(new MoveOutcome.AgentAbsent(absence()));
                return;
            }
            switch (request.get()) {
                case MoveResult.Started started -> {
                    causes.told(state.traced(id, trace));
                    unsentMoves.add(id);
                    waiting.put(id, outcome);
                    thread.postAfter(settings.moveTimeout(), () -> giveUp(id, outcome));
                }
                case MoveResult.Preparing preparing -> {
                    state.traced(id, trace);
                    LOG.info(
                            "Flow {} waits for the gateway of {}, trace {}",
                            id,
                            preparing.move().to(),
                            trace.traceId());
                    waiting.put(id, outcome);
                    Duration limit = settings.placement().prepareTimeout().plus(settings.moveTimeout());
                    thread.postAfter(limit, () -> giveUp(id, outcome));
                    askForPrefixes();
                }
                case MoveResult.Unmoved unmoved -> {
                    // Its exception may be another one now.
                    causes.told(trace);
                    outcome.complete(new MoveOutcome.AlreadyThere(id, unmoved.current()));
                }
                case MoveResult.UnknownFlow refused -> outcome.complete(new MoveOutcome.Refused(refused));
                case MoveResult.StaleFlow refused -> outcome.complete(new MoveOutcome.Refused(refused));
                case MoveResult.NoSuchBinding refused -> outcome.complete(new MoveOutcome.Refused(refused));
                case MoveResult.NotAllowed refused -> outcome.complete(new MoveOutcome.Refused(refused));
                case MoveResult.Busy refused -> outcome.complete(new MoveOutcome.Refused(refused));
            }
            steer();
        });
        return outcome;
    }

    private void giveUp(FlowId id, CompletableFuture<MoveOutcome> outcome) {
        if (outcome.isDone()) {
            return;
        }
        // While the agent is away nothing is placed, so nothing else ends what waits for a gateway.
        Optional<Preparation> abandoned = state.abandonPreparation(id);
        abandoned.ifPresent(preparation ->
                unprepared(preparation, PreparationFailure.NOT_IN_TIME, absence(), "not moved in time: " + absence()));
        if (abandoned.isEmpty()) {
            undo(id, new MoveOutcome.NotAcknowledged());
        }
        steer();
    }

    private String absence() {
        if (session == null) {
            return "the agent of anchor " + anchor + " is not connected";
        }
        return error.isEmpty() ? "anchor " + anchor + " is not taken over yet" : error;
    }

    // ---- reading

    /** Reads the state on its thread. */
    <T> CompletableFuture<T> ask(Function<AnchorState, T> question) {
        return thread.ask(() -> question.apply(state));
    }

    FlowView view(Flow flow) {
        Instant now = clock.instant();
        Optional<Access> access = state.current(flow);
        return new FlowView(
                anchor,
                flow,
                state.mobileNode(flow).map(node -> node.identifier()),
                access,
                flow.traffic().bitsPerSecond(now),
                flow.traffic().demand(now));
    }

    Instant now() {
        return clock.instant();
    }

    public LmaAddress anchor() {
        return anchor;
    }

    AnchorStatus status() {
        return status;
    }

    @Override
    public void close() {
        thread.close();
    }
}
