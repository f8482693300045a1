package org.flowanchor.agent.adapter.kernel;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.rtnetlink.Ip6Tunnel;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.agent.linux.rtnetlink.Rules;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Tunnels of the kernel's own kind. It finds a packet's device by both outer addresses, so nobody but the peer gets in; copies congestion
 * marks both ways; relays Packet Too Big of the backhaul. No route and no rule is needed.
 *
 * <p>Trap: loading the module makes a device {@code ip6tnl0} without addresses. It is down; if somebody raised it, it would take packets
 * from anybody.
 */
final class Ip6Tunnels implements TunnelProvider {
    private final KernelNumbering numbering;
    private final TunnelDevices devices;
    private final LinkTable table;
    private final Links links;
    private final Rules rules;

    Ip6Tunnels(KernelConfiguration configuration, LinkTable table, Links links, Rules rules) {
        this.numbering = configuration.numbering();
        this.devices = new TunnelDevices(configuration, table, links);
        this.table = table;
        this.links = links;
        this.rules = rules;
    }

    @Override
    public TunnelKind kind() {
        return TunnelKind.IP6TNL;
    }

    @Override
    public Map<Integer, Ipv6Address> observe(
            Iterable<Link> present, Collection<Route> ourRoutes, Collection<Rule> ourRules) {
        Map<Integer, Ipv6Address> remotes = new HashMap<>();
        for (Link link : present) {
            int number = numbering.gatewayOfDevice(link.name());
            if (number != 0 && link.group() == numbering.tunnelGroup() && link.tunnel() != null) {
                remotes.put(number, link.tunnel().remote());
            }
        }
        return remotes;
    }

    @Override
    public void establish(int number, Ipv6Address local, Ipv6Address remote)
            throws KernelException, SystemCallException {
        String device = numbering.device(number);
        int mtu = devices.mtu();
        Ip6Tunnel wanted = Ip6Tunnel.plain(local, remote, devices.backhaul().index());
        devices.clear(number, kind());
        Link link = table.find(device);
        if (link == null) {
            devices.clearRenamed(wanted);
            links.addTunnel(device, numbering.tunnelGroup(), wanted, mtu);
            table.observe(device);
        } else if (!wanted.equals(link.tunnel())) {
            links.changeTunnel(link, wanted);
            table.observe(device);
        }
        devices.raise(device, mtu, Rtnetlink.IFF_UP);
    }

    @Override
    public Collection<Route> routes(Ipv6Address local, Map<Integer, Ipv6Address> remotes) {
        return List.of();
    }

    @Override
    public Collection<Rule> rules(Ipv6Address local, Collection<Integer> numbers) {
        return List.of();
    }

    @Override
    public boolean isCompleted(Ipv6Address local) {
        return true;
    }

    /** Tunnels of the other kind moved the local table; before their rules go, it has its own place again. */
    @Override
    public void complete(Ipv6Address local) throws SystemCallException {
        Rule original = Rule.lookup(0, Rtnetlink.RT_TABLE_LOCAL);
        boolean present = rules.all().stream().anyMatch(owned -> owned.rule().equals(original));
        if (!present) {
            rules.add(new Rules.Owned(original, Rtnetlink.RTPROT_KERNEL));
        }
    }
}
