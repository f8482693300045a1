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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AnchorNotTaken;
import org.flowanchor.agent.application.FlowChanges;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.FlowCounters;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.flowanchor.agent.linux.conntrack.Connections;
import org.flowanchor.agent.linux.conntrack.TableStatistics;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.SetElement;
import org.flowanchor.agent.linux.nftables.TableReader;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.RouteType;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/**
 * The anchor's kernel. All objects are in the network namespace of the thread that constructs this; that thread, or one in the same
 * namespace, must also apply, because /proc/sys is written.
 *
 * <p>Numbers of gateways are this object's own ({@link GatewayNumbers}): read back from the tunnels; a gateway for which there is none is
 * the only one that goes without.
 */
public final class LinuxAnchorKernel implements AnchorKernel {
    private static final long NUMBER_REST_NANOS = 60_000_000_000L;
    private static final String ACCOUNTING = "net/netfilter/nf_conntrack_acct";

    private final KernelNumbering numbering;
    private final SteeringSizes sizes;
    private final KernelTables tables;
    private final SteeringDriver steering;
    private final LinkSampler sampler;
    private final NetlinkSocket conntrack;
    private final Connections connections;
    private final TableReader table;
    private final ConnectionTable connectionTable;
    private final ReentrantLock conntrackLock = new ReentrantLock();
    private final MarkTree markTree;
    private final GatewayNumbers gatewayNumbers;
    private final ClassNumbers groupNumbers;
    private final ClassNumbers classNumbers;
    private final CompiledGroups compiledGroups;
    private @Nullable Ipv6Address completed;
    private @Nullable Map<ProxyCareOfAddress, Integer> tunnelMarks;
    private int tunnelMarksReading;
    /** Of the last whole state; null: the next must be one, too. */
    private PrefixChanges.@Nullable Numbers numbersInForce;

    /** The last whole state, and what changed since, was taken but for nothing. */
    private boolean complete;

    private TrackingAdmission admission = TrackingAdmission.ALL;
    private volatile Sampled sampled = new Sampled(Set.of(), Map.of(), Map.of());

    /** What the sampling thread needs of the last applied state. */
    private record Sampled(
            Set<HomeNetworkPrefix> pools,
            Map<Integer, ClassName> classNames,
            Map<String, ProxyCareOfAddress> gatewaysByDevice) {}

    /**
     * Leaves the connection tracking table as large as it is.
     *
     * @throws KernelException EPERM without CAP_NET_ADMIN
     */
    public LinuxAnchorKernel(KernelConfiguration configuration) throws KernelException {
        this(configuration, 0);
    }

    /**
     * @param trackedConnections room that the connection tracking table is to have; what it can have is told by {@link #tendTracking}
     * @throws KernelException EPERM without CAP_NET_ADMIN
     */
    public LinuxAnchorKernel(KernelConfiguration configuration, long trackedConnections) throws KernelException {
        this(configuration, trackedConnections, SteeringSizes.DEFAULT, System::nanoTime);
    }

    LinuxAnchorKernel(
            KernelConfiguration configuration, long trackedConnections, SteeringSizes sizes, LongSupplier nanoTime)
            throws KernelException {
        this.sizes = sizes;
        numbering = configuration.numbering();
        tables = Refusal.translated(() -> new KernelTables(configuration));
        steering = Refusal.translated(() -> new SteeringDriver(configuration, sizes, nanoTime));
        sampler = Refusal.translated(LinkSampler::new);
        conntrack = Refusal.translated(() -> NetlinkSocket.open(Netlink.NETLINK_NETFILTER));
        connections = new Connections(conntrack);
        table = new TableReader(conntrack, numbering.table());
        connectionTable = Refusal.translated(() -> new ConnectionTable(trackedConnections));
        markTree = new MarkTree(numbering);
        gatewayNumbers = new GatewayNumbers(numbering.mostGateways(), NUMBER_REST_NANOS, System::nanoTime);
        groupNumbers = new ClassNumbers(numbering.groupBase());
        classNumbers = new ClassNumbers(numbering.classBase());
        compiledGroups = new CompiledGroups(sizes);
    }

    /**
     * Looks, without changing anything, whether this kernel and its other users allow an anchor.
     *
     * @throws KernelException naming the missing feature, or whoever uses our marks or priorities
     */
    public void verify() throws KernelException {
        Refusal.translated(() -> {
            tables.look();
            refuseOthers();
        });
    }

    private void refuseOthers() throws KernelException, SystemCallException {
        tables.refuseForeignTables();
        tables.rules.refuseForeignMarks(numbering.ownMarks());
        tables.rules.refuseForeignPriorities(numbering.markPriority(), numbering.bindingPriority());
        steering.refuseForeignMarks(numbering.ownMarks());
    }

    @Override
    public AnchorNotTaken apply(AnchorState desired, FlowChanges flows) throws KernelException {
        return Refusal.translated(() -> reconcile(desired, null, flows));
    }

    @Override
    public AnchorNotTaken applyBindings(AnchorState desired, BindingTable bindings, FlowChanges flows)
            throws KernelException {
        return Refusal.translated(() -> reconcile(desired, bindings, flows));
    }

    @Override
    public Optional<AnchorNotTaken> applyPrefixes(Map<HomeNetworkPrefix, PrefixSteering> prefixes, FlowChanges flows)
            throws KernelException {
        return Refusal.translated(() -> change(prefixes, flows));
    }

    private boolean isAsLeft() throws KernelException, SystemCallException {
        tables.refresh();
        return tables.isSettled() && steering.intact();
    }

    private Optional<AnchorNotTaken> change(Map<HomeNetworkPrefix, PrefixSteering> prefixes, FlowChanges flows)
            throws KernelException, SystemCallException {
        Map<FiveTuple, Optional<ProxyCareOfAddress>> exceptions = flows.changed();
        PrefixChanges.Numbers numbers = numbersInForce;
        if (numbers == null || exceptions == null || !isAsLeft()) {
            return Optional.empty();
        }
        PrefixChanges changes = PrefixChanges.of(prefixes, exceptions, numbers, numbering);
        if (changes == null) {
            return Optional.empty();
        }
        Map<Route.Key, Route> routes = new HashMap<>();
        List<Route.Key> gone = new ArrayList<>();
        for (Map.Entry<HomeNetworkPrefix, PrefixSteering> entry : prefixes.entrySet()) {
            ProxyCareOfAddress gateway = entry.getValue().route();
            if (gateway == null) {
                gone.add(bindingRoute(entry.getKey()));
                continue;
            }
            Integer tunnel = numbers.tunnels().get(gateway);
            if (tunnel == null) {
                return Optional.empty();
            }
            Route route = bindingRoute(entry.getKey(), device(tunnel));
            routes.put(route.key(), route);
        }
        Difference everybodys = new Difference();
        Difference own = new Difference();
        tables.routes.install(routes, own);
        if (everybodys.attempt(() -> steering.change(changes))) {
            tables.routes.delete(gone, everybodys);
        }
        tables.wantedInstead(routes, gone);
        conclude(everybodys);
        return Optional.of(notTaken(Set.of(), routes, own));
    }

    private Route bindingRoute(HomeNetworkPrefix prefix, int device) {
        return Route.onLink(numbering.bindingTable(), prefix, KernelNumbering.METRIC, device);
    }

    private Route.Key bindingRoute(HomeNetworkPrefix prefix) {
        return new Route.Key(numbering.bindingTable(), prefix, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.METRIC);
    }

    private void conclude(Difference difference) throws KernelException {
        try {
            difference.conclude();
        } catch (KernelException e) {
            tables.invalidate();
            steering.invalidate();
            numbersInForce = null;
            throw e;
        }
    }

    /** @param without gateways that have no tunnel */
    private AnchorNotTaken notTaken(Set<ProxyCareOfAddress> without, Map<Route.Key, Route> wanted, Difference own) {
        complete &= own.isEmpty();
        if (own.isDoubtful()) {
            tables.invalidate();
        }
        Set<HomeNetworkPrefix> prefixes = new HashSet<>();
        if (!own.isEmpty()) {
            for (Route route : wanted.values()) {
                Route.Key key = route.key();
                if (key.equals(bindingRoute(key.destination())) && !tables.routes.has(route)) {
                    prefixes.add(key.destination());
                }
            }
        }
        return new AnchorNotTaken(without, prefixes, own.refusals());
    }

    /** @param keeping not null: classes stay as they are, their accesses where these bindings are usable */
    private AnchorNotTaken reconcile(AnchorState desired, @Nullable BindingTable keeping, FlowChanges flows)
            throws KernelException, SystemCallException {
        numbersInForce = null;
        tunnelMarks = null;
        boolean refreshed = tables.begin() | steering.refresh();
        boolean thorough = refreshed || !complete;
        complete = true;
        // What is refused costs everything, or a gateway, a prefix, or nobody.
        Difference everybodys = new Difference();
        Difference own = new Difference();
        if (thorough) {
            own.attempt(this::refuseOthers);
            connectionTable.size();
            tables.requireForwarding();
            // Connections are counted from their first packet or never, so before the first is tracked where that is
            // possible.
            if (KernelSettings.exists(ACCOUNTING)) {
                own.attempt(() -> KernelSettings.require(ACCOUNTING, "1"));
            }
        }
        steering.use(tables.tunnels().kind(), connectionTable.limit());
        GatewayNumbers.Assignment assignment = gatewayNumbers.assign(desired.gateways(), tables.remotes);
        Map<ProxyCareOfAddress, Integer> numbers = assignment.numbers();
        Map<ProxyCareOfAddress, Integer> marks = new HashMap<>();
        numbers.forEach((gateway, number) -> marks.put(gateway, numbering.mark(number)));
        Map<FiveTuple, Optional<ProxyCareOfAddress>> changed =
                refreshed || !steering.isThere() ? null : flows.changed();
        Map<FiveTuple, ProxyCareOfAddress> present =
                changed == null ? flows.all().get() : present(changed);
        DesiredSteering maps = DesiredSteering.of(
                desired, present, marks, steering.names(), groupNumbers, classNumbers, compiledGroups);
        if (keeping != null) {
            Map<Integer, ProxyCareOfAddress> gateways = new HashMap<>();
            marks.forEach((gateway, mark) -> gateways.put(mark, gateway));
            maps = maps.keeping(
                    steering.labels(),
                    steering.indexes(),
                    steering.classes(),
                    steering.accesses(),
                    steering.names(),
                    (access, mark) -> {
                        ProxyCareOfAddress gateway = gateways.get(mark);
                        return gateway != null && keeping.isCarried(new Ipv6Address(access.first(), 0), gateway);
                    });
        }
        DesiredSteering wantedMaps = maps;

        Ipv6Address local = desired.lmaAddress().address();
        Map<Integer, Ipv6Address> wanted = new HashMap<>();
        numbers.forEach((gateway, number) -> {
            // One that is there and refuses a change goes on carrying what it carries.
            if (own.attempt(() -> tables.tunnels().establish(number, local, gateway.address()))
                    || tables.devices.isThere(number)) {
                wanted.put(number, gateway.address());
            }
        });
        KernelTables.Wanted behindTunnels = behind(wanted, local);
        tables.install(new KernelTables.Wanted(Map.of(), behind(Map.of(), local).rules()), everybodys);
        tables.install(behindTunnels, own);
        if (!tables.isThere(behindTunnels)) {
            // What is sent into a tunnel behind which something is missing would come back.
            for (Integer number : List.copyOf(wanted.keySet())) {
                Ipv6Address remote = wanted.get(number);
                if (remote != null && !tables.isThere(behind(Map.of(number, remote), local))) {
                    wanted.remove(number);
                }
            }
        }
        Map<Route.Key, Route> routes = routes(desired, numbers, wanted);
        Set<Rule> rules = rules(desired, wanted.keySet());
        tables.routes.install(routes, own);
        tables.rules.install(rules, everybodys);
        routes.putAll(behindTunnels.routes());
        rules.addAll(behindTunnels.rules());
        if (thorough || !local.equals(completed)) {
            everybodys.attempt(() -> tables.tunnels().complete(local));
            completed = local;
        }
        tables.remotes.putAll(wanted);
        if (everybodys.attempt(() -> steering.apply(wantedMaps, changed == null ? null : changed.keySet()))) {
            if (thorough) {
                own.attempt(() -> KernelSettings.require(ACCOUNTING, "1"));
            }
            tables.prune(routes, rules, everybodys);
            pruneTunnels(numbers.values(), own);
            tables.remotes.keySet().retainAll(wanted.keySet());
        }
        publish(desired, wantedMaps);
        own.attempt(() -> tables.watchPaths(local));
        List<String> refusals = new ArrayList<>(everybodys.refusals());
        refusals.addAll(own.refusals());
        tables.settle(routes, rules, wanted.keySet(), refusals);
        conclude(everybodys);
        Map<ProxyCareOfAddress, Integer> tunnels = new HashMap<>(numbers);
        tunnels.values().retainAll(wanted.keySet());
        if (!own.isEmpty()) {
            tunnels.values().removeAll(withoutMarkRoute(routes.values()));
        }
        if (keeping == null) {
            numbersInForce = PrefixChanges.Numbers.of(tunnels, wantedMaps);
        }
        Set<ProxyCareOfAddress> without = new HashSet<>(desired.gateways());
        without.removeAll(tunnels.keySet());
        return notTaken(without, routes, own);
    }

    private KernelTables.Wanted behind(Map<Integer, Ipv6Address> tunnels, Ipv6Address local)
            throws KernelException, SystemCallException {
        return new KernelTables.Wanted(
                byKey(tables.tunnels().routes(local, tunnels)),
                Set.copyOf(tables.tunnels().rules(local, tunnels.keySet())));
    }

    /** Whose flows would not find their tunnel: gateways by the tables of their marks. */
    private Set<Integer> withoutMarkRoute(Collection<Route> wanted) {
        Set<Integer> numbers = new HashSet<>();
        for (Route route : wanted) {
            int number = route.key().table() - numbering.markTables();
            if (number > 0 && number <= KernelNumbering.MOST_GATEWAYS && !tables.routes.has(route)) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static Map<FiveTuple, ProxyCareOfAddress> present(Map<FiveTuple, Optional<ProxyCareOfAddress>> changed) {
        Map<FiveTuple, ProxyCareOfAddress> present = new HashMap<>();
        changed.forEach((flow, gateway) -> gateway.ifPresent(carrier -> present.put(flow, carrier)));
        return present;
    }

    private Map<Route.Key, Route> routes(
            AnchorState desired, Map<ProxyCareOfAddress, Integer> numbers, Map<Integer, Ipv6Address> established)
            throws SystemCallException {
        List<Route> routes = new ArrayList<>();
        for (HomeNetworkPrefix pool : desired.pools()) {
            routes.add(
                    Route.ending(numbering.bindingTable(), pool, KernelNumbering.LAST_METRIC, RouteType.UNREACHABLE));
            for (int number : established.keySet()) {
                routes.add(Route.onLink(numbering.markTables() + number, pool, KernelNumbering.METRIC, device(number)));
            }
        }
        for (Map.Entry<HomeNetworkPrefix, ProxyCareOfAddress> route :
                desired.routes().entrySet()) {
            Integer number = numbers.get(route.getValue());
            if (number == null && !desired.gateways().contains(route.getValue())) {
                throw new IllegalArgumentException(
                        "the state names gateway " + route.getValue() + ", which is not in it");
            }
            if (number != null && established.containsKey(number)) {
                routes.add(bindingRoute(route.getKey(), device(number)));
            }
        }
        return byKey(routes);
    }

    private int device(int number) throws SystemCallException {
        return tables.links.require(numbering.device(number)).index();
    }

    /** In their order. */
    static Map<Route.Key, Route> byKey(Collection<Route> routes) {
        Map<Route.Key, Route> byKey = LinkedHashMap.newLinkedHashMap(routes.size());
        routes.forEach(route -> byKey.put(route.key(), route));
        return byKey;
    }

    private Set<Rule> rules(AnchorState desired, Set<Integer> numbers) {
        Set<Rule> rules = new HashSet<>(markTree.rules(numbers));
        for (HomeNetworkPrefix pool : desired.pools()) {
            rules.add(Rule.lookup(numbering.bindingPriority(), numbering.bindingTable())
                    .to(pool));
        }
        return rules;
    }

    private void pruneTunnels(Collection<Integer> wanted, Difference difference) {
        Set<String> names = new HashSet<>();
        wanted.forEach(number -> names.add(numbering.device(number)));
        List<Link> surplus = new ArrayList<>();
        for (Link link : tables.links.all()) {
            if (link.group() == numbering.tunnelGroup() && !names.contains(link.name())) {
                surplus.add(link);
            }
        }
        for (Link link : surplus) {
            int number = numbering.gatewayOfDevice(link.name());
            if (number == 0) {
                // Somebody renamed it: it leads nowhere any more.
                difference.attempt(() -> tables.devices.remove(link));
            } else if (difference.attempt(() -> tables.devices.remove(number))) {
                gatewayNumbers.release(number);
            }
        }
    }

    private void publish(AnchorState desired, DesiredSteering maps) {
        Map<String, ProxyCareOfAddress> gateways = new HashMap<>();
        tables.remotes.forEach(
                (number, remote) -> gateways.put(numbering.device(number), new ProxyCareOfAddress(remote)));
        sampled = new Sampled(desired.pools(), maps.classNames(), Map.copyOf(gateways));
    }

    @Override
    public void replaceFlows(List<FlowMove> moves) throws KernelException {
        Refusal.translated(() -> replace(moves));
    }

    private void replace(List<FlowMove> moves) throws KernelException, SystemCallException {
        Map<ProxyCareOfAddress, Integer> marks = tunnelMarks(tables.refresh());
        Map<FiveTuple, Integer> wanted = HashMap.newHashMap(moves.size());
        for (FlowMove move : moves) {
            ProxyCareOfAddress gateway = move.gateway();
            if (gateway == null) {
                wanted.put(move.flow(), SteeringDriver.NO_MARK);
                continue;
            }
            Integer mark = marks.get(gateway);
            if (mark == null) {
                throw new KernelException("no tunnel to " + gateway + ", flow " + move.flow());
            }
            wanted.put(move.flow(), mark);
        }
        steering.replaceFlows(wanted);
    }

    /** Marks of the tunnels that are there, by what they lead to; made anew only when tunnels may be others. */
    private Map<ProxyCareOfAddress, Integer> tunnelMarks(int reading) {
        Map<ProxyCareOfAddress, Integer> present = tunnelMarks;
        if (present == null || reading != tunnelMarksReading) {
            Map<ProxyCareOfAddress, Integer> marks = HashMap.newHashMap(tables.remotes.size());
            tables.remotes.forEach(
                    (number, remote) -> marks.putIfAbsent(new ProxyCareOfAddress(remote), numbering.mark(number)));
            tunnelMarks = marks;
            tunnelMarksReading = reading;
            return marks;
        }
        return present;
    }

    @Override
    public int mostFlowExceptions() {
        return sizes.flows();
    }

    @Override
    public int withoutRoom(SizedMap map) {
        return steering.withoutRoom(map);
    }

    @Override
    public Map<String, String> policyGroupsWithoutRoom() {
        return compiledGroups.withoutRoom();
    }

    @Override
    public boolean intact() throws KernelException {
        return Refusal.translated(() -> {
            boolean asLeft = tables.isCompleted(completed)
                    && KernelSettings.are(Map.of(KernelSettings.FORWARDING, "1", ACCOUNTING, "1"));
            // Then the next whole state looks at these, too.
            complete &= asLeft;
            return asLeft && tables.intact() && steering.intact();
        });
    }

    @Override
    public Map<FiveTuple, ProxyCareOfAddress> flows() throws KernelException {
        Refusal.translated(() -> {
            tables.refresh();
            steering.use(tables.tunnels().kind(), connectionTable.limit());
            steering.refresh();
        });
        Map<Integer, ProxyCareOfAddress> gateways = new HashMap<>();
        tables.remotes.forEach((number, remote) -> gateways.put(number, new ProxyCareOfAddress(remote)));
        Map<FiveTuple, ProxyCareOfAddress> flows =
                HashMap.newHashMap(steering.flows().size());
        steering.flows().forEach((flow, mark) -> {
            ProxyCareOfAddress gateway = gateways.get(numbering.gateway(mark));
            if (gateway != null) {
                flows.put(flow, gateway);
            }
        });
        return flows;
    }

    @Override
    public ConnectionTracking tendTracking() throws KernelException {
        return Refusal.translated(() -> {
            TableStatistics now = connectionTable.statistics();
            admission = admission.next(now.entries(), now.limit());
            steering.admit(admission);
            return new ConnectionTracking(
                    admission, now.entries(), now.limit(), now.dropped(), connectionTable.sizeRefusal());
        });
    }

    /** Only protocols with ports, and ESP: others cannot be told apart, nor moved one by one. */
    @Override
    public void trackedFlows(FlowCounters into) throws KernelException {
        Sampled now = sampled;
        if (now.pools.isEmpty()) {
            into.restart();
            return;
        }
        conntrackLock.lock();
        try {
            Refusal.translated(() -> {
                EncryptedFlows encrypted = new EncryptedFlows(encrypted());
                connections.ipv6(into::restart, new TrackedFlows(now.pools, now.classNames, encrypted, into));
                encrypted.addTo(into);
            });
        } finally {
            conntrackLock.unlock();
        }
    }

    private List<SetElement> encrypted() throws SystemCallException {
        try {
            return table.elements(TrackingRuleset.ENCRYPTED);
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOENT) {
                // Somebody took the table away; it will be made anew.
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public Map<ProxyCareOfAddress, LinkCounters> tunnels() throws KernelException {
        Map<String, ProxyCareOfAddress> gateways = sampled.gatewaysByDevice;
        Map<ProxyCareOfAddress, LinkCounters> counters = new HashMap<>();
        for (LinkCounters link : Refusal.translated(() -> sampler.sample(gateways::containsKey))) {
            ProxyCareOfAddress gateway = gateways.get(link.link());
            if (gateway != null) {
                counters.put(gateway, link);
            }
        }
        return counters;
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
    public boolean wasChanged() {
        return steering.wasChanged();
    }

    @Override
    public List<KernelObject> objects() throws KernelException {
        return Refusal.translated(() -> {
            KernelComparison comparison = tables.compare();
            steering.compare(comparison);
            return comparison.objects();
        });
    }

    @Override
    public void close() {
        tables.close();
        steering.close();
        sampler.close();
        connectionTable.close();
        conntrackLock.lock();
        try {
            conntrack.close();
        } finally {
            conntrackLock.unlock();
        }
    }
}
