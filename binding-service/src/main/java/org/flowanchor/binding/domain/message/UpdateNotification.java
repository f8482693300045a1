package org.flowanchor.binding.domain.message;

import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.UpdateNotificationReason;

/**
 * Update Notification (RFC 7077 section 4.1); with reason 8 the Flow Mobility Initiate (RFC 7864 section 4.2).
 *
 * @param sequenceNumber 0..65535, of this anchor with this gateway
 * @param acknowledge the A flag
 * @param retransmission the D flag
 * @param onLinkPrefixes prefixes the gateway anchors, L=0; only where there is no other one to name
 * @param offLinkPrefixes prefixes anchored elsewhere, L=1: all the gateway is to carry, what is missing is removed
 */
public record UpdateNotification(
        int sequenceNumber,
        UpdateNotificationReason reason,
        boolean acknowledge,
        boolean retransmission,
        MobileNodeIdentifier mobileNodeIdentifier,
        List<HomeNetworkPrefix> onLinkPrefixes,
        List<HomeNetworkPrefix> offLinkPrefixes)
        implements GatewayMessage {
    public UpdateNotification {
        Range.unsigned16(sequenceNumber, "sequence number");
        onLinkPrefixes = List.copyOf(onLinkPrefixes);
        offLinkPrefixes = List.copyOf(offLinkPrefixes);
        if (reason.equals(UpdateNotificationReason.FLOW_MOBILITY)
                && onLinkPrefixes.isEmpty()
                && offLinkPrefixes.isEmpty()) {
            throw new IllegalArgumentException("a flow mobility initiate names one prefix or more");
        }
    }
}
