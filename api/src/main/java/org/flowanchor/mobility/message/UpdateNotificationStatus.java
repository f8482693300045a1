package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Status Code of an Update Notification Acknowledgement (RFC 7077 section 4.2, RFC 7864 section 4.3). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record UpdateNotificationStatus(int value) {
    public static final UpdateNotificationStatus SUCCESS = new UpdateNotificationStatus(0);
    public static final UpdateNotificationStatus FAILED_TO_UPDATE_SESSION_PARAMETERS =
            new UpdateNotificationStatus(128);
    public static final UpdateNotificationStatus MISSING_VENDOR_SPECIFIC_OPTION = new UpdateNotificationStatus(129);
    public static final UpdateNotificationStatus CANNOT_MEET_QOS_SERVICE_REQUEST = new UpdateNotificationStatus(130);
    public static final UpdateNotificationStatus REASON_UNSPECIFIED = new UpdateNotificationStatus(131);
    public static final UpdateNotificationStatus MN_NOT_ATTACHED = new UpdateNotificationStatus(132);

    public UpdateNotificationStatus {
        Unsigned.field(value, 8, "update notification status");
    }

    /** Below 128 (the action was taken). */
    public boolean accepted() {
        return value < 128;
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
