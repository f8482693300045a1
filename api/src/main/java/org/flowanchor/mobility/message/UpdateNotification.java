package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Update Notification (RFC 7077 section 4.1); with reason 8 the Flow Mobility Initiate (RFC 7864 section 4.2).
 *
 * @param sequenceNumber 0..65535
 * @param acknowledge the A flag
 * @param retransmission the D flag
 */
public record UpdateNotification(
        int sequenceNumber,
        UpdateNotificationReason reason,
        boolean acknowledge,
        boolean retransmission,
        MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 19;

    public UpdateNotification {
        Unsigned.sixteen(sequenceNumber, "sequence number");
    }

    /** An FMI. */
    public boolean isFlowMobilityInitiate() {
        return reason.equals(UpdateNotificationReason.FLOW_MOBILITY);
    }

    @Override
    public int type() {
        return TYPE;
    }
}
