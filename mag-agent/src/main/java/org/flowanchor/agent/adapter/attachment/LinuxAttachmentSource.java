package org.flowanchor.agent.adapter.attachment;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.flowanchor.agent.linux.rtnetlink.Addresses;
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
 * <p>{@link AccessLinks} has the states of a link. What cannot be read ends nothing: all is observed anew a second later, and until then
 * {@link #isWatching} is false.
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
    private static final byte AF_UNSPEC = 0;
    private static final long PAUSE_MILLIS = 1_000;
    private static final int SOLICITATIONS_AT_ONCE = 64;

    private record OnLink(int device, Ipv6Address address) {}

    private final AccessLinks links;
    private final Ipv6Address ownAddress;
    private final RouterSocket incoming;
    private final RouterSocket outgoing;
    private final NetlinkSocket events;
    private final NetlinkSocket requests;
    private final NetlinkSocket advertiserRequests;
    private final Poller poller;
    private final ReentrantLock advertiserLock = new ReentrantLock();

    /** Neighbours that the kernel has; bounded by its own table. */
    private final Set<OnLink> known = new HashSet<>();

    private volatile Consumer<AttachmentEvent> listener = event -> {};
    private volatile boolean watching = true;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;

    /**
     * @param accessLinks interface names; may appear later
     * @param ownAddress source of advertisements: the gateway's link-local address on every access link
     * @throws KernelException EPERM without CAP_NET_RAW and CAP_NET_ADMIN
     */
    public LinuxAttachmentSource(Set<String> accessLinks, Ipv6Address ownAddress) throws KernelException {
        this.links = new AccessLinks(accessLinks, this::part);
        this.ownAddress = ownAddress;
        try {
            incoming = new RouterSocket(true);
            outgoing = new RouterSocket(false);
            events = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
            events.subscribe(Rtnetlink.RTNLGRP_LINK);
            events.subscribe(Rtnetlink.RTNLGRP_NEIGH);
            events.subscribe(Rtnetlink.RTNLGRP_IPV6_IFADDR);
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
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = watchUntilItFails(listener);
            } catch (SystemCallException | RuntimeException e) {
                LOG.error("access links are not watched, tried again in {} ms: {}", PAUSE_MILLIS, e.toString());
                watching = false;
                goesOn = isOpenAfter(PAUSE_MILLIS);
            }
        }
    }

    private boolean isOpenAfter(long millis) {
        try {
            return !closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** @return false once it is closed */
    private boolean watchUntilItFails(Consumer<AttachmentEvent> listener) throws SystemCallException {
        observe(listener);
        watching = true;
        while (poller.await(-1)) {
            boolean whole = events.events(message -> take(message, listener));
            if (!whole) {
                observe(listener);
            }
            // Not all: whoever solicits as fast as it can must not keep links and answers of others from being heard.
            for (int taken = 0; taken < SOLICITATIONS_AT_ONCE; taken++) {
                AncillaryMessage.Received datagram = incoming.receive();
                if (datagram == null) {
                    break;
                }
                take(datagram, listener);
            }
        }
        return false;
    }

    @Override
    public boolean isWatching() {
        return watching;
    }

    @Override
    public boolean isOurs(Ipv6Address address) {
        return address.equals(ownAddress) || links.isOurs(address);
    }

    private void observe(Consumer<AttachmentEvent> listener) throws SystemCallException {
        links.addressesAre(new Addresses(requests).all());
        links.are(new Links(requests).all(), event -> tell(event, listener));
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
        return links.name(neighbour.device()) != null && neighbour.address().isLinkLocal();
    }

    private void take(NetlinkMessage message, Consumer<AttachmentEvent> listener) {
        if (message.type() == Rtnetlink.RTM_NEWLINK || message.type() == Rtnetlink.RTM_DELLINK) {
            if (message.payload().get(0) == AF_UNSPEC) {
                // Others are of a bridge: its ports, and that one was taken out of it.
                boolean exists = message.type() == Rtnetlink.RTM_NEWLINK;
                links.changed(Links.decode(message), exists, event -> tell(event, listener));
            }
        } else if (message.type() == Rtnetlink.RTM_NEWADDR || message.type() == Rtnetlink.RTM_DELADDR) {
            links.addressChanged(Addresses.decode(message), message.type() == Rtnetlink.RTM_NEWADDR);
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
        String accessLink = links.name(neighbour.device());
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

    /** A socket keeps its part in a group on a device that is gone, and has room for some thousands. */
    private void part(int device) {
        try {
            incoming.leaveAllRouters(device);
        } catch (SystemCallException e) {
            LOG.warn("a part in the group of all routers is kept for nothing: {}", e.getMessage());
        }
    }

    private void tell(AttachmentEvent event, Consumer<AttachmentEvent> listener) {
        if (event instanceof LinkCameUp(String accessLink)) {
            try {
                incoming.joinAllRouters(new Links(requests).require(accessLink).index());
            } catch (SystemCallException e) {
                LOG.warn("router solicitations on {} may be missed: {}", accessLink, e.getMessage());
            }
        }
        listener.accept(event);
    }

    private void take(AncillaryMessage.Received datagram, Consumer<AttachmentEvent> listener) {
        String accessLink = links.name(datagram.interfaceIndex());
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
            byte[] octets = neighbours.find(device, address);
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
    public void resolve(String accessLink, Ipv6Address address) throws KernelException {
        advertiserLock.lock();
        try {
            int device = new Links(advertiserRequests).require(accessLink).index();
            new Neighbours(advertiserRequests).resolve(device, address);
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
        closed.countDown();
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
