package org.flowanchor.agent.domain;

import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** What {@link AttachmentTable} wants done, and what it has to tell. In the order given. */
public sealed interface AttachmentDecision {
    /** Send it; when the stream is away, drop it: the table retransmits. */
    record SendUpdate(ProxyBindingUpdate update, Procedure procedure, boolean retransmission)
            implements AttachmentDecision {}

    /** Once the kernel forwards for the terminal, advertise its prefixes to it (RFC 5213 section 6.9.2). */
    record Advertise(AttachedTerminal terminal) implements AttachmentDecision {}

    /** Tell the terminal that this is no router for it any more. */
    record Withdraw(String accessLink, Ipv6Address linkLocalAddress, LinkLayerIdentifier linkLayerIdentifier)
            implements AttachmentDecision {}

    /** A procedure ended with the anchor's answer. */
    record Concluded(
            Procedure procedure, MobileNodeIdentifier mobileNodeIdentifier, String accessLink, BindingStatus status)
            implements AttachmentDecision {}

    /** A procedure ended without a usable answer. */
    record Abandoned(Procedure procedure, MobileNodeIdentifier mobileNodeIdentifier, String accessLink, String reason)
            implements AttachmentDecision {}

    /** T-09: nobody's link-layer identifier; refused here, the anchor is not asked. */
    record Unmapped(String accessLink, LinkLayerIdentifier linkLayerIdentifier) implements AttachmentDecision {}

    /** An input that changes nothing. */
    record Ignored(String reason) implements AttachmentDecision {}
}
