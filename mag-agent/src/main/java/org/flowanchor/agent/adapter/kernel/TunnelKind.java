package org.flowanchor.agent.adapter.kernel;

/** Ways to make tunnels; both put the same octets on the wire. */
public enum TunnelKind {
    /** The kernel's own devices (RFC 2473): preferred, since they also relay Packet Too Big of the backhaul. */
    IP6TNL("ip6tnl"),
    /** Segment routing with one segment behind a pair of devices. */
    SEG6("veth");

    /** Kind of the tunnel devices, as the kernel calls it. */
    final String linkKind;

    TunnelKind(String linkKind) {
        this.linkKind = linkKind;
    }
}
