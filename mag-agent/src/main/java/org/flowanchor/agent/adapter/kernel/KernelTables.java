package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Addresses;
import org.flowanchor.agent.linux.rtnetlink.InterfaceAddress;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Neighbours;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.Routes;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.agent.linux.rtnetlink.Rules;
import org.flowanchor.mobility.Ipv6Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both roles drive: links, addresses, routes, rules and tunnels, over sockets owned by the thread that applies. What was observed
 * stays valid until a link changes under it (the kernel drops routes with a device), the kernel tells of a change that we did not make,
 * or a change of ours is refused.
 */
final class KernelTables implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelTables.class);

    final KernelNumbering numbering;
    final LinkTable links;
    final Addresses addresses;
    final RouteDriver routes;
    final RuleDriver rules;
    final Neighbours neighbours;
    final TunnelDevices devices;
    /** Remote address of each tunnel that exists, by number. */
    final Map<Integer, Ipv6Address> remotes = new HashMap<>();

    private final List<NetlinkSocket> sockets = new ArrayList<>();
    private final List<KernelWatch> watches = new ArrayList<>();
    private final NetlinkSocket events;
    private final KernelConfiguration configuration;
    private final Links allLinks;
    private final Rules allRules;
    private final NetlinkSocket route;
    private final NetlinkSocket generic;
    private @Nullable TunnelProvider tunnels;
    private @Nullable Desired desired;
    private @Nullable PathMtus paths;
    private Set<String> accessLinks = Set.of();
    private Set<InterfaceAddress> ownAddresses = Set.of();
    private boolean tookOver;
    private boolean valid;
    private int reading;
    /** Reading on which the last whole state was concluded; 0: none was. */
    private int settled;
    /** The kernel was read since, for something else than a whole state: what that reading took in is not put right yet. */
    private boolean readBetween;

    /** In the order of the maps, where they have one. */
    record Wanted(Map<Route.Key, Route> routes, Set<Rule> rules) {}

    /**
     * What was wanted last.
     *
     * @param routes this object's own
     * @param tunnels numbers
     * @param refusals what the kernel said of what it did not take
     */
    private record Desired(
            Map<Route.Key, Route> routes, Set<Rule> rules, Set<Integer> tunnels, List<String> refusals) {}

    KernelTables(KernelConfiguration configuration) throws SystemCallException {
        this.configuration = configuration;
        numbering = configuration.numbering();
        try {
            route = open(Netlink.NETLINK_ROUTE);
            generic = open(Netlink.NETLINK_GENERIC);
            events = open(Netlink.NETLINK_ROUTE);
            events.subscribe(Rtnetlink.RTNLGRP_LINK);
            events.subscribe(Rtnetlink.RTNLGRP_IPV6_IFADDR);
            events.subscribe(Rtnetlink.RTNLGRP_IPV6_ROUTE);
            events.subscribe(Rtnetlink.RTNLGRP_IPV6_RULE);
            allLinks = new Links(route);
            allRules = new Rules(route);
            links = new LinkTable(
                    allLinks,
                    name -> numbering.isTunnelDevice(name)
                            || name.equals(configuration.backhaulInterface())
                            || accessLinks.contains(name));
            devices = new TunnelDevices(configuration, links, allLinks);
            addresses = new Addresses(route);
            routes = new RouteDriver(new Routes(route, numbering.protocol()), this::listen);
            neighbours = new Neighbours(route);
            rules = new RuleDriver(allRules, numbering);
        } catch (SystemCallException e) {
            sockets.forEach(NetlinkSocket::close);
            throw e;
        }
    }

    private NetlinkSocket open(int protocol) throws SystemCallException {
        NetlinkSocket socket = NetlinkSocket.open(protocol);
        sockets.add(socket);
        return socket;
    }

    /** Reads devices and rules, for whoever only asks who is there. Nothing is kept, and nothing changed. */
    void look() throws SystemCallException {
        valid = false;
        links.observe();
        Predecessor predecessor = Predecessor.find(numbering, links.all(), allRules.all(), route);
        rules.leftBy(predecessor == null ? numbering.protocol() : predecessor.protocol());
        rules.observe();
    }

    /** What an earlier process gave other names to gets ours. */
    private void takeOver() throws SystemCallException {
        Predecessor predecessor = Predecessor.find(numbering, links.all(), allRules.all(), route);
        if (predecessor != null) {
            predecessor.takeOver(route);
            links.observe();
            // It was our own doing.
            events.events(event -> {});
        }
        rules.leftBy(numbering.protocol());
        tookOver = true;
    }

    /**
     * Reads the kernel when what is known of it may be wrong. Changes nothing but, the first time, names that an earlier process gave.
     *
     * @return number of the reading: another one than before says that preparations may be gone
     */
    int refresh() throws KernelException, SystemCallException {
        listen();
        // What is touched here was left by a state that was broken off.
        if (!valid || links.hasTouched()) {
            valid = false;
            links.observe();
            if (!tookOver) {
                takeOver();
            }
            routes.observe();
            rules.observe();
            remotes.clear();
            remotes.putAll(tunnels().observe(links.all(), routes.actual().values(), rules.actual()));
            // Of a predecessor whose marks had room for more: they have none now.
            remotes.keySet().removeIf(number -> number > numbering.mostGateways());
            valid = true;
            reading++;
            readBetween = settled != 0;
        }
        return reading;
    }

    /**
     * The same for a whole state, which puts right whatever is found.
     *
     * @return whether the kernel was read since the last whole state
     */
    boolean begin() throws KernelException, SystemCallException {
        refresh();
        readBetween = false;
        devices.lamentNarrowBackhaul();
        return !isSettled();
    }

    /** Whether nothing was read since the last whole state, so that nothing but our own doing lies between. */
    boolean isSettled() {
        return reading == settled;
    }

    /** Whether nothing that happened since the last whole state contradicts what it left. */
    boolean intact() {
        return valid && isSettled() && !drifted();
    }

    /** Whether what the last whole state left turned out wrong, other than by our own doing. Told once. */
    boolean drifted() {
        if (!valid) {
            return false;
        }
        listen();
        valid &= !readBetween;
        return !valid;
    }

    /** From now on {@code changed} is called, from a thread of its own, when anything changes. */
    void watch(Runnable changed) throws SystemCallException {
        PathMtus started = new PathMtus(numbering, System::nanoTime);
        watches.add(new KernelWatch(changed, started));
        paths = started;
    }

    /** Tells whose paths are to be looked after; tunnels of the kernel's own kind are its business. */
    void watchPaths(Ipv6Address local) throws KernelException, SystemCallException {
        if (paths != null && tunnels().kind() == TunnelKind.SEG6) {
            Map<Ipv6Address, Integer> numbers = HashMap.newHashMap(remotes.size());
            remotes.forEach((number, remote) -> numbers.put(remote, number));
            paths.tunnels(new PathMtus.Tunnels(local, numbers, devices.mtu()));
        }
    }

    /**
     * Takes in what the kernel told. What was lost, or cannot be read, may have been anything. To be called now and then while much is
     * changed: what the kernel tells of it must not be more than a socket holds.
     */
    private void listen() {
        try {
            boolean whole = events.events(event -> valid &= !contradicts(event));
            valid &= whole;
        } catch (SystemCallException e) {
            LOG.warn("what the kernel tells cannot be read, so everything is read anew: {}", e.getMessage());
            valid = false;
        }
    }

    private boolean contradicts(NetlinkMessage event) {
        return switch (event.type()) {
            case Rtnetlink.RTM_NEWROUTE, Rtnetlink.RTM_DELROUTE -> routes.contradicts(event);
            case Rtnetlink.RTM_NEWRULE, Rtnetlink.RTM_DELRULE -> rules.contradicts(event);
            case Rtnetlink.RTM_DELADDR -> ownAddresses.contains(Addresses.decode(event));
            case Rtnetlink.RTM_NEWADDR -> false;
            default -> links.contradicts(event);
        };
    }

    /**
     * A kernel that forwards forgets what routers on the backhaul advertised, and hears them no more, unless it is told to listen all the
     * same: addresses, and the way to the other ends of tunnels, would be gone.
     */
    void requireForwarding() throws KernelException {
        String listening = "net/ipv6/conf/" + configuration.backhaulInterface() + "/accept_ra";
        if (KernelSettings.number(KernelSettings.FORWARDING, 1) == 0 && KernelSettings.number(listening, 0) == 1) {
            KernelSettings.require(listening, "2");
        }
        KernelSettings.require(KernelSettings.FORWARDING, "1");
    }

    /** @throws KernelException when somebody else's rule leads to one of our tables, naming the rule */
    void refuseForeignTables() throws KernelException, SystemCallException {
        boolean segments = tunnels().kind() == TunnelKind.SEG6;
        rules.refuseForeignTables(table -> numbering.isOurs(table) && (segments || !numbering.isBehindTunnels(table)));
    }

    /**
     * How tunnels are made, decided once: as configured; else as those are that an earlier process left, so that its successor changes no
     * forwarding; else as the kernel can.
     *
     * @throws KernelException when it cannot
     */
    TunnelProvider tunnels() throws KernelException, SystemCallException {
        if (tunnels == null) {
            tunnels = switch (kind()) {
                case IP6TNL -> new Ip6Tunnels(configuration, links, allLinks, allRules);
                case SEG6 -> new Seg6Tunnels(configuration, links, allLinks, allRules, generic);
            };
        }
        return tunnels;
    }

    private TunnelKind kind() throws KernelException, SystemCallException {
        TunnelKind configured = configuration.tunnels();
        if (configured != null) {
            Optional<String> answer = TunnelProbe.answers(configuration).getOrDefault(configured, Optional.empty());
            if (answer.isPresent()) {
                throw new KernelException(
                        "the kernel cannot make tunnels of the configured kind " + configured + ": " + answer.get());
            }
            return configured;
        }
        for (Link link : links.all()) {
            for (TunnelKind kind : TunnelKind.values()) {
                if (link.group() == numbering.tunnelGroup() && link.kind().equals(kind.linkKind)) {
                    return kind;
                }
            }
        }
        return TunnelProbe.choose(TunnelProbe.answers(configuration));
    }

    /**
     * Those behind tunnels, in their order, before those that lead into them: a packet that finds nothing behind a tunnel comes back from its
     * other end and is sent into it again, for as long as its hop limit lets it.
     */
    void install(Wanted wanted, Difference difference) {
        routes.install(wanted.routes, difference);
        rules.install(wanted.rules, difference);
    }

    /** As far as we know. */
    boolean isThere(Wanted wanted) {
        return wanted.routes.values().stream().allMatch(routes::has)
                && rules.actual().containsAll(wanted.rules);
    }

    /** The other way round. */
    void prune(Map<Route.Key, Route> wantedRoutes, Set<Rule> wantedRules, Difference difference) {
        routes.prune(wantedRoutes, key -> !numbering.isBehindTunnels(key.table()), difference);
        rules.prune(wantedRules, difference);
        routes.prune(wantedRoutes, key -> true, difference);
    }

    /** Devices besides the tunnels' and the backhaul that routes lead to. */
    void accessLinks(Set<String> names) {
        accessLinks = names;
    }

    /**
     * Whether what the last whole state completed still is.
     *
     * @param local null: there was none
     */
    boolean isCompleted(@Nullable Ipv6Address local) throws KernelException, SystemCallException {
        return local == null || tunnels().isCompleted(local);
    }

    /** Addresses that devices are to have from us. */
    void ownAddresses(Set<InterfaceAddress> wanted) {
        ownAddresses = wanted;
    }

    /** Hears what the kernel told of devices that we made, changed or removed since the last reading. */
    private void hear() {
        if (links.hasTouched()) {
            listen();
            links.heard();
        }
    }

    /** Remembers what is wanted for {@link #compare}: the whole state is there but for what was refused. */
    void settle(
            Map<Route.Key, Route> wantedRoutes,
            Set<Rule> wantedRules,
            Set<Integer> wantedTunnels,
            List<String> refusals) {
        hear();
        desired = new Desired(wantedRoutes, wantedRules, Set.copyOf(wantedTunnels), refusals);
        settled = reading;
    }

    /** The same but for some routes. */
    void wantedInstead(Map<Route.Key, Route> changed, Collection<Route.Key> gone) {
        if (desired != null) {
            desired.routes().keySet().removeAll(gone);
            desired.routes().putAll(changed);
        }
    }

    /** Reads devices, routes and rules and compares them with what is wanted. */
    KernelComparison compare() throws SystemCallException {
        List<Link> present = allLinks.all();
        KernelComparison comparison = new KernelComparison(present);
        List<String> devices = present.stream()
                .filter(link -> link.group() == numbering.tunnelGroup())
                .map(Link::name)
                .toList();
        List<String> ruleTexts = rules.read().stream().map(Rule::toString).toList();
        Desired want = desired;
        if (want == null) {
            // Before the first state nobody knows what of it is wanted: it is as it should be.
            comparison.names("device", devices, devices);
            comparison.names("rule", ruleTexts, ruleTexts);
            Map<Route.Key, Route> found = routes.read();
            comparison.routes(found, found);
            return comparison;
        }
        comparison.names(
                "device", want.tunnels().stream().map(numbering::device).toList(), devices);
        comparison.names("rule", want.rules().stream().map(Rule::toString).toList(), ruleTexts);
        comparison.routes(want.routes(), routes.read());
        want.refusals().forEach(refusal -> comparison.add("refusal", refusal, Condition.REFUSED, ""));
        return comparison;
    }

    /** The next {@link #refresh} reads everything. */
    void invalidate() {
        valid = false;
    }

    @Override
    public void close() {
        watches.forEach(KernelWatch::close);
        sockets.forEach(NetlinkSocket::close);
    }
}
