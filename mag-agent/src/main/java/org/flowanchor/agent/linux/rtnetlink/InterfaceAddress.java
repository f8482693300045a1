package org.flowanchor.agent.linux.rtnetlink;

import org.flowanchor.mobility.Ipv6Address;

/** An IPv6 address of a device with its on-link prefix length. */
public record InterfaceAddress(int device, Ipv6Address address, int prefixLength) {}
