package org.flowanchor.agent.application;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.LinkCounters;

/** Port to an access gateway's kernel; idempotent and threaded like {@link AnchorKernel}. */
public interface AccessKernel extends AutoCloseable {
    /**
     * Brings the kernel to {@code desired}: link-local addresses, tunnel, downlink and uplink routes, source validation.
     *
     * @return terminals that are not forwarded for, and what was refused; a later call tries it again
     * @throws KernelException naming the object, when all terminals depend on it; what was applied before stays, a later call converges
     */
    NotTaken<AttachmentName> apply(AccessState desired) throws KernelException;

    /**
     * Like {@link #apply}, for a state that differs from the last one in these terminals only: costs by their number, however many others
     * there are.
     *
     * @param changed what is to be forwarded for each; empty: nothing any more
     * @return what of it was refused; empty: the kernel is not known well enough, nothing was changed
     * @throws KernelException naming the object; nobody knows how far it came, {@link #apply} converges
     */
    Optional<NotTaken<AttachmentName>> applyTerminals(Map<AttachmentName, Optional<AttachedTerminal>> changed)
            throws KernelException;

    /**
     * Prefixes that a previous process of this agent left installed on access links, with their next hops: used at start so that
     * terminals keep forwarding until their bindings are refreshed.
     */
    List<InstalledTerminal> installed() throws KernelException;

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
     * Whether the kernel is known to be as the last {@link #apply} and {@link #applyTerminals} left it: nothing needs to be compared. Costs
     * the same however many terminals there are.
     */
    default boolean intact() throws KernelException {
        return false;
    }

    /** Every object of ours, desired or there, compared now; changes nothing. */
    List<KernelObject> objects() throws KernelException;

    /** Counters of each access link. */
    List<LinkCounters> accessLinks() throws KernelException;

    /**
     * Neighbours that the kernel keeps, those of all network namespaces and links together; beyond, it forgets some of those that it did
     * not hear of lately.
     */
    int neighbourLimit() throws KernelException;

    /** Tunnel MTU: path MTU less 40 octets (RFC 5213 section 6.9.5); valid after the first {@link #apply}. */
    int tunnelMtu() throws KernelException;

    @Override
    void close();
}
