package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.flowanchor.agent.application.AgentMetrics.KernelWork;
import org.flowanchor.agent.application.AnchorKernel.FlowMove;
import org.flowanchor.agent.domain.AnchorResolution;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassSteering;
import org.flowanchor.agent.domain.FlowException;
import org.flowanchor.agent.domain.FlowExceptions;
import org.flowanchor.agent.domain.Steering;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the kernel to what bindings and steering ask for: as a whole when bindings or classes changed, element by element when exceptions
 * did. Owned by the loop; {@link #view()} is for others, too.
 *
 * <p>Traps: what a change of exceptions or of one mobile node's binding costs must not depend on the number of all exceptions; after the
 * kernel refused, the next attempt is always the whole state, since nobody knows how far the refused one came.
 */
final class AnchorEnforcement {
    private static final Logger log = LoggerFactory.getLogger(AnchorEnforcement.class);

    private final AnchorSettings settings;
    private final AnchorKernel kernel;
    private final FlowExceptions exceptions;
    private final AgentMetrics metrics;
    private final LongSupplier nanoTime;
    private boolean isAsLeft;
    private volatile @Nullable AnchorView view;

    AnchorEnforcement(
            AnchorSettings settings,
            AnchorKernel kernel,
            FlowExceptions exceptions,
            AgentMetrics metrics,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.kernel = kernel;
        this.exceptions = exceptions;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    /** What the kernel enforces; null before the first state. */
    @Nullable
    AnchorView view() {
        return view;
    }

    /**
     * Everything but exceptions that nobody touched.
     *
     * @param gateways that are to have a tunnel besides those of the bindings
     * @param classes null: steering is not known yet
     * @return gateways for which there is no tunnel
     */
    Set<ProxyCareOfAddress> apply(
            BindingTable table, Set<ProxyCareOfAddress> gateways, @Nullable List<ClassSteering> classes)
            throws KernelException {
        AnchorState state = AnchorResolution.resolve(
                        settings.lmaAddress(),
                        settings.pools(),
                        gateways,
                        table,
                        new Steering(classes == null ? List.of() : classes, List.of()))
                .state();
        if (!isAsLeft) {
            exceptions.doubtAll();
        }
        Set<FiveTuple> doubtful = exceptions.doubtful();
        Predicate<FlowException> isCarried = exception -> AnchorResolution.installable(exception, table);
        Map<FiveTuple, FlowException> present = new HashMap<>();
        Map<FiveTuple, Optional<ProxyCareOfAddress>> changed = new HashMap<>();
        for (FiveTuple flow : doubtful) {
            FlowException exception = exceptions.installable(flow, isCarried);
            if (exception != null) {
                present.put(flow, exception);
            }
            changed.put(flow, Optional.ofNullable(exception).map(FlowException::gateway));
        }
        FlowChanges flows = new FlowChanges(isAsLeft ? changed : null, () -> exceptions.allInstallable(isCarried));
        isAsLeft = false;
        long start = nanoTime.getAsLong();
        Set<ProxyCareOfAddress> refused =
                classes == null ? kernel.applyBindings(state, table, flows) : kernel.apply(state, flows);
        metrics.kernelWorked(KernelWork.STATE, nanoTime.getAsLong() - start);
        isAsLeft = true;
        doubtful.forEach(flow -> exceptions.settled(flow, present.get(flow)));
        exceptions.settled();
        view = new AnchorView(state, table, exceptions.installed());
        return refused;
    }

    /** The exceptions that changed since: whatever moves wait at the same time cost one transaction, the more there are the less each. */
    void applyExceptions(BindingTable table) throws KernelException {
        Predicate<FlowException> isCarried = exception -> AnchorResolution.installable(exception, table);
        Set<FiveTuple> doubtful = exceptions.doubtful();
        List<FlowMove> moves = new ArrayList<>(doubtful.size());
        Map<FiveTuple, FlowException> installable = HashMap.newHashMap(doubtful.size());
        for (FiveTuple flow : doubtful) {
            FlowException present = exceptions.installed(flow);
            FlowException next = exceptions.installable(flow, isCarried);
            if (next != null) {
                installable.put(flow, next);
            }
            ProxyCareOfAddress from = present == null ? null : present.gateway();
            ProxyCareOfAddress to = next == null ? null : next.gateway();
            if (!Objects.equals(from, to)) {
                moves.add(new FlowMove(flow, to));
                log.debug("{}: {} -> {}", flow, from, to);
            }
        }
        if (!moves.isEmpty()) {
            boolean asLeft = isAsLeft;
            isAsLeft = false;
            long start = nanoTime.getAsLong();
            kernel.replaceFlows(moves);
            metrics.kernelWorked(KernelWork.FLOW, nanoTime.getAsLong() - start);
            isAsLeft = asLeft;
        }
        doubtful.forEach(flow -> exceptions.settled(flow, installable.get(flow)));
        exceptions.settled();
    }

    /** So that a look every few seconds does not cost by the number of flows. */
    boolean intact() {
        try {
            return isAsLeft && kernel.intact();
        } catch (KernelException e) {
            return false;
        }
    }

    /** The next state is compared with what the kernel has, whatever is believed of it. */
    void doubt() {
        isAsLeft = false;
    }

    /** Exceptions are what the port reads back: what differs was changed behind our back. */
    void repairExceptions() throws KernelException {
        Map<FiveTuple, ProxyCareOfAddress> actual = kernel.flows();
        Map<FiveTuple, FlowException> desired = exceptions.installed();
        Set<FiveTuple> flows = new HashSet<>(actual.keySet());
        flows.addAll(desired.keySet());
        for (FiveTuple flow : flows) {
            FlowException exception = desired.get(flow);
            ProxyCareOfAddress gateway = exception == null ? null : exception.gateway();
            if (!Objects.equals(gateway, actual.get(flow))) {
                log.warn("repaired: {} was carried by {}", flow, actual.get(flow));
                kernel.replaceFlow(flow, gateway);
            }
        }
    }
}
