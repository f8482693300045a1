package org.flowanchor.agent.application;

import java.util.List;
import java.util.Map;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.mobility.FiveTuple;
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
     * @throws KernelException naming the object; what was applied before stays, a later call converges
     */
    void apply(AnchorState desired) throws KernelException;

    /**
     * Like {@link #apply}, for the time between the first bindings and the first steering of this process: tunnels, routes and groups
     * come to {@code desired}, flow exceptions too, but classes and class accesses that a previous process left stay in force. A
     * kernel that cannot keep them applies everything: traffic of a class then follows its binding until steering arrives.
     *
     * @param desired without classes and accesses
     */
    default void applyBindings(AnchorState desired) throws KernelException {
        apply(desired);
    }

    /**
     * Fast path of a move: one map element replaced in one transaction, independent of the number of flows.
     *
     * @param gateway must already have a tunnel; null removes the exception (removing a missing one is success)
     */
    void replaceFlow(FiveTuple flow, @Nullable ProxyCareOfAddress gateway) throws KernelException;

    /** Flow exceptions that the kernel enforces now; used at start to tell the flow-manager. */
    Map<FiveTuple, ProxyCareOfAddress> flows() throws KernelException;

    /** All flows of the anchor's pools that connection tracking knows. */
    List<TrackedFlow> trackedFlows() throws KernelException;

    /** Counters of the tunnel to each gateway. */
    Map<ProxyCareOfAddress, LinkCounters> tunnels() throws KernelException;

    @Override
    void close();
}
