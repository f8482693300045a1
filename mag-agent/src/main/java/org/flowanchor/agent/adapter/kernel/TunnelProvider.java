package org.flowanchor.agent.adapter.kernel;

import java.util.Collection;
import java.util.Map;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.mobility.Ipv6Address;

/**
 * A way to make bidirectional IPv6-in-IPv6 tunnels (RFC 5213 section 5.6.1) that look like one device each: what is routed to the
 * device leaves with an outer header, what arrives from the peer, and from nobody else, appears on the device. Tunnels are numbered from
 * 1; the device's name follows from the number ({@link KernelNumbering#device}). Devices are made here; routes and rules that a tunnel
 * needs are only told, and installed with all others.
 */
interface TunnelProvider {
    TunnelKind kind();

    /** Reads which tunnels of this kind exist. */
    Map<Integer, Ipv6Address> observe(Iterable<Link> links, Collection<Route> ourRoutes, Collection<Rule> ourRules);

    /**
     * Makes the device usable, creating it where it is missing.
     *
     * @throws KernelException when somebody else's device has its name
     */
    void establish(int number, Ipv6Address local, Ipv6Address remote) throws KernelException, SystemCallException;

    /** Routes behind the tunnels from {@code local} to each of {@code remotes}, in the order in which they can be installed. */
    Collection<Route> routes(Ipv6Address local, Map<Integer, Ipv6Address> remotes) throws SystemCallException;

    /** Rules behind the same tunnels. */
    Collection<Rule> rules(Ipv6Address local, Collection<Integer> numbers);

    /** What remains to be done once routes and rules are installed. */
    void complete(Ipv6Address local) throws SystemCallException;

    /** Whether that is still done; of what the kernel tells events of nothing is looked at. */
    boolean isCompleted(Ipv6Address local) throws SystemCallException;
}
