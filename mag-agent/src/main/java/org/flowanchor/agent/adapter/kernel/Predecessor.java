package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.rtnetlink.Encapsulation;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Links;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.RouteType;
import org.flowanchor.agent.linux.rtnetlink.Routes;
import org.flowanchor.agent.linux.rtnetlink.Rules;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An earlier process that called its devices otherwise, or had another protocol number. Its devices are known by their groups, its protocol
 * number by the rules that name such a device or the routes that lead to one. All of it gets our names in place, before anything else is
 * read or changed, so that packets never miss it.
 *
 * <p>Traps. Devices are called by its names only while none of a group has ours: one alone may have been renamed by somebody. A process that
 * had no device left nothing that tells. Kernels before 6.2 rename no device that is up: those keep their names, and their tunnels are made
 * anew.
 */
final class Predecessor {
    private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);

    private final KernelNumbering numbering;
    private final String devicePrefix;
    private final int protocol;
    private final List<Link> devices;

    private Predecessor(KernelNumbering numbering, String devicePrefix, int protocol, List<Link> devices) {
        this.numbering = numbering;
        this.devicePrefix = devicePrefix;
        this.protocol = protocol;
        this.devices = devices;
    }

    /** @return null when there is none, or it had our names */
    static @Nullable Predecessor find(
            KernelNumbering numbering, Iterable<Link> links, List<Rules.Owned> rules, NetlinkSocket socket)
            throws SystemCallException {
        List<Link> devices = new ArrayList<>();
        Set<String> prefixes = new HashSet<>();
        for (Link link : links) {
            if (link.group() == numbering.tunnelGroup() || link.group() == numbering.encapsulationGroup()) {
                devices.add(link);
                String prefix = numbering.isTunnelDevice(link.name())
                        ? numbering.devicePrefix()
                        : KernelNumbering.prefixOf(link.name());
                prefixes.add(prefix == null ? "" : prefix);
            }
        }
        String prefix = prefixes.size() == 1 ? prefixes.iterator().next() : "";
        Predecessor found = new Predecessor(
                numbering,
                prefix.isEmpty() ? numbering.devicePrefix() : prefix,
                protocol(numbering, devices, rules, socket),
                devices);
        return found.protocol == numbering.protocol() && found.devicePrefix.equals(numbering.devicePrefix())
                ? null
                : found;
    }

    /** Whoever has devices has rules, too. */
    private static int protocol(
            KernelNumbering numbering, List<Link> devices, List<Rules.Owned> rules, NetlinkSocket socket)
            throws SystemCallException {
        if (rules.stream().anyMatch(owned -> owned.protocol() == numbering.protocol())) {
            return numbering.protocol();
        }
        Set<String> names = new HashSet<>();
        devices.forEach(device -> names.add(device.name()));
        for (Rules.Owned owned : rules) {
            if (names.contains(owned.rule().incoming()) && KernelNumbering.isProtocol(owned.protocol())) {
                return owned.protocol();
            }
        }
        for (Link device : devices) {
            for (int protocol : Routes.protocolsOn(socket, device.index())) {
                if (KernelNumbering.isProtocol(protocol)) {
                    return protocol;
                }
            }
        }
        return numbering.protocol();
    }

    int protocol() {
        return protocol;
    }

    /** Whoever is interrupted goes on where it was: what has our names by then is ours. */
    void takeOver(NetlinkSocket socket) throws SystemCallException {
        LOG.info(
                "an earlier process had devices \"{}\" and protocol number {}: they become \"{}\" and {}",
                devicePrefix,
                protocol,
                numbering.devicePrefix(),
                numbering.protocol());
        Rules rules = new Rules(socket);
        Map<String, String> renamed = new HashMap<>();
        for (Link device : devices) {
            renamed.put(device.name(), numbering.devicePrefix() + device.name().substring(devicePrefix.length()));
        }
        List<Rules.Owned> theirs = new ArrayList<>();
        for (Rules.Owned owned : rules.all()) {
            if (owned.protocol() == protocol) {
                theirs.add(owned);
                rules.add(ours(owned, renamed));
            }
        }
        for (Link device : devices) {
            rename(new Links(socket), device, renamed);
        }
        for (Rules.Owned owned : theirs) {
            Rules.Owned instead = ours(owned, renamed);
            rules.add(instead);
            if (!instead.equals(owned)) {
                rules.delete(owned);
            }
        }
        if (protocol != numbering.protocol()) {
            Routes ours = new Routes(socket, numbering.protocol());
            for (Route route : new Routes(socket, protocol).all()) {
                if (route.type() != RouteType.FOREIGN && !(route.encapsulation() instanceof Encapsulation.Foreign)) {
                    ours.add(route, true);
                }
            }
        }
    }

    private static void rename(Links links, Link device, Map<String, String> names) {
        String name = names.getOrDefault(device.name(), device.name());
        if (name.equals(device.name())) {
            return;
        }
        try {
            links.rename(device, name);
        } catch (SystemCallException e) {
            LOG.warn("its tunnel is made anew: {}", e.getMessage());
            names.remove(device.name());
        }
    }

    private Rules.Owned ours(Rules.Owned owned, Map<String, String> names) {
        String incoming = owned.rule().incoming();
        return new Rules.Owned(
                incoming == null ? owned.rule() : owned.rule().from(names.getOrDefault(incoming, incoming)),
                numbering.protocol());
    }
}
