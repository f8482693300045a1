package org.flowanchor.agent.domain;

import java.util.Objects;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Proxy Binding Acknowledgement as it arrived (RFC 5213 section 8.2).
 *
 * @param mobileNodeIdentifier null when the option is empty, as an anchor sends it with status 160
 * @param linkLayerIdentifier null when the option is missing
 * @param carried prefixes with L: anchored elsewhere, forwarded here and never advertised (RFC 7864 sections 3.3 and 4.1)
 * @param lifetimeSeconds 0 when rejected or de-registered
 */
public record ProxyBindingAcknowledgement(
        int sequenceNumber,
        BindingStatus status,
        @Nullable MobileNodeIdentifier mobileNodeIdentifier,
        Set<HomeNetworkPrefix> prefixes,
        HandoffIndicator handoffIndicator,
        AccessTechnologyType accessTechnologyType,
        @Nullable LinkLayerIdentifier linkLayerIdentifier,
        int lifetimeSeconds,
        Set<HomeNetworkPrefix> carried) {
    public ProxyBindingAcknowledgement {
        prefixes = Set.copyOf(prefixes);
        carried = Set.copyOf(carried);
    }

    /** With prefixes of the session only. */
    public ProxyBindingAcknowledgement(
            int sequenceNumber,
            BindingStatus status,
            @Nullable MobileNodeIdentifier mobileNodeIdentifier,
            Set<HomeNetworkPrefix> prefixes,
            HandoffIndicator handoffIndicator,
            AccessTechnologyType accessTechnologyType,
            @Nullable LinkLayerIdentifier linkLayerIdentifier,
            int lifetimeSeconds) {
        this(
                sequenceNumber,
                status,
                mobileNodeIdentifier,
                prefixes,
                handoffIndicator,
                accessTechnologyType,
                linkLayerIdentifier,
                lifetimeSeconds,
                Set.of());
    }

    /** M-02: whether it is about that mobile node's interface. */
    boolean names(Attachment attachment) {
        return Objects.equals(attachment.mobileNodeIdentifier, mobileNodeIdentifier)
                && Objects.equals(attachment.linkLayerIdentifier, linkLayerIdentifier);
    }

    /** M-03: whether it echoes what identifies the request (RFC 5213 section 6.9.1.2(6)). */
    boolean answers(ProxyBindingUpdate update) {
        return Objects.equals(update.mobileNodeIdentifier(), mobileNodeIdentifier)
                && update.handoffIndicator().equals(handoffIndicator)
                && update.accessTechnologyType().equals(accessTechnologyType)
                && Objects.equals(update.linkLayerIdentifier(), linkLayerIdentifier);
    }
}
