package org.flowanchor.agent.adapter.kernel;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.ScratchNamespace;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Encapsulation;
import org.flowanchor.agent.linux.rtnetlink.Ip6Tunnel;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.RouteType;
import org.flowanchor.agent.linux.rtnetlink.Routes;
import org.flowanchor.agent.linux.rtnetlink.Rtnetlink;
import org.flowanchor.agent.linux.rtnetlink.TunnelSource;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/** Asks the kernel, by trying, which tunnels it can make. */
final class TunnelProbe {
    private static final int SCRATCH_TABLE = 999_999;
    private static final String LOOPBACK = "lo";
    private static final HomeNetworkPrefix SAMPLE = HomeNetworkPrefix.parse("2001:db8:5213::1/128");

    private final NetlinkSocket generic;
    private final Links links;
    private final Routes routes;
    private final int device;
    private final String scratchDevice;

    private TunnelProbe(NetlinkSocket route, NetlinkSocket generic, KernelNumbering numbering, String deviceName)
            throws SystemCallException {
        this.generic = generic;
        links = new Links(route);
        routes = new Routes(route, numbering.protocol());
        device = links.require(deviceName).index();
        scratchDevice = numbering.probeDevice();
    }

    /**
     * What the kernel said of each kind: empty, it can. Tried in a network namespace of its own; where making one is not allowed, in this
     * one, beside everything else, on the backhaul interface.
     */
    static Map<TunnelKind, Optional<String>> answers(KernelConfiguration configuration) throws SystemCallException {
        try {
            return ScratchNamespace.call(() -> {
                try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_ROUTE)) {
                    Links links = new Links(socket);
                    links.raise(links.require(LOOPBACK), Rtnetlink.IFF_UP);
                }
                return tryOn(configuration, LOOPBACK);
            });
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            return inPlace(configuration);
        }
    }

    static Map<TunnelKind, Optional<String>> inPlace(KernelConfiguration configuration) throws SystemCallException {
        return tryOn(configuration, configuration.backhaulInterface());
    }

    private static Map<TunnelKind, Optional<String>> tryOn(KernelConfiguration configuration, String device)
            throws SystemCallException {
        try (NetlinkSocket route = NetlinkSocket.open(Netlink.NETLINK_ROUTE);
                NetlinkSocket generic = NetlinkSocket.open(Netlink.NETLINK_GENERIC)) {
            TunnelProbe probe = new TunnelProbe(route, generic, configuration.numbering(), device);
            Map<TunnelKind, Optional<String>> answers = new EnumMap<>(TunnelKind.class);
            answers.put(TunnelKind.IP6TNL, probe.ip6tnl());
            answers.put(TunnelKind.SEG6, probe.seg6());
            return answers;
        }
    }

    /** @throws KernelException one line that says what both kinds lack */
    static TunnelKind choose(Map<TunnelKind, Optional<String>> answers) throws KernelException {
        for (TunnelKind kind : TunnelKind.values()) {
            if (answers.getOrDefault(kind, Optional.of("")).isEmpty()) {
                return kind;
            }
        }
        throw new KernelException("the kernel can make no IPv6-in-IPv6 tunnels: no ip6tnl ("
                + answers.getOrDefault(TunnelKind.IP6TNL, Optional.empty()).orElse("") + "), no segment routing ("
                + answers.getOrDefault(TunnelKind.SEG6, Optional.empty()).orElse("")
                + "); load ip6_tunnel, or use a kernel with CONFIG_IPV6_TUNNEL, or with CONFIG_IPV6_SEG6_LWTUNNEL and"
                + " CONFIG_IPV6_SUBTREES");
    }

    private Optional<String> ip6tnl() throws SystemCallException {
        Link left = links.find(scratchDevice);
        if (left != null) {
            links.delete(left);
        }
        try {
            links.addTunnel(
                    scratchDevice, 0, Ip6Tunnel.plain(Ipv6Address.parse("::1"), SAMPLE.address(), device), 1280);
        } catch (SystemCallException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        links.delete(links.require(scratchDevice));
        return Optional.empty();
    }

    private Optional<String> seg6() {
        Route direct = Route.onLink(SCRATCH_TABLE, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.METRIC, device);
        try {
            tryRoute(Route.ending(
                            SCRATCH_TABLE, HomeNetworkPrefix.ALL_ZERO, KernelNumbering.METRIC, RouteType.UNREACHABLE)
                    .from(SAMPLE));
            tryRoute(direct.with(new Encapsulation.Outer(SAMPLE.address())));
            tryRoute(direct.with(new Encapsulation.Decapsulate(SCRATCH_TABLE)));
            new TunnelSource(generic).get();
            return Optional.empty();
        } catch (SystemCallException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** An earlier probe that was killed may have left it. */
    private void tryRoute(Route route) throws SystemCallException {
        routes.delete(route);
        routes.add(route, false);
        routes.delete(route);
    }
}
