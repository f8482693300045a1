package org.flowanchor.agent.adapter.attachment;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Poller;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Neighbour;
import org.flowanchor.agent.linux.rtnetlink.Neighbours;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access links of the network namespace in which this is constructed. At {@link #start} the present state of each existing access link
 * is an event, so a link that went away while nobody watched is not missed.
 *
 * <p>States of a link: unknown, usable, not usable. Each change is one event: usable (administratively up, with carrier) is
 * {@code LinkCameUp}; not usable, or the device deleted, is {@code LinkWentDown}. Repeated link messages without a change are none.
 *
 * <p>Neighbours that were in the kernel's table before anybody watched, or while events were lost, may have left long ago, and one that
 * failed then may be back: they are no event. Each is asked whether it is there, and its answer is one. What the kernel tells of our own
 * requests (it does: asking makes an entry, and so does an advertisement) is no event either; the answer to them is.
 *
 * <p>Traps: a solicitation without a source link-layer address option is only answered when the kernel knows the neighbour; it is asked
 * to find it, and the terminal's next solicitation (RFC 4861 section 6.3.7: three, four seconds apart) is delivered. From the
 * unspecified address nothing can be answered by unicast; terminals solicit again once they have a link-local address.
 */
public final class LinuxAttachmentSource implements AttachmentSource {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxAttachmentSource.class);
    private static final int HOP_LIMIT_ON_LINK = 255;
    private static final int MAC_LENGTH = 6;

    private record OnLink(int device, Ipv6Address address) {}

    private final Set<String> accessLinks;
    private final Ipv6Address ownAddress;
    private final RouterSocket incoming;
    private final RouterSocket outgoing;
    private final NetlinkSocket events;
    private final NetlinkSocket requests;
    private final NetlinkSocket advertiserRequests;
    private final Poller poller;
    private final ReentrantLock advertiserLock = new ReentrantLock();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, Boolean> usable = new HashMap<>();

    /** Neighbours that the kernel has; bounded by its own table. */
    private final Set<OnLink> known = new HashSet<>();

    private volatile Consumer<AttachmentEvent> listener = event -> {};
    private @Nullable Thread thread;

    /**
     * @param accessLinks interface names; may appear later
     * @param ownAddress source of advertisements: the gateway's link-local address on every access link
     * @throws KernelException EPERM without CAP_NET_RAW and CAP_NET_ADMIN
     */
    public LinuxAttachmentSource(Set<String> accessLinks, Ipv6Address ownAddress) throws KernelException {
        this.accessLinks = Set.copyOf(accessLinks);
        this.ownAddress = ownAddress;
        try {
            incoming = new RouterSocket(true);
            outgoing = new RouterSocket(false);
            events = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
            events.subscribe(Rtnetlink.RTNLGRP_LINK);
            events.subscribe(Rtnetlink.RTNLGRP_NEIGH);
            requests = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
            advertiserRequests = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
            poller = new Poller(List.of(events.socket(), incoming.socket()));
        } catch (SystemCallException e) {
            throw refusal(e);
        }
    }

    @Override
    public void start(Consumer<AttachmentEvent> listener) {
        this.listener = listener;
        thread = Thread.ofPlatform().name("attachment").daemon(true).start(() -> watch(listener));
    }

    private void watch(Consumer<AttachmentEvent> listener) {
        try {
            observe(listener);
            while (poller.await(-1)) {
                boolean whole = events.events(message -> take(message, listener));
                if (!whole) {
                    observe(listener);
                }
                for (AncillaryMessage.Received datagram = incoming.receive();
                        datagram != null;
                        datagram = incoming.receive()) {
                    take(datagram, listener);
                }
            }
        } catch (SystemCallException e) {
            LOG.error("access links are no longer watched: {}", e.getMessage());
        }
    }

    private void observe(Consumer<AttachmentEvent> listener) throws SystemCallException {
        for (Link link : new Links(requests).all()) {
            take(link, link.isUsable(), listener);
        }
        Set<OnLink> before = Set.copyOf(known);
        known.clear();
        for (Neighbour neighbour : new Neighbours(requests).all()) {
            if (isOfTerminal(neighbour) && !neighbour.hasFailed() && neighbour.linkLayerAddress().length > 0) {
                OnLink key = new OnLink(neighbour.device(), neighbour.address());
                known.add(key);
                if (!before.contains(key)) {
                    ask(neighbour);
                } else if (neighbour.isReachable()) {
                    // What told it may have been lost, and somebody may wait for it.
                    take(neighbour, true, false, listener);
                }
            }
        }
    }

    /** Whether it is there now: its answer is an event, and so is its silence. */
    private void ask(Neighbour neighbour) {
        Neighbours neighbours = new Neighbours(requests);
        try {
            if (neighbour.isReachable()) {
                // It may have left since; left alone the kernel would not ask.
                neighbours.probe(neighbour.device(), neighbour.address(), neighbour.linkLayerAddress());
            } else {
                neighbours.resolve(neighbour.device(), neighbour.address());
            }
        } catch (SystemCallException e) {
            LOG.warn("whether {} is there cannot be asked: {}", neighbour.address(), e.getMessage());
        }
    }

    private boolean isOfTerminal(Neighbour neighbour) {
        return names.containsKey(neighbour.device()) && neighbour.address().isLinkLocal();
    }

    private void take(NetlinkMessage message, Consumer<AttachmentEvent> listener) {
        if (message.type() == Rtnetlink.RTM_NEWLINK || message.type() == Rtnetlink.RTM_DELLINK) {
            Link link = Links.decode(message);
            boolean exists = message.type() == Rtnetlink.RTM_NEWLINK;
            take(link, exists && link.isUsable(), listener);
            if (!exists) {
                names.remove(link.index());
            }
        } else if (message.type() == Rtnetlink.RTM_NEWNEIGH || message.type() == Rtnetlink.RTM_DELNEIGH) {
            boolean exists = message.type() == Rtnetlink.RTM_NEWNEIGH;
            take(Neighbours.decode(message), exists, isOurDoing(message), listener);
        }
    }

    private boolean isOurDoing(NetlinkMessage message) {
        return message.port() == requests.port() || message.port() == advertiserRequests.port();
    }

    /**
     * New in the kernel's table, or confirmed by an answer: it is there. That an entry grows stale says nothing, nor does an entry that
     * is being asked for.
     */
    private void take(Neighbour neighbour, boolean exists, boolean ours, Consumer<AttachmentEvent> listener) {
        String accessLink = names.get(neighbour.device());
        if (accessLink == null || !isOfTerminal(neighbour)) {
            return;
        }
        OnLink key = new OnLink(neighbour.device(), neighbour.address());
        if (!exists) {
            known.remove(key);
        } else if (neighbour.hasFailed()) {
            known.remove(key);
            listener.accept(new NeighbourSilent(accessLink, neighbour.address()));
        } else if (neighbour.linkLayerAddress().length > 0) {
            boolean fresh = known.add(key);
            if (fresh && !ours || neighbour.isReachable()) {
                listener.accept(new NeighbourSeen(
                        accessLink, neighbour.address(), LinkLayerIdentifier.of(neighbour.linkLayerAddress())));
            }
        } else if (neighbour.isReachable()) {
            listener.accept(new NeighbourAnswered(accessLink, neighbour.address()));
        }
    }

    private void take(Link link, boolean isUsable, Consumer<AttachmentEvent> listener) {
        if (!accessLinks.contains(link.name())) {
            return;
        }
        names.put(link.index(), link.name());
        Boolean before = usable.put(link.name(), isUsable);
        if (before != null && before == isUsable) {
            return;
        }
        if (isUsable) {
            try {
                incoming.joinAllRouters(link.index());
            } catch (SystemCallException e) {
                LOG.warn("router solicitations on {} may be missed: {}", link.name(), e.getMessage());
            }
            listener.accept(new LinkCameUp(link.name()));
        } else {
            listener.accept(new LinkWentDown(link.name()));
        }
    }

    private void take(AncillaryMessage.Received datagram, Consumer<AttachmentEvent> listener) {
        String accessLink = names.get(datagram.interfaceIndex());
        Ipv6Address source = Ipv6Address.of(datagram.source());
        RouterSolicitation solicitation = RouterSolicitation.decode(datagram.payload());
        if (accessLink == null
                || solicitation == null
                || datagram.hopLimit() != HOP_LIMIT_ON_LINK
                || !source.isLinkLocal()) {
            return;
        }
        LinkLayerIdentifier identifier = solicitation.sourceLinkLayerAddress();
        if (identifier == null) {
            identifier = neighbour(datagram.interfaceIndex(), source);
        }
        if (identifier != null) {
            listener.accept(new RouterSolicited(accessLink, source, identifier));
        }
    }

    private @Nullable LinkLayerIdentifier neighbour(int device, Ipv6Address address) {
        try {
            Neighbours neighbours = new Neighbours(requests);
            byte[] octets = neighbours.on(device).get(address);
            if (octets != null) {
                return LinkLayerIdentifier.of(octets);
            }
            neighbours.resolve(device, address);
        } catch (SystemCallException e) {
            LOG.warn("router solicitation of {} without link-layer address: {}", address, e.getMessage());
        }
        return null;
    }

    @Override
    public void probe(String accessLink, Ipv6Address terminal, LinkLayerIdentifier linkLayerIdentifier)
            throws KernelException {
        advertiserLock.lock();
        try {
            Link link = new Links(advertiserRequests).require(accessLink);
            if (link.hasFlags(Rtnetlink.IFF_NOARP)) {
                // A point-to-point link is down when its terminal is gone.
                listener.accept(new NeighbourAnswered(accessLink, terminal));
                return;
            }
            new Neighbours(advertiserRequests).probe(link.index(), terminal, linkLayerIdentifier.octets());
        } catch (SystemCallException e) {
            throw refusal(e);
        } finally {
            advertiserLock.unlock();
        }
    }

    @Override
    public void advertise(
            String accessLink,
            Ipv6Address terminal,
            LinkLayerIdentifier linkLayerIdentifier,
            Set<HomeNetworkPrefix> prefixes,
            Set<HomeNetworkPrefix> withdrawn,
            int mtu,
            int routerLifetimeSeconds)
            throws KernelException {
        advertiserLock.lock();
        try {
            Link link = new Links(advertiserRequests).require(accessLink);
            byte[] advertisement = new RouterAdvertisement(
                            link.address(),
                            prefixes.stream().sorted().toList(),
                            withdrawn.stream().sorted().toList(),
                            mtu,
                            routerLifetimeSeconds)
                    .encode();
            if (linkLayerIdentifier.octets().length == MAC_LENGTH && link.address().length == MAC_LENGTH) {
                // Whoever else claimed the address on this link does not get it (T-78).
                new Neighbours(advertiserRequests).set(link.index(), terminal, linkLayerIdentifier.octets());
            }
            outgoing.send(
                    advertisement,
                    terminal,
                    ownAddress,
                    link.index(),
                    "router advertisement to " + terminal + " dev " + accessLink);
        } catch (SystemCallException e) {
            throw refusal(e);
        } finally {
            advertiserLock.unlock();
        }
    }

    private static KernelException refusal(SystemCallException e) {
        return new KernelException(String.valueOf(e.getMessage()), e);
    }

    @Override
    public void close() {
        poller.wakeUp();
        Thread watcher = thread;
        if (watcher != null) {
            try {
                watcher.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        advertiserLock.lock();
        try {
            outgoing.close();
            advertiserRequests.close();
        } finally {
            advertiserLock.unlock();
        }
        incoming.close();
        events.close();
        requests.close();
        poller.close();
    }
}
