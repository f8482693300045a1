package org.flowanchor.flow.application;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.flow.domain.placement.HintResult;
import org.flowanchor.flow.domain.placement.MoveHint;
import org.flowanchor.flow.domain.placement.MoveResult;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;

/**
 * An operator's moves. Blocks its caller until the agent has answered; the pin is stored before the agent is told, and taken back when the
 * move does not happen, so that a pin that was promised survives and one that was not is gone.
 *
 * <p>Trap: the stored pin and the decision must come in one order, or a restart would undo the last of two requests that met. Requests
 * for one flow therefore follow each other here; its anchor is owned by this instance alone.
 */
public final class FlowSteering {
    private static final Duration BUSY_RETRY = Duration.ofMillis(20);
    private static final int TURNS = 256;

    private final Anchors anchors;
    private final AnchorStore store;
    private final FlowSettings settings;
    private final InstantSource clock;
    private final ReentrantLock[] turns =
            Stream.generate(ReentrantLock::new).limit(TURNS).toArray(ReentrantLock[]::new);

    public FlowSteering(Anchors anchors, AnchorStore store, FlowSettings settings, InstantSource clock) {
        this.anchors = anchors;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Pins a flow to an access.
     *
     * @param from where the caller thinks it is
     * @param trace of the request
     * @throws StoreUnavailableException nothing was changed
     */
    public MoveOutcome move(
            FlowId id, AccessTechnologyType to, Optional<AccessTechnologyType> from, TraceContext trace) {
        Optional<FlowView> view = anchors.flow(id);
        if (view.isEmpty()) {
            return new MoveOutcome.Refused(new MoveResult.UnknownFlow());
        }
        return inTurn(id, () -> move(view.get(), to, from, trace));
    }

    private MoveOutcome move(
            FlowView view, AccessTechnologyType to, Optional<AccessTechnologyType> from, TraceContext trace) {
        FlowId id = view.flow().id();
        AnchorLoop loop = anchors.loop(view.anchor());
        MoveResult considered = retryWhileBusy(
                () -> loop.considerMove(id, to, from).join(), result -> result instanceof MoveResult.Busy);
        boolean possible = switch (considered) {
            case MoveResult.Started started -> true;
            case MoveResult.Preparing preparing -> true;
            case MoveResult.Unmoved unmoved -> true;
            case MoveResult.UnknownFlow refused -> false;
            case MoveResult.StaleFlow refused -> false;
            case MoveResult.NoSuchBinding refused -> false;
            case MoveResult.NotAllowed refused -> false;
            case MoveResult.Busy refused -> false;
        };
        if (!possible) {
            return new MoveOutcome.Refused(considered);
        }
        Optional<Pin> before = store.pin(loop.anchor(), id);
        store.put(new Pin(loop.anchor(), id, view.flow().selector(), view.mobileNode(), to, clock.instant()));
        MoveOutcome outcome =
                retryWhileBusy(() -> loop.move(id, to, from, trace).join(), FlowSteering::isBusy);
        restoreUnlessDone(outcome, loop, id, before);
        return outcome;
    }

    /**
     * Ends the pin, and any exception, of a flow.
     *
     * @param trace of the request
     * @throws StoreUnavailableException nothing was changed
     */
    public MoveOutcome reset(FlowId id, TraceContext trace) {
        Optional<FlowView> view = anchors.flow(id);
        if (view.isEmpty()) {
            return new MoveOutcome.Refused(new MoveResult.UnknownFlow());
        }
        return inTurn(id, () -> reset(view.get(), trace));
    }

    private MoveOutcome reset(FlowView view, TraceContext trace) {
        FlowId id = view.flow().id();
        AnchorLoop loop = anchors.loop(view.anchor());
        Optional<Pin> before = store.pin(loop.anchor(), id);
        store.remove(loop.anchor(), id);
        MoveOutcome outcome = retryWhileBusy(() -> loop.reset(id, trace).join(), FlowSteering::isBusy);
        restoreUnlessDone(outcome, loop, id, before);
        return outcome;
    }

    /**
     * Ends every pin and every exception of a mobile node's flows: all of it follows policy again (T-54).
     *
     * @param trace of the request
     * @return what became of each flow that had one, or was being pinned; pins of flows that are not known just end
     * @throws StoreUnavailableException some may be reset
     */
    public SortedMap<FlowId, MoveOutcome> reset(MobileNodeIdentifier mobileNode, TraceContext trace) {
        SortedMap<FlowId, MoveOutcome> outcomes = new TreeMap<>();
        for (FlowView view : anchors.flows(Optional.empty(), view -> isSteered(view, mobileNode), Integer.MAX_VALUE)) {
            FlowId id = view.flow().id();
            outcomes.put(id, inTurn(id, () -> reset(view, trace)));
        }
        for (LmaAddress anchor :
                anchors.status().stream().map(AnchorStatus::anchor).toList()) {
            AnchorLoop loop = anchors.loop(anchor);
            for (Pin pin : store.pins(anchor)) {
                if (!outcomes.containsKey(pin.flow()) && isOf(mobileNode, pin, loop)) {
                    inTurn(pin.flow(), () -> end(pin, loop, trace))
                            .ifPresent(outcome -> outcomes.put(pin.flow(), outcome));
                }
            }
        }
        return outcomes;
    }

    /** Whose it was when it was stored, or whose its flow is now: its mobile node may be detached, or attached since. */
    private static boolean isOf(MobileNodeIdentifier mobileNode, Pin pin, AnchorLoop loop) {
        return pin.mobileNode().equals(Optional.of(mobileNode))
                || loop.holds(mobileNode, pin.selector()).join();
    }

    /** Ends a stored pin. Its flow may have become known, or pinned, only now: what was stored before its turn may be of a move under way. */
    private Optional<MoveOutcome> end(Pin pin, AnchorLoop loop, TraceContext trace) {
        Optional<FlowView> view = anchors.flow(pin.flow());
        if (view.isEmpty()) {
            store.remove(pin.anchor(), pin.flow());
            if (loop.unpin(pin.flow()).join()) {
                return Optional.empty();
            }
            view = anchors.flow(pin.flow());
        }
        return view.map(known -> reset(known, trace));
    }

    private static boolean isSteered(FlowView view, MobileNodeIdentifier mobileNode) {
        return view.mobileNode().equals(Optional.of(mobileNode))
                && (view.flow().pin().isPresent() || view.flow().exception().isPresent());
    }

    /**
     * Tells placement what somebody near the terminal says. Nothing is stored, and nothing changes by that alone.
     *
     * @param mobileNode whose flow it is said to be
     * @param prefix within which it is said to be
     */
    public HintResult hint(
            FlowId id,
            AccessTechnologyType to,
            MoveHint.Reporter reporter,
            Optional<MobileNodeIdentifier> mobileNode,
            Optional<HomeNetworkPrefix> prefix) {
        Optional<FlowView> view = anchors.flow(id);
        return view.isEmpty()
                ? new HintResult.UnknownFlow()
                : anchors.loop(view.get().anchor())
                        .hint(id, to, reporter, mobileNode, prefix)
                        .join();
    }

    private <T> T inTurn(FlowId id, Supplier<T> request) {
        ReentrantLock turn = turns[Math.floorMod(id.hashCode(), TURNS)];
        turn.lock();
        try {
            return request.get();
        } finally {
            turn.unlock();
        }
    }

    private void restoreUnlessDone(MoveOutcome outcome, AnchorLoop loop, FlowId id, Optional<Pin> before) {
        boolean done = outcome instanceof MoveOutcome.Enforced || outcome instanceof MoveOutcome.AlreadyThere;
        if (!done) {
            before.ifPresentOrElse(store::put, () -> store.remove(loop.anchor(), id));
        }
    }

    private static boolean isBusy(MoveOutcome outcome) {
        return outcome instanceof MoveOutcome.Refused refused && refused.why() instanceof MoveResult.Busy;
    }

    /** A move under way is a matter of milliseconds: it is waited for. */
    private <T> T retryWhileBusy(Supplier<T> attempt, Predicate<T> isBusy) {
        T result = attempt.get();
        Instant deadline = clock.instant().plus(settings.moveTimeout());
        while (isBusy.test(result) && clock.instant().isBefore(deadline)) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, BUSY_RETRY.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            result = attempt.get();
        }
        return result;
    }
}
