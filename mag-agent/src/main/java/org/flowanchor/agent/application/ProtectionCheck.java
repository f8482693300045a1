package org.flowanchor.agent.application;

import java.util.Set;
import org.flowanchor.mobility.IpAddress;

/** Port to the machine's IPsec policies. */
@FunctionalInterface
public interface ProtectionCheck {
    /** For a network that is trusted as it is. */
    ProtectionCheck NONE_NEEDED = peers -> peers;

    /**
     * Those with which signalling cannot pass without ESP, in either direction and for every message type in use.
     *
     * @throws KernelException when the policies cannot be read
     */
    Set<IpAddress> protectedAmong(Set<IpAddress> peers) throws KernelException;
}
