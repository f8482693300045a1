package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.rtnetlink.Ip6Tunnel;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is the same for the devices of all tunnels. */
final class TunnelDevices {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelDevices.class);

    private final KernelConfiguration configuration;
    private final LinkTable table;
    private final Links links;
    private int lamented;

    TunnelDevices(KernelConfiguration configuration, LinkTable table, Links links) {
        this.configuration = configuration;
        this.table = table;
        this.links = links;
    }

    /**
     * Largest inner packet: path MTU less the outer header (RFC 2473 section 6.7), and never below 1280, where the kernel would take IPv6
     * off the device.
     */
    int mtu() throws SystemCallException {
        return Math.max(PathMtus.MINIMUM, backhaul().mtu() - PathMtus.OUTER_HEADER);
    }

    /** Says once for each MTU what a backhaul costs that does not take a packet of 1280 octets in its outer header. */
    void lamentNarrowBackhaul() {
        Link backhaul = table.find(configuration.backhaulInterface());
        if (backhaul != null && backhaul.mtu() != lamented) {
            lamented = backhaul.mtu();
            if (lamented < PathMtus.MINIMUM + PathMtus.OUTER_HEADER) {
                LOG.warn(
                        "backhaul {} takes {} octets: of what goes through tunnels, packets of {} to {} octets are"
                                + " lost",
                        backhaul.name(),
                        lamented,
                        lamented - PathMtus.OUTER_HEADER + 1,
                        PathMtus.MINIMUM);
            }
        }
    }

    Link backhaul() throws SystemCallException {
        return table.require(configuration.backhaulInterface());
    }

    /** Whether the tunnel's device is there, and no stranger of its name. */
    boolean isThere(int number) {
        Link link = table.find(configuration.numbering().device(number));
        return link != null && link.group() == configuration.numbering().tunnelGroup();
    }

    /** @throws KernelException naming the stranger that has the tunnel's name */
    Link require(int number) throws KernelException, SystemCallException {
        Link link = table.require(configuration.numbering().device(number));
        if (!isThere(number)) {
            throw new KernelException(
                    "device " + link.name() + " (" + link.kind() + ") is somebody else's, for it is not in group "
                            + configuration.numbering().tunnelGroup() + ": rename or remove it");
        }
        return link;
    }

    /**
     * Removes a tunnel that is of another kind; nothing to do otherwise.
     *
     * @throws KernelException naming the stranger that has the tunnel's name
     */
    void clear(int number, TunnelKind kind) throws KernelException, SystemCallException {
        if (table.find(configuration.numbering().device(number)) == null) {
            return;
        }
        Link link = require(number);
        if (!link.kind().equals(kind.linkKind)) {
            remove(number);
        }
    }

    /** Brings MTU and flags to what they should be; tells whether they were others. No link-local address: it would solicit and report group membership by the tunnel. */
    boolean raise(String name, int mtu, int flags) throws SystemCallException {
        Link link = table.require(name);
        boolean changed = link.mtu() != mtu || !link.hasFlags(flags);
        if (link.mtu() != mtu) {
            links.changeMtu(link, mtu);
            table.observe(name);
        }
        if (!link.hasFlags(flags)) {
            links.disableAddressGeneration(link);
            links.raise(link, flags);
            table.observe(name);
        }
        return changed;
    }

    /** Success when it is missing. */
    void remove(int number) throws SystemCallException {
        String name = configuration.numbering().device(number);
        Link link = table.find(name);
        if (link != null) {
            remove(link);
            // The other end of a pair goes with it.
            table.forget(configuration.numbering().encapsulationDevice(number));
        }
    }

    /** One of ours, whatever name it bears by now. */
    void remove(Link link) throws SystemCallException {
        links.delete(link);
        table.forget(link.name());
    }

    /**
     * Removes what is left of a pair of which one end was renamed, or moved to another network namespace: it keeps the name that a new one
     * needs, or has no other end to send to.
     *
     * @throws KernelException naming the stranger that has the name of an end
     */
    void clearHalf(int number) throws KernelException, SystemCallException {
        Link device = table.find(configuration.numbering().device(number));
        Link end = table.find(configuration.numbering().encapsulationDevice(number));
        if (end != null && end.group() != configuration.numbering().encapsulationGroup()) {
            throw new KernelException("device " + end.name() + " (" + end.kind()
                    + ") is somebody else's, for it is not in group "
                    + configuration.numbering().encapsulationGroup() + ": rename or remove it");
        }
        if (device == null && end != null) {
            remove(end);
        } else if (device != null && end == null) {
            remove(device);
        }
    }

    /** Removes a renamed tunnel that leads to the same ends: the kernel has no two of them. */
    void clearRenamed(Ip6Tunnel wanted) throws SystemCallException {
        List<Link> renamed = new ArrayList<>();
        for (Link link : table.all()) {
            if (link.group() == configuration.numbering().tunnelGroup()
                    && link.tunnel() != null
                    && link.tunnel().remote().equals(wanted.remote())) {
                renamed.add(link);
            }
        }
        for (Link link : renamed) {
            remove(link);
        }
    }
}
