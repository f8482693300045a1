package org.flowanchor.agent.application;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/** One downlink route read back from the kernel. */
public record InstalledTerminal(String accessLink, Ipv6Address linkLocalAddress, HomeNetworkPrefix prefix) {}
