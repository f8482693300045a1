package org.flowanchor.agent.domain;

import java.util.Optional;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ServiceSelection;

/**
 * The access network says that a terminal is there, before or instead of the terminal's own solicitation.
 *
 * @param linkLocalAddress of the terminal when the access network knows it; without it nothing forwards until the terminal shows it
 * @param serviceSelection the service that the terminal asks for (RFC 5149)
 */
public record AttachmentTrigger(
        String accessLink,
        LinkLayerIdentifier linkLayerIdentifier,
        Optional<Ipv6Address> linkLocalAddress,
        HandoffKnowledge handoff,
        Optional<ServiceSelection> serviceSelection) {
    public AttachmentTrigger {
        linkLocalAddress.ifPresent(address -> {
            if (!address.isLinkLocal()) {
                throw new IllegalArgumentException("not a link-local address: " + address);
            }
        });
    }

    /** Of a terminal that asks for no service by name. */
    public AttachmentTrigger(
            String accessLink,
            LinkLayerIdentifier linkLayerIdentifier,
            Optional<Ipv6Address> linkLocalAddress,
            HandoffKnowledge handoff) {
        this(accessLink, linkLayerIdentifier, linkLocalAddress, handoff, Optional.empty());
    }
}
