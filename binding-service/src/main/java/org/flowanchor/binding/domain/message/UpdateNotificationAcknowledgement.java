package org.flowanchor.binding.domain.message;

import java.util.List;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.UpdateNotificationStatus;

/**
 * Update Notification Acknowledgement (RFC 7077 section 4.2); of a Flow Mobility Initiate the Flow Mobility Acknowledgement (RFC 7864
 * section 4.3).
 *
 * @param sequenceNumber copied from the notification
 * @param mobileNodeIdentifier copied; empty when the gateway left it out
 * @param homeNetworkPrefixes copied when accepted, whatever their L flag
 */
public record UpdateNotificationAcknowledgement(
        int sequenceNumber,
        UpdateNotificationStatus status,
        Optional<MobileNodeIdentifier> mobileNodeIdentifier,
        List<HomeNetworkPrefix> homeNetworkPrefixes)
        implements GatewayAnswer {
    public UpdateNotificationAcknowledgement {
        Range.unsigned16(sequenceNumber, "sequence number");
        homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
    }
}
