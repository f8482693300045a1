package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.InstalledTerminal;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.rtnetlink.InterfaceAddress;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.RouteType;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * An access gateway's kernel: one tunnel to the anchor; downlink by prefix to the terminal (RFC 5213 section 6.10.5: what has no
 * interface is dropped in silence); uplink only from bound prefixes, whatever else a terminal sends that is not for the gateway itself
 * is answered unreachable. All objects are in the network namespace of the thread that constructs this; that thread, or one in the same
 * namespace, must also apply, because /proc/sys is written.
 *
 * <p>Per prefix there is a route, never a rule: one rule per access link leads to one table whose default routes differ by source.
 */
public final class LinuxAccessKernel implements AccessKernel {
    /** The gateway's address on every access link (RFC 6543). */
    public static final Ipv6Address FIXED_LINK_LOCAL_ADDRESS = Ipv6Address.parse("fe80::200:5eff:fe00:5213");

    private static final int LINK_LOCAL_LENGTH = 64;
    private static final int TUNNEL = 1;
    private static final String LOOPBACK = "lo";

    private final KernelNumbering numbering;
    private final KernelTables tables;
    private final GatewayTable table;
    private final LinkSampler sampler;
    private @Nullable Ipv6Address completed;
    /** Of the last whole state; empty: the next must be one, too. */
    private Map<String, Integer> uplinkTablesInForce = Map.of();

    private final ForwardedPrefixes forwarded = new ForwardedPrefixes();
    private volatile Set<String> accessLinks = Set.of();

    /** @throws KernelException EPERM without CAP_NET_ADMIN */
    public LinuxAccessKernel(KernelConfiguration configuration) throws KernelException {
        numbering = configuration.numbering();
        tables = Refusal.translated(() -> new KernelTables(configuration));
        table = Refusal.translated(() -> new GatewayTable(configuration));
        sampler = Refusal.translated(LinkSampler::new);
    }

    /**
     * Looks, without changing anything, whether other users of this kernel allow an access gateway.
     *
     * @throws KernelException naming whoever uses our mark
     */
    public void verify() throws KernelException {
        Refusal.translated(() -> {
            tables.refresh();
            refuseForeignMarks();
        });
    }

    /** Tunnels of the kernel's own kind need no mark. */
    private void refuseForeignMarks() throws KernelException, SystemCallException {
        if (tables.tunnels().kind() == TunnelKind.SEG6) {
            tables.rules.refuseForeignMarks(numbering.congestionMark());
            table.refuseForeignMarks(numbering.congestionMark());
        }
    }

    @Override
    public void apply(AccessState desired) throws KernelException {
        Refusal.translated(() -> reconcile(desired));
    }

    @Override
    public boolean applyTerminals(Map<AttachmentName, Optional<AttachedTerminal>> changed) throws KernelException {
        return Refusal.translated(() -> change(changed));
    }

    private boolean change(Map<AttachmentName, Optional<AttachedTerminal>> changed)
            throws KernelException, SystemCallException {
        Map<String, Integer> uplinkTables = uplinkTablesInForce;
        if (uplinkTables.isEmpty()) {
            return false;
        }
        tables.refresh();
        if (!tables.isSettled()) {
            return false;
        }
        Difference difference = new Difference();
        int tunnel = tables.devices.require(TUNNEL).index();
        List<Route> wanted = new ArrayList<>();
        Set<Route.Key> gone = new HashSet<>();
        for (HomeNetworkPrefix prefix : forwarded.change(changed)) {
            gone.addAll(keys(prefix, uplinkTables.values()));
            wanted.addAll(uplink(prefix, uplinkTables, tunnel));
            wanted.addAll(downlink(prefix, difference));
        }
        Map<Route.Key, Route> routes = LinuxAnchorKernel.byKey(wanted);
        gone.removeAll(routes.keySet());
        tables.routes.install(routes, difference);
        tables.routes.delete(gone, difference);
        tables.wantedInstead(routes, gone);
        conclude(difference);
        return true;
    }

    private void conclude(Difference difference) throws KernelException {
        try {
            difference.conclude();
        } catch (KernelException e) {
            tables.invalidate();
            uplinkTablesInForce = Map.of();
            throw e;
        }
    }

    private void reconcile(AccessState desired) throws KernelException, SystemCallException {
        uplinkTablesInForce = Map.of();
        boolean refreshed = tables.begin();
        Difference difference = new Difference();
        if (refreshed) {
            KernelSettings.require("net/ipv6/conf/all/forwarding", "1");
            difference.attempt(this::refuseForeignMarks);
        }
        Ipv6Address local = desired.proxyCareOfAddress().address();
        difference.attempt(() ->
                tables.tunnels().establish(TUNNEL, local, desired.lmaAddress().address()));
        if (refreshed || !accessLinks.equals(desired.accessLinks())) {
            difference.attempt(() -> address(desired.accessLinks(), difference));
        }
        accessLinks = desired.accessLinks();
        tables.accessLinks(accessLinks);
        Map<String, Integer> uplinkTables = uplinkTables(desired.accessLinks(), difference);
        forwarded.replace(desired.terminals());
        Map<Integer, Ipv6Address> remotes = Map.of(TUNNEL, desired.lmaAddress().address());
        KernelTables.Wanted behindTunnel = new KernelTables.Wanted(
                new LinkedHashMap<>(), Set.copyOf(tables.tunnels().rules(local, remotes.keySet())));
        difference.attempt(() -> behindTunnel
                .routes()
                .putAll(LinuxAnchorKernel.byKey(tables.tunnels().routes(local, remotes))));
        Map<Route.Key, Route> routes = routes(uplinkTables, difference);
        Set<Rule> rules = rules(uplinkTables);
        tables.install(behindTunnel, new KernelTables.Wanted(routes, rules), difference);
        routes.putAll(behindTunnel.routes());
        rules.addAll(behindTunnel.rules());
        if (refreshed || !local.equals(completed)) {
            difference.attempt(() -> tables.tunnels().complete(local));
            completed = local;
        }
        difference.attempt(() -> table.apply(tables.tunnels().kind()));
        tables.prune(routes, rules, difference);
        tables.remotes.put(TUNNEL, desired.lmaAddress().address());
        difference.attempt(() -> tables.watchPaths(local));
        tables.settle(routes, rules, Set.of(TUNNEL), difference.refusals());
        conclude(difference);
        uplinkTablesInForce = uplinkTables;
    }

    /** The fixed address on the access links and nowhere else. */
    private void address(Set<String> names, Difference difference) throws SystemCallException {
        Set<InterfaceAddress> present = tables.addresses.all();
        for (String name : names) {
            difference.attempt(() -> {
                InterfaceAddress address = fixedAddress(tables.links.require(name));
                if (!present.contains(address)) {
                    tables.addresses.add(address, name);
                }
            });
        }
        for (Link link : tables.links.all()) {
            if (!names.contains(link.name()) && present.contains(fixedAddress(link))) {
                difference.attempt(() -> tables.addresses.delete(fixedAddress(link), link.name()));
            }
        }
    }

    private static InterfaceAddress fixedAddress(Link link) {
        return new InterfaceAddress(link.index(), FIXED_LINK_LOCAL_ADDRESS, LINK_LOCAL_LENGTH);
    }

    /** A table for each access link that is there: a prefix bound on one link is no source on another. */
    private Map<String, Integer> uplinkTables(Set<String> names, Difference difference) {
        Map<String, Integer> uplinkTables = new HashMap<>();
        for (String name : names) {
            difference.attempt(() -> uplinkTables.put(
                    name, numbering.uplinkTables() + tables.links.require(name).index()));
        }
        return uplinkTables;
    }

    private Map<Route.Key, Route> routes(Map<String, Integer> uplinkTables, Difference difference) {
        List<Route> routes = new ArrayList<>();
        for (int uplinkTable : uplinkTables.values()) {
            routes.add(Route.ending(
                    uplinkTable, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.LAST_METRIC, RouteType.UNREACHABLE));
        }
        difference.attempt(() -> {
            int tunnel = tables.devices.require(TUNNEL).index();
            for (HomeNetworkPrefix prefix : forwarded.prefixes()) {
                routes.addAll(uplink(prefix, uplinkTables, tunnel));
            }
        });
        for (HomeNetworkPrefix prefix : forwarded.prefixes()) {
            routes.addAll(downlink(prefix, difference));
        }
        return LinuxAnchorKernel.byKey(routes);
    }

    private List<Route> uplink(HomeNetworkPrefix prefix, Map<String, Integer> uplinkTables, int tunnel) {
        List<Route> routes = new ArrayList<>();
        for (AttachedTerminal terminal : forwarded.terminals(prefix)) {
            Integer uplinkTable = uplinkTables.get(terminal.accessLink());
            if (uplinkTable != null) {
                routes.add(Route.onLink(uplinkTable, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.METRIC, tunnel)
                        .from(prefix));
            }
        }
        return routes;
    }

    /** A prefix on two links of one gateway: the link whose name comes last carries the downlink. */
    private List<Route> downlink(HomeNetworkPrefix prefix, Difference difference) {
        List<Route> routes = new ArrayList<>();
        for (AttachedTerminal terminal : forwarded.terminals(prefix)) {
            difference.attempt(() -> routes.add(Route.via(
                    numbering.bindingTable(),
                    prefix,
                    terminal.prefixes().contains(prefix) ? KernelNumbering.METRIC : KernelNumbering.CARRIED_METRIC,
                    tables.links.require(terminal.accessLink()).index(),
                    terminal.linkLocalAddress())));
        }
        return routes;
    }

    /** All that a prefix can have. */
    private List<Route.Key> keys(HomeNetworkPrefix prefix, Collection<Integer> uplinkTables) {
        List<Route.Key> keys = new ArrayList<>();
        for (int metric : List.of(KernelNumbering.METRIC, KernelNumbering.CARRIED_METRIC)) {
            keys.add(new Route.Key(numbering.bindingTable(), prefix, HomeNetworkPrefix.ALL_ZERO, metric));
        }
        for (int uplinkTable : uplinkTables) {
            keys.add(new Route.Key(uplinkTable, HomeNetworkPrefix.ALL_ZERO, prefix, KernelNumbering.METRIC));
        }
        return keys;
    }

    private Set<Rule> rules(Map<String, Integer> uplinkTables) {
        Set<Rule> rules = new HashSet<>();
        Rule binding = Rule.lookup(numbering.bindingPriority(), numbering.bindingTable());
        rules.add(binding.from(numbering.device(TUNNEL)));
        // Messages of the gateway itself to a terminal, above all Packet Too Big.
        rules.add(binding.from(LOOPBACK));
        rules.add(Rule.blackhole(numbering.bindingPriority() + 1).from(numbering.device(TUNNEL)));
        uplinkTables.forEach((accessLink, uplinkTable) ->
                rules.add(Rule.lookup(numbering.bindingPriority(), uplinkTable).from(accessLink)));
        return rules;
    }

    @Override
    public List<InstalledTerminal> installed() throws KernelException {
        return Refusal.translated(() -> {
            tables.refresh();
            Map<Integer, String> names = new HashMap<>();
            tables.links.all().forEach(link -> names.put(link.index(), link.name()));
            Map<Integer, Map<Ipv6Address, LinkLayerIdentifier>> neighbours = new HashMap<>();
            List<InstalledTerminal> installed = new ArrayList<>();
            for (Route route : tables.routes.actual().values()) {
                String link = names.get(route.device());
                if (route.key().table() == numbering.bindingTable() && route.gateway() != null && link != null) {
                    if (!neighbours.containsKey(route.device())) {
                        neighbours.put(route.device(), neighbours(route.device()));
                    }
                    installed.add(new InstalledTerminal(
                            link,
                            route.gateway(),
                            route.key().destination(),
                            route.key().metric() == KernelNumbering.CARRIED_METRIC,
                            neighbours.getOrDefault(route.device(), Map.of()).get(route.gateway())));
                }
            }
            return installed;
        });
    }

    private Map<Ipv6Address, LinkLayerIdentifier> neighbours(int device) throws SystemCallException {
        Map<Ipv6Address, LinkLayerIdentifier> identifiers = new HashMap<>();
        tables.neighbours
                .on(device)
                .forEach((address, linkLayer) -> identifiers.put(address, LinkLayerIdentifier.of(linkLayer)));
        return identifiers;
    }

    @Override
    public boolean intact() throws KernelException {
        return Refusal.translated(() -> !uplinkTablesInForce.isEmpty() && tables.intact() && table.intact());
    }

    @Override
    public List<KernelObject> objects() throws KernelException {
        return Refusal.translated(() -> {
            KernelComparison comparison = tables.compare();
            Map<Integer, String> names = new HashMap<>();
            tables.links.all().forEach(link -> names.put(link.index(), link.name()));
            List<String> addressed = tables.addresses.all().stream()
                    .filter(address -> address.address().equals(FIXED_LINK_LOCAL_ADDRESS))
                    .map(address -> names.getOrDefault(address.device(), "device " + address.device()))
                    .toList();
            comparison.names("address", addresses(accessLinks), addresses(addressed));
            table.compare(comparison);
            return comparison.objects();
        });
    }

    private static List<String> addresses(Collection<String> links) {
        return links.stream()
                .map(link -> FIXED_LINK_LOCAL_ADDRESS + "/" + LINK_LOCAL_LENGTH + " dev " + link)
                .toList();
    }

    /** Of the access links of the last applied state. */
    @Override
    public List<LinkCounters> accessLinks() throws KernelException {
        return Refusal.translated(() -> sampler.sample(accessLinks::contains));
    }

    @Override
    public int tunnelMtu() throws KernelException {
        int largest = Refusal.translated(tables.devices::mtu);
        return Math.min(largest, KernelSettings.number(PathMtus.mtuOf(numbering.device(TUNNEL)), largest));
    }

    @Override
    public void watch(Runnable changed) throws KernelException {
        Refusal.translated(() -> tables.watch(changed));
    }

    @Override
    public boolean drifted() throws KernelException {
        return Refusal.translated(tables::drifted);
    }

    @Override
    public void close() {
        tables.close();
        table.close();
        sampler.close();
    }
}
