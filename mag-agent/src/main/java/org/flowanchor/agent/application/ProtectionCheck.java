package org.flowanchor.agent.application;

import org.flowanchor.mobility.IpAddress;

/** Port to the machine's IPsec policies. */
@FunctionalInterface
public interface ProtectionCheck {
    /** For a network that is trusted as it is. */
    ProtectionCheck NONE_NEEDED = peer -> true;

    /**
     * Whether signalling with a peer cannot pass without ESP, in either direction and for every message type in use.
     *
     * @throws KernelException when the policies cannot be read
     */
    boolean isProtected(IpAddress peer) throws KernelException;
}
