package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ServiceSelection;

/**
 * Proxy Binding Acknowledgement, PBA (RFC 5213 sections 5.3.6 and 8.2).
 *
 * @param mobileNodeIdentifier copied; empty stands for the zero-length identifier
 * @param homeNetworkPrefixes of the session, L=0; when rejected all of the request
 * @param offLinkPrefixes anchored by other entries of the mobile node and carried by this gateway too, L=1 (RFC 7864 section 3.3)
 * @param handoffIndicator copied; 0 when the update had none
 * @param accessTechnologyType copied; 0 when the update had none
 * @param lifetime units of 4 seconds; 0 when rejected or de-registered
 * @param timestamp present exactly when the update had one
 * @param linkLocalAddress present exactly when the update had the option
 * @param serviceSelection copied
 */
public record ProxyBindingAcknowledgement(
        int sequenceNumber,
        BindingStatus status,
        Optional<MobileNodeIdentifier> mobileNodeIdentifier,
        List<HomeNetworkPrefix> homeNetworkPrefixes,
        List<HomeNetworkPrefix> offLinkPrefixes,
        HandoffIndicator handoffIndicator,
        AccessTechnologyType accessTechnologyType,
        Optional<LinkLayerIdentifier> linkLayerIdentifier,
        int lifetime,
        Optional<Timestamp> timestamp,
        Optional<Ipv6Address> linkLocalAddress,
        Optional<ServiceSelection> serviceSelection) {
    private static final AccessTechnologyType RESERVED = new AccessTechnologyType(0);

    public ProxyBindingAcknowledgement {
        ProxyBindingUpdate.requireUnsigned16(sequenceNumber, "sequence number");
        ProxyBindingUpdate.requireUnsigned16(lifetime, "lifetime");
        homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
        offLinkPrefixes = List.copyOf(offLinkPrefixes);
    }

    /**
     * Status 0 for the session {@code entry} as it is now.
     *
     * @param lifetime granted, units of 4 seconds
     */
    static ProxyBindingAcknowledgement accepted(ProxyBindingUpdate update, BindingCacheEntry entry, int lifetime) {
        return new ProxyBindingAcknowledgement(
                update.sequenceNumber(),
                BindingStatus.ACCEPTED,
                update.mobileNodeIdentifier(),
                entry.homeNetworkPrefixes(),
                entry.isActive() ? entry.flowMobility().carried() : List.of(),
                update.handoffIndicator().orElse(HandoffIndicator.RESERVED),
                update.accessTechnologyType().orElse(RESERVED),
                update.linkLayerIdentifier(),
                lifetime,
                update.timestamp(),
                // What the entry holds now is what the update said, or what was answered to its question (section
                // 5.3.6).
                update.linkLocalAddress().map(asked -> entry.linkLocalAddress().orElse(asked)),
                update.serviceSelection());
    }

    /** "All the Home Network Prefix options in the request" come back; one ALL_ZERO when there was none (section 5.3.6). */
    static ProxyBindingAcknowledgement rejected(ProxyBindingUpdate update, BindingStatus status) {
        return refusal(update, update.sequenceNumber(), status, update.timestamp());
    }

    /** 156 and 157 carry the anchor's time of day (section 5.5). */
    static ProxyBindingAcknowledgement outOfTime(ProxyBindingUpdate update, BindingStatus status, Instant now) {
        return refusal(update, update.sequenceNumber(), status, Optional.of(Timestamp.of(now)));
    }

    /** 135 carries the last accepted sequence number (RFC 6275 section 9.5.1). */
    static ProxyBindingAcknowledgement outOfWindow(ProxyBindingUpdate update, int lastSequenceNumber) {
        return refusal(update, lastSequenceNumber, BindingStatus.SEQUENCE_NUMBER_OUT_OF_WINDOW, update.timestamp());
    }

    private static List<HomeNetworkPrefix> echoed(ProxyBindingUpdate update) {
        return update.homeNetworkPrefixes().isEmpty()
                ? List.of(HomeNetworkPrefix.ALL_ZERO)
                : update.homeNetworkPrefixes();
    }

    private static ProxyBindingAcknowledgement refusal(
            ProxyBindingUpdate update, int sequenceNumber, BindingStatus status, Optional<Timestamp> timestamp) {
        return new ProxyBindingAcknowledgement(
                sequenceNumber,
                status,
                update.mobileNodeIdentifier(),
                echoed(update),
                List.of(),
                update.handoffIndicator().orElse(HandoffIndicator.RESERVED),
                update.accessTechnologyType().orElse(RESERVED),
                update.linkLayerIdentifier(),
                0,
                timestamp,
                // "the link-local address from the request MUST be copied" (section 5.3.6)
                update.linkLocalAddress(),
                update.serviceSelection());
    }
}
