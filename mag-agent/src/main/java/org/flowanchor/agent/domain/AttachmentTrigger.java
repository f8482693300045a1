package org.flowanchor.agent.domain;

import java.util.Optional;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;

/**
 * The access network says that a terminal is there, before or instead of the terminal's own solicitation.
 *
 * @param linkLocalAddress of the terminal when the access network knows it; without it nothing forwards until the terminal shows it
 */
public record AttachmentTrigger(
        String accessLink,
        LinkLayerIdentifier linkLayerIdentifier,
        Optional<Ipv6Address> linkLocalAddress,
        HandoffKnowledge handoff) {
    public AttachmentTrigger {
        linkLocalAddress.ifPresent(address -> {
            if (!address.isLinkLocal()) {
                throw new IllegalArgumentException("not a link-local address: " + address);
            }
        });
    }
}
