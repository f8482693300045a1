package org.flowanchor.agent.application;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AgentMetrics.Refusal;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.AwaitingReplies.Waiting;
import org.flowanchor.agent.domain.AnchorBindings;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassSteering;
import org.flowanchor.agent.domain.FlowExceptions;
import org.flowanchor.agent.domain.GatewaysInUse;
import org.flowanchor.agent.domain.SteeringVersion;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the anchor's desired state and its kernel; except that a move or two, which arrive while it has nothing to do,
 * are made by the thread that brings them, in its place ({@link #takeAtOnce}).
 *
 * <pre>
 * state             kernel is given                                left by
 * nothing known     nothing: what an earlier process left forwards first full state of the binding stream (steering waits)
 * bindings known    routes, tunnels, groups, the exceptions read   first full state of steering
 *                   back at start; classes there are untouched
 * both known        everything                                     never; a lost stream changes nothing
 * any, refused      as above, again at each reconcile tick         the kernel accepts: late acknowledgements follow
 *
 * A gateway or a prefix that the kernel refuses costs itself only: none of these states.
 * </pre>
 *
 * Trap: all waiting events are taken at once and cost one apply. What the kernel is given is {@link AnchorEnforcement}'s business.
 */
public final class AnchorLoop implements AnchorInput, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AnchorLoop.class);

    /** So few moves are made by the thread that brings them. */
    private static final int FEW_MOVES = 4;

    /** Moves that come closer than this wait for each other: one transaction for all of them. */
    private static final long BUSY_NANOS = 300_000;

    sealed interface Event {}

    /** Somebody waits for the answer. */
    private sealed interface Said extends Event {
        Waiting waits();
    }

    private record BindingsReceived(BindingChange change, Waiting waits) implements Said {}

    private record SteeringReceived(SteeringChange change, Waiting waits) implements Said {}

    private record GatewaysJudged(Set<ProxyCareOfAddress> silent) implements Event {}

    private record Compared(CompletableFuture<List<KernelObject>> answer) implements Event {}

    private record KernelChanged() implements Event {}

    private record TrackingDue() implements Event {}

    private record Stop() implements Event {}

    private final AnchorSettings settings;
    private final AnchorKernel kernel;
    private final AgentMetrics metrics;
    private final LongSupplier nanoTime;
    private final EventQueue<Event> queue = new EventQueue<>();

    /** Held by whoever is at a turn. */
    private final ReentrantLock turns = new ReentrantLock();

    private final Thread thread = new Thread(this::run, "anchor-loop");

    // Owned by whoever is at a turn; what others may read of it is said there.
    private final AnchorBindings bindings;
    private final FlowExceptions exceptions;
    private final AnchorEnforcement enforcement;
    private final AwaitingReplies replies;
    private final TrackingCare tracking;
    private final LimitedRoom room;
    private final FaultBarrier barrier;
    private final GatewaysInUse gateways = new GatewaysInUse();
    private @Nullable List<ClassSteering> classes;
    /** Whose bindings changed since the kernel was told. */
    private final Set<HomeNetworkPrefix> changedPrefixes = new HashSet<>();

    private boolean stateChanged;
    private boolean kernelRefused;
    private boolean started;
    private long lastSteered;

    // Written at a turn, read by the loop before one.
    private volatile long nextReconcile;
    private volatile boolean stopped;

    // Read by others.
    private volatile SteeringVersion accepted = SteeringVersion.NONE;
    private volatile boolean inTrouble;
    private volatile int unfitGateways;

    public AnchorLoop(
            AnchorSettings settings,
            AnchorKernel kernel,
            AgentMetrics metrics,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.kernel = kernel;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.bindings = new AnchorBindings(settings.pools());
        this.exceptions = new FlowExceptions(kernel.mostFlowExceptions());
        this.room = new LimitedRoom(metrics);
        this.enforcement = new AnchorEnforcement(settings, kernel, exceptions, metrics, nanoTime);
        this.replies = new AwaitingReplies(metrics, clock, nanoTime);
        this.tracking = new TrackingCare(kernel, metrics);
        this.barrier = new FaultBarrier(metrics);
    }

    /**
     * Reads back what the kernel enforces, then starts the loop.
     *
     * @throws KernelException when the kernel cannot be read: the agent has no business here
     */
    public void start() throws KernelException {
        readBack();
        kernel.watch(() -> queue.add(new KernelChanged()));
        started = true;
        thread.start();
    }

    void readBack() throws KernelException {
        exceptions.found(kernel.flows());
        nextReconcile = nanoTime.getAsLong() + settings.reconcileInterval().toNanos();
        int found = exceptions.installed().size();
        if (found > 0) {
            log.info("found {} flow exceptions in the kernel, kept until steering arrives", found);
        }
    }

    @Override
    public void bindingsChanged(BindingChange change, Reply reply) {
        queue.add(new BindingsReceived(
                change, new Waiting(ServiceStream.BINDING, reply, nanoTime.getAsLong(), change.entries())));
    }

    @Override
    public void steer(SteeringChange change, Reply reply) {
        long now = nanoTime.getAsLong();
        SteeringReceived event =
                new SteeringReceived(change, new Waiting(ServiceStream.STEERING, reply, now, List.of()));
        if (!takeAtOnce(event, now)) {
            queue.add(event);
        }
    }

    /**
     * Waking another thread takes longer than a move. Never beside the loop, never before what waits in the queue, and only where nothing
     * else is to be done, so that whoever brings it, the thread of all streams, is soon back at them.
     *
     * @return false: it is for the loop
     */
    private boolean takeAtOnce(SteeringReceived event, long now) {
        SteeringChange change = event.change();
        int moves =
                change.flowExceptions().size() + change.removedFlowExceptions().size();
        if (change.fullState()
                || change.classes() != null
                || moves > FEW_MOVES
                || turns.isHeldByCurrentThread()
                || !turns.tryLock()) {
            return false;
        }
        try {
            boolean busy = now - lastSteered < BUSY_NANOS;
            lastSteered = now;
            if (busy || !isIdle(now)) {
                return false;
            }
            turnWhatever(List.of(event));
            return true;
        } finally {
            turns.unlock();
        }
    }

    private boolean isIdle(long now) {
        return started
                && !stopped
                && queue.isEmpty()
                && bindings.areKnown()
                && !bindings.haveChanged()
                && enforcement.view() != null
                && !stateChanged
                && changedPrefixes.isEmpty()
                && exceptions.isSettled()
                && !kernelRefused
                && now - nextReconcile < 0;
    }

    /** @param silent gateways that answer no more: until they do, their bindings are not usable, whatever the streams say */
    public void gatewaysSilent(Set<ProxyCareOfAddress> silent) {
        queue.add(new GatewaysJudged(Set.copyOf(silent)));
    }

    /** Has the kernel's connection tracking looked after; to be called every second. */
    void tendTracking() {
        queue.add(new TrackingDue());
    }

    @Override
    public AnchorPosition position() {
        return new AnchorPosition(accepted, List.copyOf(exceptions.installed().values()));
    }

    /** Ready once the binding stream's first full state is in the kernel. */
    public Readiness readiness() {
        AnchorView present = view();
        Map<String, Object> details = new HashMap<>();
        details.put("bindingsApplied", present != null);
        if (present != null) {
            List<String> refusals = enforcement.refusals();
            details.put("kernelInSync", !inTrouble && refusals.isEmpty());
            if (!refusals.isEmpty()) {
                details.put("refusedByKernel", refusals);
            }
            details.put("prefixes", present.bindings().prefixes().size());
            details.put("gateways", present.gateways().size());
            details.put("unfitGateways", unfitGateways);
            List<Integer> unclassified = present.bindings().unclassifiedLengths();
            if (!unclassified.isEmpty()) {
                details.put("prefixLengthsWithoutClasses", unclassified);
            }
            details.put("steering", accepted.toString());
        }
        tracking.addTo(details);
        room.addTo(details);
        return new Readiness(present != null, details);
    }

    /** Gateways of all bindings, usable or not. */
    public Set<ProxyCareOfAddress> gateways() {
        AnchorView present = view();
        return present == null ? Set.of() : present.bindings().gateways();
    }

    /** What the kernel enforces; null before the first apply. */
    @Nullable
    AnchorView view() {
        return enforcement.view();
    }

    /** Every object of ours in the kernel, read in the loop's next turn. */
    public CompletableFuture<List<KernelObject>> objects() {
        CompletableFuture<List<KernelObject>> answer = new CompletableFuture<>();
        queue.add(new Compared(answer));
        return answer;
    }

    /** Stops the loop; the kernel keeps what it has. */
    @Override
    public void close() {
        queue.add(new Stop());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            try {
                queue.await(nextReconcile - nanoTime.getAsLong());
            } catch (InterruptedException e) {
                return;
            }
            turns.lock();
            try {
                turnWhatever(queue.drain());
            } finally {
                turns.unlock();
            }
        }
    }

    /** The loop is all that stands between the services and the kernel: it outlives a fault of its own. */
    private void turnWhatever(List<Event> events) {
        try {
            turn(events);
        } catch (RuntimeException e) {
            log.error("anchor loop", e);
            enforcement.doubt();
            stateChanged = true;
        }
    }

    /** One turn with what is queued now; for tests that own the thread. */
    void turn() {
        turn(queue.drain());
    }

    private void turn(List<Event> events) {
        for (Event event : events) {
            barrier.take(event.getClass().getSimpleName(), () -> take(event)).ifPresent(fault -> befell(event, fault));
        }
        if (stopped) {
            return;
        }
        boolean reconcile = nanoTime.getAsLong() - nextReconcile >= 0;
        if (reconcile) {
            nextReconcile = nanoTime.getAsLong() + settings.reconcileInterval().toNanos();
        }
        if (bindings.areKnown()) {
            settle(reconcile);
        }
    }

    private void take(Event event) {
        switch (event) {
            case BindingsReceived(BindingChange change, Waiting waits) -> accept(change, waits);
            case SteeringReceived(SteeringChange change, Waiting waits) -> accept(change, waits);
            case GatewaysJudged(Set<ProxyCareOfAddress> silent) -> judge(silent);
            case Compared(CompletableFuture<List<KernelObject>> answer) -> compare(answer);
            case KernelChanged() -> lookForDrift();
            case TrackingDue() -> tracking.take();
            case Stop() -> stopped = true;
        }
    }

    /** Nobody knows how far it came: who sent it is told, and the kernel gets the whole state. */
    private void befell(Event event, RuntimeException fault) {
        enforcement.doubt();
        stateChanged = true;
        if (event instanceof Said said) {
            barrier.take("refusal", () -> replies.refuse(said.waits(), Refusal.INVALID, fault.toString()));
        }
    }

    private void accept(BindingChange change, Waiting waits) {
        if (change.fullState()) {
            bindings.replace(change.version(), change.entries());
        } else if (bindings.areKnown()) {
            bindings.update(change.version(), change.entries(), change.removed());
        } else {
            replies.refuse(waits, Refusal.INVALID, "the first response must carry the full state");
            return;
        }
        replies.add(waits);
    }

    private void accept(SteeringChange change, Waiting waits) {
        if (change.version().compareTo(accepted) < 0) {
            replies.refuse(
                    waits, Refusal.STALE, "version " + change.version() + " is older than the accepted " + accepted);
            return;
        }
        if (!change.fullState() && classes == null) {
            replies.refuse(waits, Refusal.INVALID, "the first command must carry the full state");
            return;
        }
        accepted = change.version();
        List<ClassSteering> replaced = change.classes();
        if (replaced != null && !replaced.equals(classes)) {
            classes = replaced;
            stateChanged = true;
        }
        if (change.fullState()) {
            exceptions.clear();
        }
        change.removedFlowExceptions().forEach(exceptions::remove);
        change.flowExceptions().forEach(exceptions::put);
        replies.add(waits);
    }

    private void judge(Set<ProxyCareOfAddress> silent) {
        Set<ProxyCareOfAddress> before = bindings.silentGateways();
        if (bindings.silent(silent)) {
            log.warn("gateways that do not answer: {}, before: {}", silent, before);
        }
    }

    private void compare(CompletableFuture<List<KernelObject>> answer) {
        try {
            answer.complete(kernel.objects());
        } catch (KernelException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** The next settling is a reconciliation when somebody else was at work. */
    private void lookForDrift() {
        try {
            if (kernel.drifted()) {
                tellDrift();
                nextReconcile = nanoTime.getAsLong();
            }
        } catch (KernelException | RuntimeException e) {
            log.warn("the kernel cannot be looked at: {}", e.toString());
        }
    }

    private void tellDrift() {
        metrics.drifted();
        log.warn("somebody else changed this gateway's kernel objects: put right now");
    }

    private void settle(boolean reconcile) {
        if (bindings.haveChanged()) {
            settleBindings();
        }
        if (reconcile && gateways.forget(nanoTime.getAsLong())) {
            stateChanged = true;
        }
        boolean repair = reconcile && !enforcement.intact();
        // What was refused is tried again, the rest is as it was left.
        boolean again = reconcile
                && (!enforcement.refusals().isEmpty()
                        || !bindings.gatewaysWithoutTunnel().isEmpty());
        if (!stateChanged && !repair && !again && changedPrefixes.isEmpty() && exceptions.isSettled()) {
            acknowledge();
            return;
        }
        try {
            if (stateChanged || repair || again || !changedPrefixes.isEmpty() && !applyPrefixes()) {
                applyState(repair);
            } else if (!exceptions.isSettled()) {
                enforcement.applyExceptions(bindings.table());
            }
        } catch (KernelException | RuntimeException e) {
            refusedByKernel(e);
            return;
        }
        stateChanged = false;
        changedPrefixes.clear();
        if (bindings.haveChanged()) {
            // Gateways turned out to have no tunnel, or have one again: resolved anew without them.
            settle(false);
            return;
        }
        if (kernelRefused) {
            log.info("the kernel accepts again");
        }
        kernelRefused = false;
        inTrouble = false;
        metrics.heldFlowExceptions(exceptions.heldCount());
        room.look(kernel, exceptions.waitingCount());
        metrics.applied(ServiceStream.BINDING, bindings.version());
        metrics.applied(ServiceStream.STEERING, accepted.version());
        acknowledge();
    }

    private void acknowledge() {
        replies.acknowledge(enforcement.refusedPrefixes(), enforcement.refusals());
    }

    private void settleBindings() {
        AnchorBindings.Touched touched = bindings.settle();
        BindingTable table = bindings.table();
        touched.prefixes().forEach(exceptions::bindingsChanged);
        changedPrefixes.addAll(touched.prefixes());
        stateChanged |= gateways.bindingsChanged(touched.gateways(), table.gateways(), nanoTime.getAsLong())
                || enforcement.view() == null;
        metrics.foreignPrefixes(table.foreignPrefixes().size());
        List<HomeNetworkPrefix> foreign = touched.prefixes().stream()
                .filter(table.foreignPrefixes()::contains)
                .toList();
        if (!foreign.isEmpty()) {
            log.warn("no pool of this anchor holds {}: add it to pools", foreign);
        }
    }

    /** @return false: it takes a whole state */
    private boolean applyPrefixes() throws KernelException {
        long start = nanoTime.getAsLong();
        boolean applied = enforcement.applyPrefixes(bindings.table(), changedPrefixes);
        if (applied) {
            log.info(
                    "bindings {} applied in {} us: {} prefixes changed",
                    Long.toUnsignedString(bindings.version()),
                    (nanoTime.getAsLong() - start) / 1000,
                    changedPrefixes.size());
        }
        return applied;
    }

    private void applyState(boolean repair) throws KernelException {
        boolean changed = stateChanged || !changedPrefixes.isEmpty();
        if (repair) {
            enforcement.doubt();
        }
        long start = nanoTime.getAsLong();
        Set<ProxyCareOfAddress> refused = enforcement.apply(bindings.table(), gateways.gateways(), classes);
        Set<ProxyCareOfAddress> before = bindings.gatewaysWithoutTunnel();
        if (bindings.withoutTunnel(refused)) {
            log.error("gateways without a tunnel: {}, before: {}", refused, before);
        }
        metrics.gatewaysUnfit(bindings.silentGateways().size(), refused.size());
        unfitGateways = bindings.silentGateways().size() + refused.size();
        if (repair) {
            enforcement.repairExceptions();
        }
        if (kernel.wasChanged()) {
            tellDrift();
        }
        AnchorView present = view();
        if (changed && present != null) {
            log.info(
                    "bindings {} and steering {} applied in {} us: {} prefixes, {} gateways, {} classes, {} flow"
                            + " exceptions, {} held",
                    Long.toUnsignedString(bindings.version()),
                    classes == null ? "unknown" : accepted,
                    (nanoTime.getAsLong() - start) / 1000,
                    present.bindings().prefixes().size(),
                    present.gateways().size(),
                    classes == null ? 0 : classes.size(),
                    present.installed().size(),
                    exceptions.heldCount());
        }
    }

    private void refusedByKernel(Exception e) {
        String error = e instanceof KernelException && e.getMessage() != null ? e.getMessage() : e.toString();
        metrics.kernelRefused();
        if (!kernelRefused || !replies.isEmpty()) {
            log.warn("the kernel refused, tried again in {}: {}", settings.reconcileInterval(), error);
        }
        if (e instanceof RuntimeException) {
            log.error("kernel port", e);
        }
        kernelRefused = true;
        inTrouble = true;
        enforcement.doubt();
        stateChanged = true;
        replies.refuseAll(error);
    }
}
