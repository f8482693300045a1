package org.flowanchor.agent.linux.rtnetlink;

import static org.flowanchor.agent.linux.rtnetlink.Rtnetlink.*;

import org.flowanchor.mobility.Ipv6Address;

/**
 * Parameters of an {@code ip6tnl} device (RFC 2473).
 *
 * @param device interface index that outer packets leave by; 0: any
 * @param protocol inner protocol; 0: IPv4 and IPv6
 * @param hopLimit of outer packets; 0: the route's
 * @param flags {@code IP6_TNL_F_*}, those that can be set
 */
public record Ip6Tunnel(Ipv6Address local, Ipv6Address remote, int device, int protocol, int hopLimit, int flags) {
    private static final int SETTABLE = IP6_TNL_F_IGN_ENCAP_LIMIT
            | IP6_TNL_F_USE_ORIG_TCLASS
            | IP6_TNL_F_USE_ORIG_FLOWLABEL
            | IP6_TNL_F_RCV_DSCP_COPY
            | IP6_TNL_F_USE_ORIG_FWMARK;
    private static final int DEFAULT_HOP_LIMIT = 64;

    public Ip6Tunnel {
        flags &= SETTABLE;
    }

    /**
     * A tunnel whose outer header has no extension headers (no encapsulation limit) and the inner traffic class and flow label, so that
     * what an inner header asks of the backhaul is seen there.
     */
    public static Ip6Tunnel plain(Ipv6Address local, Ipv6Address remote, int device) {
        return new Ip6Tunnel(
                local,
                remote,
                device,
                0,
                DEFAULT_HOP_LIMIT,
                IP6_TNL_F_IGN_ENCAP_LIMIT | IP6_TNL_F_USE_ORIG_TCLASS | IP6_TNL_F_USE_ORIG_FLOWLABEL);
    }

    @Override
    public String toString() {
        return "local " + local + " remote " + remote + " dev " + device;
    }
}
