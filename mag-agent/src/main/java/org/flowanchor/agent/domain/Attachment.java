package org.flowanchor.agent.domain;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ServiceSelection;
import org.flowanchor.mobility.TraceContext;
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

    /** Null until the terminal shows it, or whoever triggered the attachment said it. */
    @Nullable
    Ipv6Address linkLocalAddress;

    State state = State.REGISTERING;

    /** Assigned by the anchor; empty before that. */
    Set<HomeNetworkPrefix> prefixes = Set.of();

    /** Advertised to it before it left; withdrawn with the next advertisement (RFC 5213 section 6.12). */
    Set<HomeNetworkPrefix> former = Set.of();

    /** Anchored at another gateway, forwarded here too; given with a new attachment (RFC 7864 section 3.3) or by an initiate (section 3.2.2). */
    Set<HomeNetworkPrefix> carried = Set.of();

    /** The newest Flow Mobility Initiate that was carried out for it since its attachment; null when there was none. */
    @Nullable
    UpdateNotification initiated;

    /** Whether the kernel is to forward for it. */
    boolean forwarding;

    /** What whoever triggered the attachment says that the terminal asks for; in each of its updates. */
    Optional<ServiceSelection> serviceSelection = Optional.empty();

    /** When the terminal was last known to be there. */
    long seenAt;

    /** It was asked whether it is there, and has not answered. */
    boolean probing;

    /** With {@link #probing}: without an answer by then nobody can say that it is there. */
    long probeUntil;

    /** The access network sent it away: only a solicitation or a trigger brings it back, not traffic that it still sends. */
    boolean expelled;

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
            @Nullable Ipv6Address linkLocalAddress) {
        this.accessLink = accessLink;
        this.linkLayerIdentifier = linkLayerIdentifier;
        this.mobileNodeIdentifier = mobileNodeIdentifier;
        this.linkLocalAddress = linkLocalAddress;
    }

    AttachmentName name() {
        return new AttachmentName(accessLink, linkLayerIdentifier);
    }

    /** It is registered or about to be. */
    boolean isServed() {
        return switch (state) {
            case REGISTERING, BOUND, EXTENDING -> true;
            case DEREGISTERING, DEPARTED, REJECTED, BLOCKED -> false;
        };
    }

    /** Nobody else may have its address. */
    boolean hasItsAddress() {
        return isServed() || state == State.BLOCKED && forwarding;
    }

    boolean isLeaving() {
        return state == State.DEREGISTERING || state == State.DEPARTED;
    }

    /** @throws IllegalStateException while its link-local address is not known */
    AttachedTerminal terminal() {
        if (linkLocalAddress == null) {
            throw new IllegalStateException("no next hop is known for " + linkLayerIdentifier);
        }
        return new AttachedTerminal(accessLink, linkLocalAddress, linkLayerIdentifier, prefixes, carried);
    }

    /**
     * @param update as it was sent last
     * @param trace the procedure's, with each of its transmissions
     * @param earlier sequence numbers of the same update's last transmissions: an answer to one of them is an answer to it
     * @param dueAt when to send it, or to send it again
     * @param interval between the last transmission and the next, nanoseconds; 0: it was never sent
     * @param stream that took it, 0 for none
     * @param hasTurn it need not ask {@link UpdatePace} again
     */
    record Outstanding(
            ProxyBindingUpdate update,
            TraceContext trace,
            List<Integer> earlier,
            Procedure procedure,
            long dueAt,
            long interval,
            long stream,
            boolean hasTurn) {
        Outstanding waitingUntil(long turn) {
            return new Outstanding(update, trace, earlier, procedure, turn, interval, stream, true);
        }

        Outstanding takenBy(long number) {
            return new Outstanding(update, trace, earlier, procedure, dueAt, interval, number, hasTurn);
        }
    }
}
