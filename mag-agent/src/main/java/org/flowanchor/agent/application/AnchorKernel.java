package org.flowanchor.agent.application;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.FlowCounters;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * Port to the anchor's kernel. Idempotent: the first call on a fresh process reads back what the kernel has and applies only the
 * difference, so a restart changes no forwarding. Not thread-safe: one loop owns it, except the two sampling methods, which may run
 * on a thread of their own.
 */
public interface AnchorKernel extends AutoCloseable {
    /**
     * Brings the kernel to {@code desired} in dependency order: tunnels, routes, then one nftables transaction, then removals.
     *
     * @param flows takes the place of those of {@code desired}
     * @return what was refused; a later call tries it again
     * @throws KernelException naming the object, when everything depends on it; what was applied before stays, a later call converges
     */
    AnchorNotTaken apply(AnchorState desired, FlowChanges flows) throws KernelException;

    /** The same with all flow exceptions of {@code desired}. */
    default AnchorNotTaken apply(AnchorState desired) throws KernelException {
        return apply(desired, FlowChanges.whole(desired.flows()));
    }

    /**
     * Like {@link #apply}, for the time between the first bindings and the first steering of this process: tunnels, routes and groups
     * come to {@code desired}, flow exceptions too, but classes that a previous process left stay in force, and so do their accesses
     * where the prefix still has a usable binding at the gateway.
     *
     * @param desired without classes and accesses
     * @param bindings behind {@code desired}
     */
    AnchorNotTaken applyBindings(AnchorState desired, BindingTable bindings, FlowChanges flows) throws KernelException;

    /**
     * Like {@link #apply}, for a state that differs from the last one in these prefixes only: costs by their number and that of the
     * classes, however many others there are.
     *
     * @param prefixes all that is desired of each
     * @return what of it was refused; empty: the kernel is not known well enough, or something is named that the last state did not have,
     *     nothing was changed
     * @throws KernelException naming the object; nobody knows how far it came, {@link #apply} converges
     */
    Optional<AnchorNotTaken> applyPrefixes(Map<HomeNetworkPrefix, PrefixSteering> prefixes, FlowChanges flows)
            throws KernelException;

    /** The same with all flow exceptions of {@code desired}. */
    default AnchorNotTaken applyBindings(AnchorState desired, BindingTable bindings) throws KernelException {
        return applyBindings(desired, bindings, FlowChanges.whole(desired.flows()));
    }

    /**
     * Where a flow goes.
     *
     * @param gateway must already have a tunnel; null removes the exception (removing a missing one is success)
     */
    record FlowMove(FiveTuple flow, @Nullable ProxyCareOfAddress gateway) {}

    /**
     * Fast path of moves: one map element replaced for each, all in one transaction, independent of the number of flows.
     *
     * @param moves of different flows; none: success
     * @throws KernelException when one is refused: then none was made
     */
    void replaceFlows(List<FlowMove> moves) throws KernelException;

    /** A single move. */
    default void replaceFlow(FiveTuple flow, @Nullable ProxyCareOfAddress gateway) throws KernelException {
        replaceFlows(List.of(new FlowMove(flow, gateway)));
    }

    /** What the kernel has limited room for. */
    enum SizedMap {
        FLOW_EXCEPTIONS,
        POLICY_GROUPS,
        PREFIXES,
        ACCESSES,
        POOLS
    }

    /** Whoever asks for more flow exceptions than that is refused. */
    default int mostFlowExceptions() {
        return Integer.MAX_VALUE;
    }

    /**
     * How many of what was asked for were left out for want of room: what is there stays, and what is left out gets in when room becomes
     * free. Packets follow their binding where their prefix, its policy group or its access is left out. Flow exceptions are never left
     * out here.
     */
    default int withoutRoom(SizedMap map) {
        return 0;
    }

    /** The {@link SizedMap#POLICY_GROUPS} that were left out, and what each asks for that there is not. */
    default Map<String, String> policyGroupsWithoutRoom() {
        return Map.of();
    }

    /** Flow exceptions that the kernel enforces now; used at start to tell the flow-manager. */
    Map<FiveTuple, ProxyCareOfAddress> flows() throws KernelException;

    /**
     * Calls {@code changed} from a thread of its own whenever something in the kernel changed, by whomever; a flood of changes is few
     * calls.
     */
    default void watch(Runnable changed) throws KernelException {}

    /** Whether somebody else changed what the last {@link #apply} left; the next one repairs it. Cheap, also when much happens. */
    default boolean drifted() throws KernelException {
        return false;
    }

    /**
     * Whether somebody else had changed the packet filter's table when it was last read, which {@link #drifted} does not hear of: the
     * {@link #apply} that read it has put it right. Told once.
     */
    default boolean wasChanged() {
        return false;
    }

    /**
     * Whether the kernel is known to be as the last {@link #apply} and {@link #replaceFlows} left it: nothing needs to be compared. Costs
     * the same however much there is.
     */
    default boolean intact() throws KernelException {
        return false;
    }

    /** Every object of ours, desired or there, compared now; changes nothing. */
    List<KernelObject> objects() throws KernelException;

    /** Hands over all flows of the anchor's pools that connection tracking knows; begins with {@link FlowCounters#restart}. */
    void trackedFlows(FlowCounters into) throws KernelException;

    /**
     * Looks how full the table of tracked connections is, and keeps new ones out while it is nearly full: metering must not cost a packet.
     * To be called every second; when nobody does, nothing is tracked after a while, since nobody reads it. Costs the same however many
     * connections there are.
     */
    ConnectionTracking tendTracking() throws KernelException;

    /** Counters of the tunnel to each gateway. */
    Map<ProxyCareOfAddress, LinkCounters> tunnels() throws KernelException;

    @Override
    void close();
}
