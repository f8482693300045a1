package org.flowanchor.mobility;

/**
 * Handoff Indicator (RFC 5213 section 8.4, RFC 7864 section 3.2.1). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record HandoffIndicator(int value) {
    /** 0, never sent by a gateway. */
    public static final HandoffIndicator RESERVED = new HandoffIndicator(0);

    public static final HandoffIndicator ATTACHMENT_OVER_A_NEW_INTERFACE = new HandoffIndicator(1);
    public static final HandoffIndicator HANDOFF_BETWEEN_TWO_DIFFERENT_INTERFACES = new HandoffIndicator(2);
    public static final HandoffIndicator HANDOFF_BETWEEN_MAGS_FOR_THE_SAME_INTERFACE = new HandoffIndicator(3);
    public static final HandoffIndicator HANDOFF_STATE_UNKNOWN = new HandoffIndicator(4);
    public static final HandoffIndicator HANDOFF_STATE_NOT_CHANGED = new HandoffIndicator(5);
    public static final HandoffIndicator ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES = new HandoffIndicator(6);

    public HandoffIndicator {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("handoff indicator " + value + " is not in 0..255");
        }
    }
}
