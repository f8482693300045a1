package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Revocation Trigger (RFC 5846 section 5.1). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record RevocationTrigger(int value) {
    public static final RevocationTrigger UNSPECIFIED = new RevocationTrigger(0);
    public static final RevocationTrigger ADMINISTRATIVE_REASON = new RevocationTrigger(1);
    public static final RevocationTrigger INTER_MAG_HANDOVER_SAME_ATT = new RevocationTrigger(2);
    public static final RevocationTrigger INTER_MAG_HANDOVER_DIFFERENT_ATT = new RevocationTrigger(3);
    public static final RevocationTrigger INTER_MAG_HANDOVER_UNKNOWN = new RevocationTrigger(4);
    public static final RevocationTrigger USER_INITIATED_SESSION_TERMINATION = new RevocationTrigger(5);
    public static final RevocationTrigger ACCESS_NETWORK_SESSION_TERMINATION = new RevocationTrigger(6);
    public static final RevocationTrigger POSSIBLE_OUT_OF_SYNC_BCE_STATE = new RevocationTrigger(7);
    public static final RevocationTrigger PER_PEER_POLICY = new RevocationTrigger(128);
    public static final RevocationTrigger REVOKING_MOBILITY_NODE_LOCAL_POLICY = new RevocationTrigger(129);

    public RevocationTrigger {
        Unsigned.field(value, 8, "revocation trigger");
    }

    /** 128..255: for several bindings, with the G flag. */
    public boolean global() {
        return value >= 128;
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
