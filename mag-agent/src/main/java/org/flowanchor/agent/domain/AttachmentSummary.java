package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * One attachment as an operator sees it.
 *
 * @param state one of those listed in {@link AttachmentTable}
 * @param forwarding whether the kernel is to forward for it
 * @param lifetimeLeft negative when it ended while the anchor was out of reach
 * @param lastSeen ago
 * @param waits the procedure whose answer is outstanding
 */
public record AttachmentSummary(
        String accessLink,
        LinkLayerIdentifier linkLayerIdentifier,
        MobileNodeIdentifier mobileNodeIdentifier,
        String state,
        Optional<Ipv6Address> linkLocalAddress,
        Set<HomeNetworkPrefix> prefixes,
        boolean forwarding,
        Duration lifetimeLeft,
        Duration lastSeen,
        Optional<Procedure> waits) {
    public AttachmentSummary {
        prefixes = Set.copyOf(prefixes);
    }
}
