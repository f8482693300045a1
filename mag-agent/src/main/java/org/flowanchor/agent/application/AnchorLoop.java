package org.flowanchor.agent.application;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AgentMetrics.KernelWork;
import org.flowanchor.agent.application.AgentMetrics.Refusal;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.AnchorKernel.FlowMove;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.Binding;
import org.flowanchor.agent.domain.BindingName;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassSteering;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.Steering;
import org.flowanchor.agent.domain.SteeringVersion;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the anchor's desired state and its kernel.
 *
 * <pre>
 * state             kernel is given                                left by
 * nothing known     nothing: what an earlier process left forwards first full state of the binding stream (steering waits)
 * bindings known    routes, tunnels, groups, the exceptions read   first full state of steering
 *                   back at start; classes there are untouched
 * both known        everything                                     never; a lost stream changes nothing
 * any, refused      as above, again at each reconcile tick         the kernel accepts: late acknowledgements follow
 * </pre>
 *
 * Traps: all waiting events are taken at once and cost one apply; a command that touches exceptions only goes element by element and
 * never builds the whole state (its cost must not depend on the number of flows); after the kernel refused, the next attempt is always
 * the whole state, since nobody knows how far the refused one came.
 */
public final class AnchorLoop implements AnchorInput, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AnchorLoop.class);

    /** A terminal that comes back, or another that comes, finds the tunnel still there (RFC 5213 section 5.6.1: removed when unused). */
    private static final long UNUSED_TUNNEL_NANOS = 60_000_000_000L;

    sealed interface Event {}

    private record BindingsReceived(BindingChange change, Waiting waiting) implements Event {}

    private record SteeringReceived(SteeringChange change, Waiting waiting) implements Event {}

    private record GatewaysJudged(Set<ProxyCareOfAddress> silent) implements Event {}

    private record Compared(CompletableFuture<List<KernelObject>> answer) implements Event {}

    private record KernelChanged() implements Event {}

    private record Stop() implements Event {}

    private record Waiting(ServiceStream stream, Reply reply, long receivedNanos) {}

    private final AnchorSettings settings;
    private final AnchorKernel kernel;
    private final AgentMetrics metrics;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final EventQueue<Event> queue = new EventQueue<>();
    private final Thread thread = new Thread(this::run, "anchor-loop");

    // Owned by the loop.
    private final Map<BindingName, Binding> bindings = new HashMap<>();
    private final Map<ProxyCareOfAddress, Long> gatewaysSeen = new HashMap<>();
    private final Map<ProxyCareOfAddress, ProxyCareOfAddress> gatewayObjects = new HashMap<>();
    private final Map<FiveTuple, FlowException> exceptions = new HashMap<>();
    private final Set<FiveTuple> held = new HashSet<>();
    private final Set<FiveTuple> changedFlows = new HashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<ServiceStream, Waiting> refusedByKernel = new EnumMap<>(ServiceStream.class);
    private List<ClassSteering> classes = List.of();
    private Set<ProxyCareOfAddress> silentGateways = Set.of();
    private Set<ProxyCareOfAddress> gatewaysWithoutTunnel = Set.of();
    private BindingTable table;
    private boolean bindingsKnown;
    private boolean steeringKnown;
    private boolean bindingsChanged;
    private boolean stateChanged;
    private boolean kernelRefused;
    private long bindingVersion;
    private long nextReconcile;
    private boolean stopped;

    // Read by others.
    private final Map<FiveTuple, FlowException> installed = new ConcurrentHashMap<>();
    private volatile SteeringVersion accepted = SteeringVersion.NONE;
    private volatile @Nullable AnchorView view;
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
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.table = new BindingTable(settings.pools(), List.of());
    }

    /**
     * Reads back what the kernel enforces, then starts the loop.
     *
     * @throws KernelException when the kernel cannot be read: the agent has no business here
     */
    public void start() throws KernelException {
        readBack();
        kernel.watch(() -> queue.add(new KernelChanged()));
        thread.start();
    }

    /** The next settling is a reconciliation when somebody else was at work. */
    private void lookForDrift() {
        try {
            if (kernel.drifted()) {
                metrics.drifted();
                log.warn("somebody else changed this gateway's kernel objects: put right now");
                nextReconcile = nanoTime.getAsLong();
            }
        } catch (KernelException | RuntimeException e) {
            log.warn("the kernel cannot be looked at: {}", e.toString());
        }
    }

    void readBack() throws KernelException {
        kernel.flows().forEach((flow, gateway) -> exceptions.put(flow, new FlowException("", flow, gateway)));
        installed.putAll(exceptions);
        nextReconcile = nanoTime.getAsLong() + settings.reconcileInterval().toNanos();
        if (!installed.isEmpty()) {
            log.info("found {} flow exceptions in the kernel, kept until steering arrives", installed.size());
        }
    }

    @Override
    public void bindingsChanged(BindingChange change, Reply reply) {
        queue.add(new BindingsReceived(change, new Waiting(ServiceStream.BINDING, reply, nanoTime.getAsLong())));
    }

    @Override
    public void steer(SteeringChange change, Reply reply) {
        queue.add(new SteeringReceived(change, new Waiting(ServiceStream.STEERING, reply, nanoTime.getAsLong())));
    }

    /** @param silent gateways that answer no more: until they do, their bindings are not usable, whatever the streams say */
    public void gatewaysSilent(Set<ProxyCareOfAddress> silent) {
        queue.add(new GatewaysJudged(Set.copyOf(silent)));
    }

    @Override
    public AnchorPosition position() {
        return new AnchorPosition(accepted, List.copyOf(installed.values()));
    }

    /** Ready once the binding stream's first full state is in the kernel. */
    public Readiness readiness() {
        AnchorView present = view;
        return present == null
                ? new Readiness(false, Map.of("bindingsApplied", false))
                : new Readiness(
                        true,
                        Map.of(
                                "bindingsApplied",
                                true,
                                "kernelInSync",
                                !inTrouble,
                                "prefixes",
                                present.bindings().prefixes().size(),
                                "gateways",
                                present.state().gateways().size(),
                                "unfitGateways",
                                unfitGateways,
                                "steering",
                                accepted.toString()));
    }

    /** Gateways of all bindings, usable or not. */
    public Set<ProxyCareOfAddress> gateways() {
        AnchorView present = view;
        return present == null ? Set.of() : present.bindings().gateways();
    }

    /** What the kernel enforces; null before the first apply. */
    @Nullable
    AnchorView view() {
        return view;
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
                turn(queue.take(nextReconcile - nanoTime.getAsLong()));
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // The loop is all that stands between the services and the kernel: it outlives a fault of its own.
                log.error("anchor loop", e);
                stateChanged = true;
            }
        }
    }

    /** One turn with what is queued now; for tests that own the thread. */
    void turn() throws InterruptedException {
        turn(queue.take(0));
    }

    private void turn(List<Event> events) {
        for (Event event : events) {
            switch (event) {
                case BindingsReceived(BindingChange change, Waiting waits) -> accept(change, waits);
                case SteeringReceived(SteeringChange change, Waiting waits) -> accept(change, waits);
                case GatewaysJudged(Set<ProxyCareOfAddress> silent) -> {
                    if (!silent.equals(silentGateways)) {
                        log.warn("gateways that do not answer: {}, before: {}", silent, silentGateways);
                        silentGateways = silent;
                        bindingsChanged = true;
                    }
                }
                case Compared(CompletableFuture<List<KernelObject>> answer) -> {
                    try {
                        answer.complete(kernel.objects());
                    } catch (KernelException | RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                }
                case KernelChanged() -> lookForDrift();
                case Stop() -> stopped = true;
            }
        }
        if (stopped) {
            return;
        }
        boolean reconcile = nanoTime.getAsLong() - nextReconcile >= 0;
        if (reconcile) {
            nextReconcile = nanoTime.getAsLong() + settings.reconcileInterval().toNanos();
        }
        if (bindingsKnown) {
            settle(reconcile);
        }
    }

    private void accept(BindingChange change, Waiting waits) {
        if (!change.fullState() && !bindingsKnown) {
            refuse(waits, Refusal.INVALID, "the first response must carry the full state");
            return;
        }
        if (change.fullState() || Long.compareUnsigned(change.version(), bindingVersion) >= 0) {
            if (change.fullState()) {
                bindings.clear();
            }
            change.removed().forEach(bindings::remove);
            for (Binding entry : change.entries()) {
                bindings.merge(
                        entry.name(),
                        entry,
                        (one, other) -> Long.compareUnsigned(one.version(), other.version()) > 0 ? one : other);
            }
            bindingVersion = change.version();
            bindingsKnown = true;
            bindingsChanged = true;
        }
        waiting.add(waits);
    }

    private void accept(SteeringChange change, Waiting waits) {
        if (change.version().compareTo(accepted) < 0) {
            refuse(waits, Refusal.STALE, "version " + change.version() + " is older than the accepted " + accepted);
            return;
        }
        if (!change.fullState() && !steeringKnown) {
            refuse(waits, Refusal.INVALID, "the first command must carry the full state");
            return;
        }
        accepted = change.version();
        List<ClassSteering> replaced = change.classes();
        if (replaced != null && !replaced.equals(classes)) {
            classes = replaced;
            stateChanged = true;
        }
        if (change.fullState()) {
            changedFlows.addAll(exceptions.keySet());
            exceptions.clear();
            stateChanged |= !steeringKnown;
            steeringKnown = true;
        }
        for (FiveTuple flow : change.removedFlowExceptions()) {
            exceptions.remove(flow);
            changedFlows.add(flow);
        }
        for (FlowException exception : change.flowExceptions()) {
            FlowException shared = shared(exception);
            exceptions.put(shared.flow(), shared);
            changedFlows.add(shared.flow());
        }
        waiting.add(waits);
    }

    /** Of very many exceptions each message brings the same flows and the few gateways anew: the objects that are there are kept. */
    private FlowException shared(FlowException exception) {
        FlowException present = installed.get(exception.flow());
        return new FlowException(
                exception.flowId(),
                present == null ? exception.flow() : present.flow(),
                gatewayObjects.getOrDefault(exception.gateway(), exception.gateway()));
    }

    private void settle(boolean reconcile) {
        if (bindingsChanged) {
            Set<ProxyCareOfAddress> unfit = new HashSet<>(silentGateways);
            unfit.addAll(gatewaysWithoutTunnel);
            table = new BindingTable(settings.pools(), bindings.values(), unfit);
            gatewayObjects.clear();
            table.gateways().forEach(gateway -> gatewayObjects.put(gateway, gateway));
            forgetGateways();
            metrics.foreignPrefixes(table.foreignPrefixes().size());
            if (!table.foreignPrefixes().isEmpty()) {
                log.warn("no pool of this anchor holds {}: add it to pools", table.foreignPrefixes());
            }
            bindingsChanged = false;
            stateChanged = true;
        }
        if (reconcile && forgetGateways()) {
            stateChanged = true;
        }
        boolean changed = stateChanged;
        if (!changed && changedFlows.isEmpty() && (!reconcile || intact())) {
            acknowledge();
            return;
        }
        try {
            if (changed || reconcile) {
                applyState(changed, reconcile);
            } else {
                applyFlows();
            }
        } catch (KernelException | RuntimeException e) {
            refusedByKernel(e);
            return;
        }
        stateChanged = false;
        changedFlows.clear();
        if (bindingsChanged) {
            // Gateways turned out to have no tunnel, or have one again: resolved anew without them.
            settle(false);
            return;
        }
        if (kernelRefused) {
            log.info("the kernel accepts again");
        }
        kernelRefused = false;
        inTrouble = false;
        metrics.heldFlowExceptions(held.size());
        metrics.applied(ServiceStream.BINDING, bindingVersion);
        metrics.applied(ServiceStream.STEERING, accepted.version());
        acknowledge();
    }

    /** So that a look every few seconds does not cost by the number of flows. */
    private boolean intact() {
        try {
            return !kernelRefused && kernel.intact();
        } catch (KernelException e) {
            return false;
        }
    }

    /** @return whether a tunnel has been without bindings for so long that it goes */
    private boolean forgetGateways() {
        long now = nanoTime.getAsLong();
        table.gateways().forEach(gateway -> gatewaysSeen.put(gateway, now));
        return gatewaysSeen.values().removeIf(seen -> now - seen >= UNUSED_TUNNEL_NANOS);
    }

    private void applyState(boolean changed, boolean reconcile) throws KernelException {
        AnchorResolution resolution = AnchorResolution.resolve(
                settings.lmaAddress(),
                settings.pools(),
                gatewaysSeen.keySet(),
                table,
                new Steering(classes, List.copyOf(exceptions.values())));
        AnchorState state = resolution.state();
        long start = nanoTime.getAsLong();
        Set<ProxyCareOfAddress> refused = steeringKnown ? kernel.apply(state) : kernel.applyBindings(state, table);
        if (!refused.equals(gatewaysWithoutTunnel)) {
            log.error("gateways without a tunnel, for want of numbers: {}, before: {}", refused, gatewaysWithoutTunnel);
            gatewaysWithoutTunnel = Set.copyOf(refused);
            bindingsChanged = true;
        }
        metrics.gatewaysUnfit(silentGateways.size(), gatewaysWithoutTunnel.size());
        unfitGateways = silentGateways.size() + gatewaysWithoutTunnel.size();
        if (reconcile) {
            repairFlows(state);
        }
        long nanos = nanoTime.getAsLong() - start;
        metrics.kernelWorked(KernelWork.STATE, nanos);
        held.clear();
        resolution.held().forEach(exception -> held.add(exception.flow()));
        installed.keySet().retainAll(state.flows().keySet());
        for (FlowException exception : exceptions.values()) {
            if (!held.contains(exception.flow())) {
                installed.put(exception.flow(), exception);
            }
        }
        view = new AnchorView(state.withoutFlows(), table, installed);
        if (changed) {
            log.info(
                    "bindings {} and steering {} applied in {} us: {} prefixes, {} gateways, {} classes, {} flow exceptions, {} held",
                    Long.toUnsignedString(bindingVersion),
                    steeringKnown ? accepted : "unknown",
                    nanos / 1000,
                    state.routes().size(),
                    state.gateways().size(),
                    state.classes().size(),
                    state.flows().size(),
                    held.size());
        }
    }

    /** Exceptions are what the port reads back: what differs was changed behind our back. */
    private void repairFlows(AnchorState desired) throws KernelException {
        Map<FiveTuple, ProxyCareOfAddress> actual = kernel.flows();
        if (actual.equals(desired.flows())) {
            return;
        }
        Set<FiveTuple> flows = new HashSet<>(actual.keySet());
        flows.addAll(desired.flows().keySet());
        for (FiveTuple flow : flows) {
            ProxyCareOfAddress gateway = desired.flows().get(flow);
            if (!Objects.equals(gateway, actual.get(flow))) {
                log.warn("repaired: {} was carried by {}", flow, actual.get(flow));
                kernel.replaceFlow(flow, gateway);
            }
        }
    }

    /** Whatever moves wait at the same time cost one transaction: the more there are, the less each takes. */
    private void applyFlows() throws KernelException {
        List<FlowMove> moves = new ArrayList<>(changedFlows.size());
        for (FiveTuple flow : changedFlows) {
            FlowException present = installed.get(flow);
            FlowException next = installable(flow);
            ProxyCareOfAddress from = present == null ? null : present.gateway();
            ProxyCareOfAddress to = next == null ? null : next.gateway();
            if (!Objects.equals(from, to)) {
                moves.add(new FlowMove(flow, to));
                log.debug("{}: {} -> {}", flow, from, to);
            }
        }
        if (!moves.isEmpty()) {
            long start = nanoTime.getAsLong();
            kernel.replaceFlows(moves);
            metrics.kernelWorked(KernelWork.FLOW, nanoTime.getAsLong() - start);
        }
        for (FiveTuple flow : changedFlows) {
            FlowException next = installable(flow);
            if (next != null) {
                installed.put(flow, next);
                held.remove(flow);
            } else {
                installed.remove(flow);
                if (exceptions.containsKey(flow)) {
                    held.add(flow);
                } else {
                    held.remove(flow);
                }
            }
        }
    }

    /** The exception of a flow that belongs into the kernel now; null: none. */
    private @Nullable FlowException installable(FiveTuple flow) {
        FlowException exception = exceptions.get(flow);
        return exception != null && AnchorResolution.installable(exception, table) ? exception : null;
    }

    private void refusedByKernel(Exception e) {
        String error = e instanceof KernelException && e.getMessage() != null ? e.getMessage() : e.toString();
        metrics.kernelRefused();
        if (!kernelRefused || !waiting.isEmpty()) {
            log.warn("the kernel refused, tried again in {}: {}", settings.reconcileInterval(), error);
        }
        if (e instanceof RuntimeException) {
            log.error("kernel port", e);
        }
        kernelRefused = true;
        inTrouble = true;
        stateChanged = true;
        for (Waiting refused : waiting) {
            refuse(refused, Refusal.KERNEL, error);
            refusedByKernel.put(refused.stream(), refused);
        }
        waiting.clear();
    }

    private void acknowledge() {
        waiting.addAll(0, refusedByKernel.values());
        refusedByKernel.clear();
        long now = nanoTime.getAsLong();
        long millis = clock.millis();
        waiting.forEach(waits -> waits.reply().acknowledge(now - waits.receivedNanos(), millis));
        waiting.clear();
    }

    private void refuse(Waiting waits, Refusal refusal, String error) {
        metrics.refused(waits.stream(), refusal);
        if (refusal != Refusal.KERNEL) {
            log.warn("{} refused: {}", waits.stream(), error);
        }
        waits.reply().refuse(error);
    }
}
