package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Notification Reason (RFC 7077 section 4.1 and its registry). An open registry: unknown values survive.
 *
 * @param value 0..65535
 */
public record UpdateNotificationReason(int value) {
    public static final UpdateNotificationReason FORCE_REREGISTRATION = new UpdateNotificationReason(1);
    public static final UpdateNotificationReason UPDATE_SESSION_PARAMETERS = new UpdateNotificationReason(2);
    public static final UpdateNotificationReason VENDOR_SPECIFIC_REASON = new UpdateNotificationReason(3);
    public static final UpdateNotificationReason ANI_PARAMS_REQUESTED = new UpdateNotificationReason(4);
    public static final UpdateNotificationReason QOS_SERVICE_REQUEST = new UpdateNotificationReason(5);
    public static final UpdateNotificationReason PGW_TRIGGERED_PCSCF_RESTORATION_PCO = new UpdateNotificationReason(6);
    public static final UpdateNotificationReason PGW_TRIGGERED_PCSCF_RESTORATION_DHCP = new UpdateNotificationReason(7);
    public static final UpdateNotificationReason FLOW_MOBILITY = new UpdateNotificationReason(8);

    public UpdateNotificationReason {
        Unsigned.field(value, 16, "update notification reason");
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
