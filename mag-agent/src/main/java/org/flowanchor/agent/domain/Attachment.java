package org.flowanchor.agent.domain;

import java.util.List;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/** One terminal on one access link: its entry of the binding update list (RFC 5213 section 6.1). Changed by {@link AttachmentTable} only. */
final class Attachment {
    /** Listed with every transition in {@link AttachmentTable}. */
    enum State {
        REGISTERING,
        BOUND,
        EXTENDING,
        DEREGISTERING,
        DEPARTED,
        REJECTED,
        BLOCKED
    }

    final String accessLink;
    final LinkLayerIdentifier linkLayerIdentifier;
    final MobileNodeIdentifier mobileNodeIdentifier;

    Ipv6Address linkLocalAddress;
    State state = State.REGISTERING;

    /** Assigned by the anchor; empty before that. */
    Set<HomeNetworkPrefix> prefixes = Set.of();

    /** Whether the kernel is to forward for it. */
    boolean forwarding;

    /** End of the binding's lifetime; before the first acknowledgement the end of the requested one. */
    long expiresAt;

    /** When to extend, with {@link State#BOUND}. */
    long extendAt;

    /** When to advertise again, with {@link State#BOUND}. */
    long advertiseAt;

    /** With {@link State#DEREGISTERING}: when to remove its routes although no acknowledgement came (M-08). */
    long releaseAt;

    /** With {@link State#REJECTED}: solicitations before it are ignored. */
    long heldUntil;

    /** The update that waits for its acknowledgement. */
    @Nullable
    Outstanding outstanding;

    Attachment(
            String accessLink,
            LinkLayerIdentifier linkLayerIdentifier,
            MobileNodeIdentifier mobileNodeIdentifier,
            Ipv6Address linkLocalAddress) {
        this.accessLink = accessLink;
        this.linkLayerIdentifier = linkLayerIdentifier;
        this.mobileNodeIdentifier = mobileNodeIdentifier;
        this.linkLocalAddress = linkLocalAddress;
    }

    AttachedTerminal terminal() {
        return new AttachedTerminal(accessLink, linkLocalAddress, linkLayerIdentifier, prefixes);
    }

    /**
     * @param update as it was sent last
     * @param earlier sequence numbers of the same update's last transmissions: an answer to one of them is an answer to it
     * @param retransmitAt when to send it again
     * @param interval to the next retransmission, nanoseconds
     * @param stream that took it, 0 for none
     */
    record Outstanding(
            ProxyBindingUpdate update,
            List<Integer> earlier,
            Procedure procedure,
            long retransmitAt,
            long interval,
            long stream) {
        boolean isAnsweredBy(int sequenceNumber) {
            return update.sequenceNumber() == sequenceNumber || earlier.contains(sequenceNumber);
        }
    }
}
