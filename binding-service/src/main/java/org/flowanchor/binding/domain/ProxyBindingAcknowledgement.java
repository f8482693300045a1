package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * Proxy Binding Acknowledgement, PBA (RFC 5213 sections 5.3.6 and 8.2).
 *
 * @param mobileNodeIdentifier copied; empty stands for the zero-length identifier
 * @param handoffIndicator copied; 0 when the update had none
 * @param accessTechnologyType copied; 0 when the update had none
 * @param lifetime units of 4 seconds; 0 when rejected or de-registered
 * @param timestamp present exactly when the update had one
 */
public record ProxyBindingAcknowledgement(
        int sequenceNumber,
        BindingStatus status,
        Optional<MobileNodeIdentifier> mobileNodeIdentifier,
        List<HomeNetworkPrefix> homeNetworkPrefixes,
        HandoffIndicator handoffIndicator,
        AccessTechnologyType accessTechnologyType,
        Optional<LinkLayerIdentifier> linkLayerIdentifier,
        int lifetime,
        Optional<Timestamp> timestamp) {
    private static final AccessTechnologyType RESERVED = new AccessTechnologyType(0);

    public ProxyBindingAcknowledgement {
        ProxyBindingUpdate.requireUnsigned16(sequenceNumber, "sequence number");
        ProxyBindingUpdate.requireUnsigned16(lifetime, "lifetime");
        homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
    }

    static ProxyBindingAcknowledgement accepted(
            ProxyBindingUpdate update, List<HomeNetworkPrefix> prefixes, int lifetime) {
        return of(update, update.sequenceNumber(), BindingStatus.ACCEPTED, prefixes, lifetime, update.timestamp());
    }

    /** "All the Home Network Prefix options in the request" come back; one ALL_ZERO when there was none (section 5.3.6). */
    static ProxyBindingAcknowledgement rejected(ProxyBindingUpdate update, BindingStatus status) {
        return of(update, update.sequenceNumber(), status, echoed(update), 0, update.timestamp());
    }

    /** 156 and 157 carry the anchor's time of day (section 5.5). */
    static ProxyBindingAcknowledgement outOfTime(ProxyBindingUpdate update, BindingStatus status, Instant now) {
        return of(update, update.sequenceNumber(), status, echoed(update), 0, Optional.of(Timestamp.of(now)));
    }

    /** 135 carries the last accepted sequence number (RFC 6275 section 9.5.1). */
    static ProxyBindingAcknowledgement outOfWindow(ProxyBindingUpdate update, int lastSequenceNumber) {
        return of(
                update,
                lastSequenceNumber,
                BindingStatus.SEQUENCE_NUMBER_OUT_OF_WINDOW,
                echoed(update),
                0,
                update.timestamp());
    }

    private static List<HomeNetworkPrefix> echoed(ProxyBindingUpdate update) {
        return update.homeNetworkPrefixes().isEmpty()
                ? List.of(HomeNetworkPrefix.ALL_ZERO)
                : update.homeNetworkPrefixes();
    }

    private static ProxyBindingAcknowledgement of(
            ProxyBindingUpdate update,
            int sequenceNumber,
            BindingStatus status,
            List<HomeNetworkPrefix> prefixes,
            int lifetime,
            Optional<Timestamp> timestamp) {
        return new ProxyBindingAcknowledgement(
                sequenceNumber,
                status,
                update.mobileNodeIdentifier(),
                prefixes,
                update.handoffIndicator().orElse(HandoffIndicator.RESERVED),
                update.accessTechnologyType().orElse(RESERVED),
                update.linkLayerIdentifier(),
                lifetime,
                timestamp);
    }
}
