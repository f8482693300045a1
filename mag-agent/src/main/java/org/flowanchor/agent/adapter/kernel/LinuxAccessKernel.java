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
import org.flowanchor.agent.application.NotTaken;
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
    /** Of the last whole state, by access link; null: the next must be one, too. */
    private @Nullable Map<String, Integer> uplinkTablesInForce;
    /** The last whole state, and what changed since, was taken but for nothing. */
    private boolean complete;

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
     * @throws KernelException naming whoever uses our mark or tables
     */
    public void verify() throws KernelException {
        Refusal.translated(() -> {
            tables.look();
            refuseOthers();
        });
    }

    /** Tunnels of the kernel's own kind need no mark. */
    private void refuseOthers() throws KernelException, SystemCallException {
        tables.refuseForeignTables();
        if (tables.tunnels().kind() == TunnelKind.SEG6) {
            tables.rules.refuseForeignMarks(numbering.congestionMark());
            table.refuseForeignMarks(numbering.congestionMark());
        }
    }

    @Override
    public NotTaken<AttachmentName> apply(AccessState desired) throws KernelException {
        return Refusal.translated(() -> reconcile(desired));
    }

    @Override
    public Optional<NotTaken<AttachmentName>> applyTerminals(Map<AttachmentName, Optional<AttachedTerminal>> changed)
            throws KernelException {
        return Refusal.translated(() -> change(changed));
    }

    private Optional<NotTaken<AttachmentName>> change(Map<AttachmentName, Optional<AttachedTerminal>> changed)
            throws KernelException, SystemCallException {
        Map<String, Integer> uplinkTables = uplinkTablesInForce;
        if (uplinkTables == null) {
            return Optional.empty();
        }
        tables.refresh();
        if (!tables.isSettled()) {
            return Optional.empty();
        }
        int tunnel = tables.devices.require(TUNNEL).index();
        List<Route> wanted = new ArrayList<>();
        Set<Route.Key> gone = new HashSet<>();
        Set<HomeNetworkPrefix> prefixes = forwarded.concerned(changed);
        for (HomeNetworkPrefix prefix : prefixes) {
            gone.addAll(keys(prefix, uplinkTables.values()));
        }
        forwarded.change(changed);
        for (HomeNetworkPrefix prefix : prefixes) {
            wanted.addAll(uplink(prefix, uplinkTables, tunnel));
            wanted.addAll(downlink(prefix, uplinkTables));
        }
        Map<Route.Key, Route> routes = LinuxAnchorKernel.byKey(wanted);
        gone.removeAll(routes.keySet());
        Difference own = new Difference();
        tables.routes.install(routes, own);
        Difference everybodys = new Difference();
        tables.routes.delete(gone, everybodys);
        tables.wantedInstead(routes, gone);
        conclude(everybodys);
        return Optional.of(notTaken(prefixes, routes, uplinkTables, own));
    }

    private void conclude(Difference difference) throws KernelException {
        try {
            difference.conclude();
        } catch (KernelException e) {
            tables.invalidate();
            uplinkTablesInForce = null;
            throw e;
        }
    }

    /** Whose routes are not there as wanted. */
    private NotTaken<AttachmentName> notTaken(
            Collection<HomeNetworkPrefix> prefixes,
            Map<Route.Key, Route> wanted,
            Map<String, Integer> uplinkTables,
            Difference own) {
        if (own.isDoubtful()) {
            tables.invalidate();
        }
        complete &= own.isEmpty();
        Set<AttachmentName> without = new HashSet<>();
        if (complete) {
            return NotTaken.nothing();
        }
        for (HomeNetworkPrefix prefix : prefixes) {
            downlinkKeys(prefix).forEach((terminal, downlink) -> {
                Integer uplinkTable = uplinkTables.get(terminal.accessLink());
                if (uplinkTable == null
                        || !isThere(downlink, wanted)
                        || !isThere(uplink(prefix, uplinkTable), wanted)) {
                    without.add(terminal.name());
                }
            });
        }
        return new NotTaken<>(without, own.refusals());
    }

    private boolean isThere(Route.Key key, Map<Route.Key, Route> wanted) {
        Route route = wanted.get(key);
        return route != null && tables.routes.has(route);
    }

    private NotTaken<AttachmentName> reconcile(AccessState desired) throws KernelException, SystemCallException {
        uplinkTablesInForce = null;
        boolean thorough = tables.begin() | !complete;
        complete = true;
        // What is refused costs all terminals, or those of one link, or nobody.
        Difference everybodys = new Difference();
        Difference own = new Difference();
        if (thorough) {
            tables.requireForwarding();
            own.attempt(this::refuseOthers);
        }
        Ipv6Address local = desired.proxyCareOfAddress().address();
        everybodys.attempt(() ->
                tables.tunnels().establish(TUNNEL, local, desired.lmaAddress().address()));
        if (thorough || !accessLinks.equals(desired.accessLinks())) {
            own.attempt(() -> address(desired.accessLinks(), own));
        }
        accessLinks = desired.accessLinks();
        tables.accessLinks(accessLinks);
        Map<String, Integer> uplinkTables = uplinkTables(desired.accessLinks(), own);
        forwarded.replace(desired.terminals());
        Map<Integer, Ipv6Address> remotes = Map.of(TUNNEL, desired.lmaAddress().address());
        KernelTables.Wanted behindTunnel = new KernelTables.Wanted(
                new LinkedHashMap<>(), Set.copyOf(tables.tunnels().rules(local, remotes.keySet())));
        everybodys.attempt(() -> behindTunnel
                .routes()
                .putAll(LinuxAnchorKernel.byKey(tables.tunnels().routes(local, remotes))));
        Map<Route.Key, Route> routes = routes(uplinkTables, everybodys);
        Set<Rule> rules = rules();
        Map<String, Rule> linkRules = linkRules(uplinkTables);
        tables.install(behindTunnel, everybodys);
        tables.install(new KernelTables.Wanted(routes, Set.copyOf(linkRules.values())), own);
        tables.install(new KernelTables.Wanted(Map.of(), rules), everybodys);
        rules.addAll(linkRules.values());
        uplinkTables.entrySet().removeIf(link -> !isServed(link.getValue(), linkRules.get(link.getKey())));
        routes.putAll(behindTunnel.routes());
        rules.addAll(behindTunnel.rules());
        if (thorough || !local.equals(completed)) {
            everybodys.attempt(() -> tables.tunnels().complete(local));
            completed = local;
        }
        everybodys.attempt(() -> table.apply(tables.tunnels().kind()));
        tables.prune(routes, rules, everybodys);
        tables.remotes.put(TUNNEL, desired.lmaAddress().address());
        own.attempt(() -> tables.watchPaths(local));
        List<String> refusals = new ArrayList<>(everybodys.refusals());
        refusals.addAll(own.refusals());
        tables.settle(routes, rules, Set.of(TUNNEL), refusals);
        conclude(everybodys);
        uplinkTablesInForce = uplinkTables;
        return notTaken(forwarded.prefixes(), routes, uplinkTables, own);
    }

    /** The fixed address on the access links and nowhere else. */
    private void address(Set<String> names, Difference difference) throws SystemCallException {
        Set<InterfaceAddress> present = tables.addresses.all();
        Set<InterfaceAddress> wanted = new HashSet<>();
        for (String name : names) {
            Link link = tables.links.find(name);
            if (link != null) {
                wanted.add(fixedAddress(link));
                if (!present.contains(fixedAddress(link))) {
                    difference.attempt(() -> tables.addresses.add(fixedAddress(link), name));
                }
            }
        }
        tables.ownAddresses(wanted);
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

    /** Whether what all terminals of the link share is there. */
    private boolean isServed(int uplinkTable, @Nullable Rule rule) {
        return tables.rules.actual().contains(rule) && tables.routes.has(otherwiseUnreachable(uplinkTable));
    }

    private static Route otherwiseUnreachable(int uplinkTable) {
        return Route.ending(
                uplinkTable, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.LAST_METRIC, RouteType.UNREACHABLE);
    }

    private Map<Route.Key, Route> routes(Map<String, Integer> uplinkTables, Difference everybodys) {
        List<Route> routes = new ArrayList<>();
        for (int uplinkTable : uplinkTables.values()) {
            routes.add(otherwiseUnreachable(uplinkTable));
        }
        everybodys.attempt(() -> {
            int tunnel = tables.devices.require(TUNNEL).index();
            for (HomeNetworkPrefix prefix : forwarded.prefixes()) {
                routes.addAll(uplink(prefix, uplinkTables, tunnel));
                routes.addAll(downlink(prefix, uplinkTables));
            }
        });
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

    private static Route.Key uplink(HomeNetworkPrefix prefix, int uplinkTable) {
        return new Route.Key(uplinkTable, HomeNetworkPrefix.ALL_ZERO, prefix, KernelNumbering.METRIC);
    }

    private List<Route> downlink(HomeNetworkPrefix prefix, Map<String, Integer> uplinkTables) {
        List<Route> routes = new ArrayList<>();
        downlinkKeys(prefix).forEach((terminal, key) -> {
            Link link = tables.links.find(terminal.accessLink());
            if (link != null && uplinkTables.containsKey(terminal.accessLink())) {
                routes.add(Route.via(key.table(), prefix, key.metric(), link.index(), terminal.linkLocalAddress()));
            }
        });
        return routes;
    }

    /**
     * Of the terminals that have one prefix, the one whose link's name comes last carries the downlink. The others have routes of higher
     * metrics, by which a restarted agent finds them.
     */
    private Map<AttachedTerminal, Route.Key> downlinkKeys(HomeNetworkPrefix prefix) {
        Map<AttachedTerminal, Route.Key> keys = new LinkedHashMap<>();
        int own = 0;
        int carried = 0;
        for (AttachedTerminal terminal : forwarded.terminals(prefix).reversed()) {
            int metric = terminal.prefixes().contains(prefix)
                    ? KernelNumbering.metric(own++)
                    : KernelNumbering.carriedMetric(carried++);
            keys.put(terminal, new Route.Key(numbering.bindingTable(), prefix, HomeNetworkPrefix.ALL_ZERO, metric));
        }
        return keys;
    }

    /** All that a prefix has or may have. */
    private List<Route.Key> keys(HomeNetworkPrefix prefix, Collection<Integer> uplinkTables) {
        List<Route.Key> keys = new ArrayList<>(downlinkKeys(prefix).values());
        for (int uplinkTable : uplinkTables) {
            keys.add(uplink(prefix, uplinkTable));
        }
        return keys;
    }

    private Set<Rule> rules() {
        Set<Rule> rules = new HashSet<>();
        Rule binding = Rule.lookup(numbering.bindingPriority(), numbering.bindingTable());
        rules.add(binding.from(numbering.device(TUNNEL)));
        // Messages of the gateway itself to a terminal, above all Packet Too Big.
        rules.add(binding.from(LOOPBACK));
        rules.add(Rule.blackhole(numbering.bindingPriority() + 1).from(numbering.device(TUNNEL)));
        return rules;
    }

    private Map<String, Rule> linkRules(Map<String, Integer> uplinkTables) {
        Map<String, Rule> rules = new HashMap<>();
        uplinkTables.forEach((link, uplinkTable) -> rules.put(
                link, Rule.lookup(numbering.bindingPriority(), uplinkTable).from(link)));
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
            Set<Integer> downlinkTables = downlinkTables();
            for (Route route : tables.routes.actual().values()) {
                String link = names.get(route.device());
                if (downlinkTables.contains(route.key().table()) && route.gateway() != null && link != null) {
                    if (!neighbours.containsKey(route.device())) {
                        neighbours.put(route.device(), neighbours(route.device()));
                    }
                    installed.add(new InstalledTerminal(
                            link,
                            route.gateway(),
                            route.key().destination(),
                            KernelNumbering.isCarried(route.key().metric()),
                            neighbours.getOrDefault(route.device(), Map.of()).get(route.gateway())));
                }
            }
            return installed;
        });
    }

    /** A predecessor may have had another: the rule of the tunnel's device leads there. */
    private Set<Integer> downlinkTables() {
        Set<Integer> found = new HashSet<>(Set.of(numbering.bindingTable()));
        for (Rule rule : tables.rules.actual()) {
            if (numbering.device(TUNNEL).equals(rule.incoming()) && rule.action() instanceof Rule.Lookup lookup) {
                found.add(lookup.table());
            }
        }
        return found;
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
        return Refusal.translated(() -> {
            complete &= tables.isCompleted(completed) && KernelSettings.are(Map.of(KernelSettings.FORWARDING, "1"));
            return uplinkTablesInForce != null && complete && tables.intact() && table.intact();
        });
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
    public int neighbourLimit() throws KernelException {
        return Refusal.translated(tables.neighbours::limit);
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
