package org.flowanchor.agent.application;

import java.util.Set;
import java.util.function.Consumer;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;

/** Port to the access links: who appears, who goes, and router advertisements to them. */
public interface AttachmentSource extends AutoCloseable {
    /** What is seen on an access link. */
    sealed interface AttachmentEvent {
        /** Interface name. */
        String accessLink();
    }

    /** A terminal solicits a router (RFC 4861 section 4.1); the identifier is the frame's or the option's link-layer address. */
    record RouterSolicited(String accessLink, Ipv6Address source, LinkLayerIdentifier linkLayerIdentifier)
            implements AttachmentEvent {}

    /**
     * The kernel has a new neighbour on the link, or heard of it again.
     *
     * @param address link-local
     */
    record NeighbourSeen(String accessLink, Ipv6Address address, LinkLayerIdentifier linkLayerIdentifier)
            implements AttachmentEvent {}

    /** A neighbour proved that it is there. */
    record NeighbourAnswered(String accessLink, Ipv6Address address) implements AttachmentEvent {}

    /** A neighbour did not answer several times in a row (RFC 4861 section 7.3). */
    record NeighbourSilent(String accessLink, Ipv6Address address) implements AttachmentEvent {}

    /** The access link lost its carrier or was taken down: every terminal on it is gone. */
    record LinkWentDown(String accessLink) implements AttachmentEvent {}

    /** The access link is usable again. */
    record LinkCameUp(String accessLink) implements AttachmentEvent {}

    /** Starts delivering events from a thread of its own until {@link #close()}. */
    void start(Consumer<AttachmentEvent> listener) throws KernelException;

    /** Whether events are delivered now: false while the kernel cannot be listened to. */
    boolean isWatching();

    /** Whether the gateway itself has that address: then no terminal can. */
    boolean isOurs(Ipv6Address address);

    /**
     * Has the kernel ask whether a terminal is there; {@link NeighbourAnswered} or {@link NeighbourSilent} follows.
     *
     * @throws KernelException when it cannot be asked: then nobody knows
     */
    void probe(String accessLink, Ipv6Address terminal, LinkLayerIdentifier linkLayerIdentifier) throws KernelException;

    /**
     * Has the kernel find who has that address on the link; {@link NeighbourSeen} or {@link NeighbourSilent} follows, nothing where
     * link-layer addresses are not asked for.
     *
     * @throws KernelException when it cannot be asked: then nobody knows
     */
    void resolve(String accessLink, Ipv6Address address) throws KernelException;

    /**
     * Unicast router advertisement from the fixed link-local address with MTU, source link-layer address and one on-link prefix
     * option per prefix (RFC 5213 section 6.9.2). It reaches the link-layer identifier and nobody else (RFC 6085).
     *
     * @param withdrawn prefixes announced with lifetimes 0: no longer to be used (section 6.12)
     * @param routerLifetimeSeconds 0 withdraws the default router
     */
    void advertise(
            String accessLink,
            Ipv6Address terminal,
            LinkLayerIdentifier linkLayerIdentifier,
            Set<HomeNetworkPrefix> prefixes,
            Set<HomeNetworkPrefix> withdrawn,
            int mtu,
            int routerLifetimeSeconds)
            throws KernelException;

    @Override
    void close();
}
