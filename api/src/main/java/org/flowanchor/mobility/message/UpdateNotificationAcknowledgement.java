package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Update Notification Acknowledgement (RFC 7077 section 4.2); of an FMI the Flow Mobility Acknowledgement (RFC 7864 section 4.3).
 *
 * @param sequenceNumber copied from the notification
 */
public record UpdateNotificationAcknowledgement(
        int sequenceNumber, UpdateNotificationStatus status, MobilityOptions options) implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 20;

    public UpdateNotificationAcknowledgement {
        Unsigned.sixteen(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
