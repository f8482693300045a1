package org.flowanchor.agent.adapter.kernel;

import java.util.Collection;
import java.util.Map;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.rtnetlink.Route;
import org.flowanchor.agent.linux.rtnetlink.Rule;
import org.flowanchor.mobility.Ipv6Address;

/**
 * A way to make bidirectional IPv6-in-IPv6 tunnels (RFC 5213 section 5.6.1) that look like one device each: what is routed to the
 * device leaves with an outer header, what arrives from the peer appears on the device. Tunnels are numbered from 1; the device's name
 * follows from the number ({@link KernelNumbering#device}). Devices are made here; routes and rules that a tunnel needs are only told,
 * and installed with all others.
 */
interface TunnelProvider {
    /** @throws SystemCallException naming what the kernel lacks */
    void probe() throws KernelException, SystemCallException;

    /** Reads which tunnels exist. */
    Map<Integer, Ipv6Address> observe(Collection<Route> ourRoutes);

    /** Makes the device usable, creating it where it is missing. */
    void establish(int number) throws SystemCallException;

    /** Removes the device; success when it is missing. */
    void remove(int number) throws SystemCallException;

    /** Routes behind the tunnels from {@code local} to each of {@code remotes}. */
    Collection<Route> routes(Ipv6Address local, Map<Integer, Ipv6Address> remotes) throws SystemCallException;

    /** Rules behind the same tunnels. */
    Collection<Rule> rules(Ipv6Address local, Collection<Integer> numbers);

    /** What remains to be done once routes and rules are installed. */
    void complete(Ipv6Address local) throws SystemCallException;

    /** Largest inner packet. */
    int mtu() throws SystemCallException;
}
