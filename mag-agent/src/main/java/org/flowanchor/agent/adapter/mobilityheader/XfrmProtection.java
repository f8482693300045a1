package org.flowanchor.agent.adapter.mobilityheader;

import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.xfrm.XfrmPolicies;
import org.flowanchor.agent.linux.xfrm.XfrmPolicy.Direction;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Asks the kernel's IPsec policies whether signalling with a peer needs ESP. The policies are an operator's (strongSwan's); with one in
 * force the kernel drops what comes in without ESP before a raw socket sees it. Signalling over IPv4 is UDP, for which RFC 5844 leaves
 * the policy to the operator: it never counts as protected here.
 */
public final class XfrmProtection implements ProtectionCheck {
    /** Update, acknowledgement, error, heartbeat, revocation, update notification and its acknowledgement. */
    private static final int[] TYPES = {5, 6, 7, 13, 16, 19, 20};

    private final Ipv6Address local;

    public XfrmProtection(Ipv6Address local) {
        this.local = local;
    }

    @Override
    public boolean isProtected(IpAddress peer) throws KernelException {
        if (!(peer instanceof Ipv6Address remote)) {
            return false;
        }
        XfrmPolicies policies;
        try {
            policies = XfrmPolicies.read();
        } catch (SystemCallException e) {
            throw new KernelException("IPsec policies cannot be read: " + e.getMessage(), e);
        }
        for (int type : TYPES) {
            if (!policies.requireEsp(Direction.OUT, local, remote, type)
                    || !policies.requireEsp(Direction.IN, remote, local, type)) {
                return false;
            }
        }
        return true;
    }
}
