package org.flowanchor.agent.domain;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;

/** What {@link AttachmentTable} wants done, and what it has to tell. In the order given. */
public sealed interface AttachmentDecision {
    /**
     * Send it; when the stream is away, drop it: the table retransmits.
     *
     * @param trace of its procedure, the same when it is sent again
     */
    record SendUpdate(ProxyBindingUpdate update, TraceContext trace, Procedure procedure, boolean retransmission)
            implements AttachmentDecision {}

    /**
     * Once the kernel forwards for the terminal, advertise its prefixes to it (RFC 5213 section 6.9.2).
     *
     * @param withdrawn prefixes that it had before and must give up (section 6.12)
     */
    record Advertise(AttachedTerminal terminal, Set<HomeNetworkPrefix> withdrawn) implements AttachmentDecision {
        public Advertise {
            withdrawn = Set.copyOf(withdrawn);
        }

        /** Nothing is withdrawn. */
        public Advertise(AttachedTerminal terminal) {
            this(terminal, Set.of());
        }
    }

    /** Tell the terminal that this is no router for it any more, and that it must give its prefixes up. */
    record Withdraw(AttachedTerminal terminal) implements AttachmentDecision {}

    /** Ask whether the terminal is there; the answer is an input, silence as well. */
    record Probe(String accessLink, Ipv6Address linkLocalAddress, LinkLayerIdentifier linkLayerIdentifier)
            implements AttachmentDecision {}

    /** Ask who has that address on the link; the answer is an input that names its link-layer address, silence is one as well. */
    record Resolve(String accessLink, Ipv6Address linkLocalAddress) implements AttachmentDecision {}

    /** Nothing is forwarded any more for a terminal found installed that did not become known: why, for the log. */
    record GivenUp(String accessLink, Ipv6Address linkLocalAddress, Departure departure)
            implements AttachmentDecision {}

    /** Ask the anchor whose these interfaces are; the answer is an input. */
    record AskWhose(List<LinkLayerIdentifier> linkLayerIdentifiers) implements AttachmentDecision {
        public AskWhose {
            linkLayerIdentifiers = List.copyOf(linkLayerIdentifiers);
        }
    }

    /**
     * A terminal left the access link: why, for the log.
     *
     * @param trace of its de-registration; empty: the anchor took the binding, and nothing is de-registered
     */
    record Left(
            LinkLayerIdentifier linkLayerIdentifier,
            String accessLink,
            Departure departure,
            Optional<TraceContext> trace)
            implements AttachmentDecision {}

    /** A procedure ended with the anchor's answer. */
    record Concluded(
            Procedure procedure,
            MobileNodeIdentifier mobileNodeIdentifier,
            String accessLink,
            BindingStatus status,
            TraceContext trace)
            implements AttachmentDecision {}

    /** A procedure ended without a usable answer. */
    record Abandoned(
            Procedure procedure,
            MobileNodeIdentifier mobileNodeIdentifier,
            String accessLink,
            String reason,
            TraceContext trace)
            implements AttachmentDecision {}

    /** T-09: nobody's link-layer identifier; refused here, no update is sent for it. */
    record Unmapped(String accessLink, LinkLayerIdentifier linkLayerIdentifier) implements AttachmentDecision {}

    /**
     * Send it once the kernel is as desired; then, or when the kernel refuses, tell {@link AnchorRequests}.
     *
     * @param request what it answers
     */
    record Answer(AnchorMessage request, GatewayMessage message) implements AttachmentDecision {}

    /** Tell the anchor by the gateway's own will; lost when it cannot be told. */
    record Say(GatewayMessage message) implements AttachmentDecision {}

    /** The anchor answers heartbeats, or does not any more: for the log; forwarding goes on. */
    record AnchorBecame(boolean reachable) implements AttachmentDecision {}

    /** The anchor lost its sessions: each is registered again (RFC 5847 section 3.2). */
    record AnchorRestarted(int sessions) implements AttachmentDecision {}

    /** The anchor asked that before. */
    record Repeated(AnchorMessage request) implements AttachmentDecision {}

    /** An input that changes nothing. */
    record Ignored(String reason) implements AttachmentDecision {}
}
