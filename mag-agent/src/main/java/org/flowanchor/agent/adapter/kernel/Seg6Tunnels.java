package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Encapsulation;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.RouteType;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.agent.linux.rtnetlink.Rules;
import org.flowanchor.agent.linux.rtnetlink.TunnelSource;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Tunnels for kernels without {@code ip6tnl}: segment routing with one segment puts the octets of RFC 2473 on the wire. A bare
 * encapsulating route would answer Packet Too Big to itself, so each tunnel is a pair of devices in one namespace: {@code fa1} is the
 * tunnel as everybody sees it; what leaves it enters {@code fa1x}, where a rule adds the outer header; what arrives from the peer loses
 * its outer header and is sent into {@code fa1x}, so that it appears on {@code fa1}.
 *
 * <p>Traps. The outer packet is routed anew with the same incoming device: its own destination is thrown out of the encapsulating
 * table, or it would be encapsulated for ever. The node's own address is the tunnel's end, so packets with an outer header must be
 * seen before the local table: that is moved from priority 0, added in its new place before it is deleted in the old. Decapsulation
 * accepts any outer source unless its route names the peer as its source. No neighbour discovery between the pair: both have the same
 * address.
 */
final class Seg6Tunnels implements TunnelProvider {
    private static final int IPPROTO_IPV6 = 41;

    private static final int FLAGS = Rtnetlink.IFF_UP | Rtnetlink.IFF_NOARP;

    private final KernelNumbering numbering;
    private final TunnelDevices devices;
    private final LinkTable table;
    private final Links links;
    private final Rules rules;
    private final NetlinkSocket generic;

    Seg6Tunnels(KernelConfiguration configuration, LinkTable table, Links links, Rules rules, NetlinkSocket generic) {
        this.numbering = configuration.numbering();
        this.devices = new TunnelDevices(configuration, table, links);
        this.table = table;
        this.links = links;
        this.rules = rules;
        this.generic = generic;
    }

    @Override
    public TunnelKind kind() {
        return TunnelKind.SEG6;
    }

    @Override
    public Map<Integer, Ipv6Address> observe(
            Iterable<Link> present, Collection<Route> ourRoutes, Collection<Rule> ourRules) {
        Map<Integer, Integer> numbers = new HashMap<>();
        Set<Integer> named = new HashSet<>();
        for (Rule rule : ourRules) {
            int number = rule.incoming() == null ? 0 : numbering.gatewayOfEnd(rule.incoming());
            if (number != 0 && rule.action() instanceof Rule.Lookup lookup) {
                numbers.put(lookup.table(), number);
                named.add(number);
            }
        }
        Map<Integer, Ipv6Address> remotes = new HashMap<>();
        for (Route route : ourRoutes) {
            int table = route.key().table();
            // Of a predecessor that had other tables, the rule knows whose one is; without a rule it is one of ours.
            int number = numbers.getOrDefault(table, table - numbering.encapsulationTables());
            if (number > 0
                    && number <= KernelNumbering.MOST_GATEWAYS
                    && (numbers.containsKey(table) || !named.contains(number))
                    && route.encapsulation() instanceof Encapsulation.Outer outer) {
                remotes.put(number, outer.segment());
            }
        }
        return remotes;
    }

    @Override
    public void establish(int number, Ipv6Address local, Ipv6Address remote)
            throws KernelException, SystemCallException {
        String device = numbering.device(number);
        String end = numbering.encapsulationDevice(number);
        int mtu = devices.mtu();
        devices.clear(number, kind());
        devices.clearHalf(number);
        if (table.find(device) == null) {
            byte[] address = {2, (byte) 0xfa, 0, 0, (byte) (number >>> 8), (byte) number};
            links.addPair(device, numbering.tunnelGroup(), end, numbering.encapsulationGroup(), address, mtu);
            table.observe(device);
            table.observe(end);
        }
        devices.raise(device, mtu, FLAGS);
        if (devices.raise(end, mtu, FLAGS)) {
            // It has a carrier now.
            table.observe(device);
        }
    }

    @Override
    public Collection<Route> routes(Ipv6Address local, Map<Integer, Ipv6Address> remotes) throws SystemCallException {
        List<Route> desired = new ArrayList<>();
        int backhaul = devices.backhaul().index();
        for (Map.Entry<Integer, Ipv6Address> tunnel : remotes.entrySet()) {
            int number = tunnel.getKey();
            Link end = table.find(numbering.encapsulationDevice(number));
            if (end == null) {
                continue;
            }
            HomeNetworkPrefix remote = host(tunnel.getValue());
            int encapsulationTable = numbering.encapsulationTables() + number;
            int arrivalTable = numbering.arrivalTables() + number;
            desired.add(Route.ending(encapsulationTable, remote, KernelNumbering.METRIC, RouteType.THROW));
            desired.add(Route.onLink(encapsulationTable, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.METRIC, backhaul)
                    .with(new Encapsulation.Outer(tunnel.getValue())));
            desired.add(Route.onLink(arrivalTable, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.METRIC, end.index()));
            desired.add(Route.onLink(numbering.decapsulationTable(), host(local), KernelNumbering.METRIC, backhaul)
                    .from(remote)
                    .with(new Encapsulation.Decapsulate(arrivalTable)));
        }
        return desired;
    }

    @Override
    public Collection<Rule> rules(Ipv6Address local, Collection<Integer> numbers) {
        List<Rule> desired = new ArrayList<>();
        desired.add(Rule.lookup(numbering.decapsulationPriority(), numbering.decapsulationTable())
                .to(host(local))
                .of(IPPROTO_IPV6));
        desired.add(Rule.lookup(numbering.localPriority(), Rtnetlink.RT_TABLE_LOCAL));
        for (int number : numbers) {
            desired.add(Rule.lookup(numbering.encapsulationPriority(), numbering.encapsulationTables() + number)
                    .from(numbering.encapsulationDevice(number)));
        }
        return desired;
    }

    @Override
    public void complete(Ipv6Address local) throws SystemCallException {
        boolean moved = false;
        Rules.Owned original = null;
        for (Rules.Owned owned : rules.all()) {
            if (owned.rule().action() instanceof Rule.Lookup lookup && lookup.table() == Rtnetlink.RT_TABLE_LOCAL) {
                moved |= owned.rule().priority() == numbering.localPriority();
                original = owned.rule().priority() == 0 ? owned : original;
            }
        }
        if (moved && original != null) {
            rules.delete(original);
        }
        TunnelSource source = new TunnelSource(generic);
        if (!source.get().equals(local)) {
            source.set(local);
        }
    }

    @Override
    public boolean isCompleted(Ipv6Address local) throws SystemCallException {
        return new TunnelSource(generic).get().equals(local);
    }

    private static HomeNetworkPrefix host(Ipv6Address address) {
        return new HomeNetworkPrefix(address, 128);
    }
}
