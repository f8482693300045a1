package org.flowanchor.agent.domain;

import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.UpdateNotificationReason;

/**
 * RFC 7077 section 4.1; with reason 8 the Flow Mobility Initiate (RFC 7864 section 4.2).
 *
 * @param sequenceNumber 0..65535
 * @param acknowledge the A flag
 * @param retransmission the D flag
 * @param mobileNode empty: none is named
 * @param allSessions names every session of the gateway instead of a mobile node (RFC 6602 section 4.3)
 * @param vendorSpecific has a vendor specific option
 * @param anchored prefixes without L: the gateway's own
 * @param foreign prefixes with L: to be forwarded, anchored elsewhere
 */
public record UpdateNotification(
        int sequenceNumber,
        UpdateNotificationReason reason,
        boolean acknowledge,
        boolean retransmission,
        Optional<MobileNodeIdentifier> mobileNode,
        boolean allSessions,
        boolean vendorSpecific,
        Set<HomeNetworkPrefix> anchored,
        Set<HomeNetworkPrefix> foreign)
        implements AnchorMessage {
    public UpdateNotification {
        anchored = Set.copyOf(anchored);
        foreign = Set.copyOf(foreign);
    }

    /** Retransmissions equal it (U-04). */
    UpdateNotification first() {
        return new UpdateNotification(
                sequenceNumber, reason, acknowledge, false, mobileNode, allSessions, vendorSpecific, anchored, foreign);
    }

    boolean isFlowMobilityInitiate() {
        return reason.equals(UpdateNotificationReason.FLOW_MOBILITY);
    }
}
