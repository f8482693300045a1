package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Addresses;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Neighbours;
import org.flowanchor.agent.linux.rtnetlink.Routes;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.agent.linux.rtnetlink.Rules;
import org.flowanchor.mobility.Ipv6Address;

/**
 * What both roles drive: links, addresses, routes, rules and tunnels, over sockets owned by the thread that applies. What was observed
 * stays valid until a link changes under it (the kernel drops routes with a device), the kernel tells of a change that we did not make,
 * or a change of ours is refused.
 */
final class KernelTables implements AutoCloseable {
    final KernelNumbering numbering;
    final LinkTable links;
    final Addresses addresses;
    final RouteDriver routes;
    final RuleDriver rules;
    final Neighbours neighbours;
    final TunnelProvider tunnels;
    /** Remote address of each tunnel that exists, by number. */
    final Map<Integer, Ipv6Address> remotes = new HashMap<>();

    private final List<NetlinkSocket> sockets = new ArrayList<>();
    private final NetlinkSocket events;
    private boolean valid;
    private boolean probed;
    private int reading;

    KernelTables(KernelConfiguration configuration) throws SystemCallException {
        numbering = configuration.numbering();
        try {
            NetlinkSocket route = open(Netlink.NETLINK_ROUTE);
            NetlinkSocket generic = open(Netlink.NETLINK_GENERIC);
            events = open(Netlink.NETLINK_ROUTE);
            events.subscribe(Rtnetlink.RTNLGRP_LINK);
            events.subscribe(Rtnetlink.RTNLGRP_IPV6_ROUTE);
            events.subscribe(Rtnetlink.RTNLGRP_IPV6_RULE);
            Links devices = new Links(route);
            Rules policyRules = new Rules(route);
            Routes ownRoutes = new Routes(route, numbering.protocol());
            links = new LinkTable(devices);
            addresses = new Addresses(route);
            routes = new RouteDriver(ownRoutes);
            neighbours = new Neighbours(route);
            rules = new RuleDriver(policyRules, numbering);
            tunnels = new Seg6Tunnels(configuration, links, devices, policyRules, ownRoutes, generic);
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

    /**
     * Reads the kernel when what is known of it may be wrong. Changes nothing.
     *
     * @return number of the reading: another one than before says that preparations may be gone
     */
    int refresh() throws SystemCallException {
        boolean whole = events.events(event -> valid &= !contradicts(event));
        if (!whole || !valid) {
            valid = false;
            links.observe();
            routes.observe();
            rules.observe();
            remotes.clear();
            remotes.putAll(tunnels.observe(routes.actual().values()));
            valid = true;
            reading++;
        }
        return reading;
    }

    private boolean contradicts(NetlinkMessage event) {
        return switch (event.type()) {
            case Rtnetlink.RTM_NEWROUTE, Rtnetlink.RTM_DELROUTE -> routes.contradicts(event);
            case Rtnetlink.RTM_NEWRULE, Rtnetlink.RTM_DELRULE -> rules.contradicts(event);
            default -> true;
        };
    }

    /** Once per process, before anything is changed; where tunnels exist the kernel has shown what it can. */
    void probe() throws KernelException, SystemCallException {
        if (!probed) {
            if (remotes.isEmpty()) {
                tunnels.probe();
            }
            probed = true;
        }
    }

    /** The next {@link #refresh} reads everything. */
    void invalidate() {
        valid = false;
    }

    @Override
    public void close() {
        sockets.forEach(NetlinkSocket::close);
    }
}
