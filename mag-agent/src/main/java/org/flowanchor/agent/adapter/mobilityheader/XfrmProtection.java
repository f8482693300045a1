package org.flowanchor.agent.adapter.mobilityheader;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.xfrm.XfrmPolicies;
import org.flowanchor.agent.linux.xfrm.XfrmPolicy.Direction;
import org.flowanchor.agent.linux.xfrm.XfrmTraffic;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.header.Transport;

/**
 * Asks the kernel's IPsec policies whether signalling with a peer needs ESP. The policies are an operator's (strongSwan's); with one in
 * force the kernel drops what comes in without ESP before a socket sees it. Over IPv6 that is the Mobility Header, type by type; over IPv4
 * everything to and from UDP port 5436 of this end, whatever the peer's port is (RFC 5844 section 4.3.1).
 */
public final class XfrmProtection implements ProtectionCheck {
    /** Update, acknowledgement, error, heartbeat, revocation, update notification and its acknowledgement. */
    private static final int[] TYPES = {5, 6, 7, 13, 16, 19, 20};

    private final Ipv6Address local;
    private final Optional<Ipv4Address> localIpv4;

    /** @param localIpv4 where UDP port 5436 is open, when it is */
    public XfrmProtection(Ipv6Address local, Optional<Ipv4Address> localIpv4) {
        this.local = local;
        this.localIpv4 = localIpv4;
    }

    @Override
    public Set<IpAddress> protectedAmong(Set<IpAddress> peers) throws KernelException {
        XfrmPolicies policies;
        try {
            policies = XfrmPolicies.read();
        } catch (SystemCallException e) {
            throw new KernelException("IPsec policies cannot be read: " + e.getMessage(), e);
        }
        return peers.stream().filter(peer -> isProtected(policies, peer)).collect(Collectors.toUnmodifiableSet());
    }

    private boolean isProtected(XfrmPolicies policies, IpAddress peer) {
        return switch (peer) {
            case Ipv6Address remote -> isProtected(policies, remote);
            case Ipv4Address remote -> localIpv4.isPresent() && isProtected(policies, remote, localIpv4.get());
        };
    }

    private boolean isProtected(XfrmPolicies policies, Ipv6Address remote) {
        return IntStream.of(TYPES)
                .mapToObj(XfrmTraffic::mobilityHeader)
                .allMatch(messages -> policies.requireEsp(Direction.OUT, local, remote, messages)
                        && policies.requireEsp(Direction.IN, remote, local, messages));
    }

    private static boolean isProtected(XfrmPolicies policies, Ipv4Address remote, Ipv4Address local) {
        return policies.requireEsp(Direction.OUT, local, remote, XfrmTraffic.udpFrom(Transport.UDP_PORT))
                && policies.requireEsp(Direction.IN, remote, local, XfrmTraffic.udpTo(Transport.UDP_PORT));
    }
}
