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
import org.flowanchor.agent.domain.GroupClasses;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.domain.Steering;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the kernel to what bindings and steering ask for: as a whole when classes or gateways changed, prefix by prefix when bindings
 * did, element by element when exceptions did. Owned by the loop; {@link #view()} is for others, too.
 *
 * <p>Traps: what a change of exceptions or of one mobile node's binding costs must not depend on the number of all exceptions; after the
 * kernel refused what everything depends on, the next attempt is always the whole state, since nobody knows how far the refused one came.
 * What it refused of one gateway or prefix costs that one.
 */
final class AnchorEnforcement {
    private static final Logger log = LoggerFactory.getLogger(AnchorEnforcement.class);

    private final AnchorSettings settings;
    private final AnchorKernel kernel;
    private final FlowExceptions exceptions;
    private final AgentMetrics metrics;
    private final LongSupplier nanoTime;
    /** Last applied as a whole. */
    private GroupClasses classes = new GroupClasses(List.of());

    private boolean isAsLeft;
    private final Set<HomeNetworkPrefix> refusedPrefixes = new HashSet<>();
    private final KernelRefusals refusals;
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
        this.refusals = new KernelRefusals(metrics, settings.reconcileInterval());
    }

    /** What the kernel refuses while the rest is in force, in its words; the first ones. A whole state tries it again. */
    List<String> refusals() {
        return refusals.present();
    }

    /** Those that are not routed as their bindings say; live. */
    Set<HomeNetworkPrefix> refusedPrefixes() {
        return refusedPrefixes;
    }

    /** What the kernel enforces; null before the first state. */
    @Nullable
    AnchorView view() {
        return view;
    }

    /**
     * Everything but exceptions that nobody touched.
     *
     * @param wanted gateways that are to have a tunnel besides those of the bindings
     * @param steering null: not known yet
     * @return gateways for which there is no tunnel
     */
    Set<ProxyCareOfAddress> apply(
            BindingTable table, Set<ProxyCareOfAddress> wanted, @Nullable List<ClassSteering> steering)
            throws KernelException {
        List<ClassSteering> known = steering == null ? List.of() : steering;
        AnchorState state = AnchorResolution.resolve(
                        settings.lmaAddress(), settings.pools(), wanted, table, new Steering(known, List.of()))
                .state();
        if (!isAsLeft) {
            exceptions.doubtAll();
        }
        Doubtful doubtful = doubtful(table);
        FlowChanges flows = doubtful.changes(isAsLeft);
        isAsLeft = false;
        long start = nanoTime.getAsLong();
        AnchorNotTaken notTaken =
                steering == null ? kernel.applyBindings(state, table, flows) : kernel.apply(state, flows);
        metrics.kernelWorked(KernelWork.STATE, nanoTime.getAsLong() - start);
        isAsLeft = true;
        doubtful.settle();
        classes = new GroupClasses(known);
        view = new AnchorView(state.gateways(), classes, table, exceptions.installed());
        refusedPrefixes.clear();
        refusedPrefixes.addAll(notTaken.prefixes());
        refusals.are(notTaken.refusals());
        return notTaken.gateways();
    }

    /**
     * What changed bindings ask for, and their flows' exceptions; gateways and classes must be those of the last whole state.
     *
     * @param prefixes whose bindings changed since
     * @return false: it takes a whole state
     */
    boolean applyPrefixes(BindingTable table, Set<HomeNetworkPrefix> prefixes) throws KernelException {
        if (!isAsLeft) {
            return false;
        }
        Map<HomeNetworkPrefix, PrefixSteering> changes = HashMap.newHashMap(prefixes.size());
        prefixes.forEach(prefix -> changes.put(prefix, classes.resolve(prefix, table)));
        Doubtful doubtful = doubtful(table);
        isAsLeft = false;
        long start = nanoTime.getAsLong();
        Optional<AnchorNotTaken> notTaken = kernel.applyPrefixes(changes, doubtful.changes(true));
        isAsLeft = true;
        if (notTaken.isEmpty()) {
            return false;
        }
        metrics.kernelWorked(KernelWork.STATE, nanoTime.getAsLong() - start);
        doubtful.settle();
        refusedPrefixes.removeAll(prefixes);
        refusedPrefixes.addAll(notTaken.get().prefixes());
        refusals.areAlso(notTaken.get().refusals());
        return true;
    }

    /** Exceptions that may differ from what the kernel has, as they are to be. */
    private final class Doubtful {
        final Map<FiveTuple, Optional<FlowException>> flows;
        private final Predicate<FlowException> isCarried;

        Doubtful(Predicate<FlowException> isCarried) {
            this.isCarried = isCarried;
            flows = exceptions.doubtful(isCarried);
        }

        /** @param asLeft the kernel has all others as they are to be */
        FlowChanges changes(boolean asLeft) {
            Map<FiveTuple, Optional<ProxyCareOfAddress>> changed = null;
            if (asLeft) {
                Map<FiveTuple, Optional<ProxyCareOfAddress>> gateways = HashMap.newHashMap(flows.size());
                flows.forEach((flow, exception) -> gateways.put(flow, exception.map(FlowException::gateway)));
                changed = gateways;
            }
            return new FlowChanges(changed, () -> exceptions.allInstallable(isCarried));
        }

        /** The kernel has them. */
        void settle() {
            flows.forEach((flow, exception) -> exceptions.settled(flow, exception.orElse(null)));
            exceptions.settled();
        }
    }

    private Doubtful doubtful(BindingTable table) {
        return new Doubtful(exception -> AnchorResolution.installable(exception, table));
    }

    /** The exceptions that changed since: whatever moves wait at the same time cost one transaction, the more there are the less each. */
    void applyExceptions(BindingTable table) throws KernelException {
        Doubtful doubtful = doubtful(table);
        List<FlowMove> moves = new ArrayList<>();
        doubtful.flows.forEach((flow, next) -> {
            FlowException present = exceptions.installed(flow);
            ProxyCareOfAddress from = present == null ? null : present.gateway();
            ProxyCareOfAddress to = next.map(FlowException::gateway).orElse(null);
            if (!Objects.equals(from, to)) {
                moves.add(new FlowMove(flow, to));
                log.debug("{}: {} -> {}", flow, from, to);
            }
        });
        if (!moves.isEmpty()) {
            boolean asLeft = isAsLeft;
            isAsLeft = false;
            long start = nanoTime.getAsLong();
            kernel.replaceFlows(moves);
            metrics.kernelWorked(KernelWork.FLOW, nanoTime.getAsLong() - start);
            isAsLeft = asLeft;
        }
        doubtful.settle();
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
