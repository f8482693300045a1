package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Status of a Localized Routing Acknowledgement (RFC 6705 section 10.2). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record LocalizedRoutingStatus(int value) {
    public static final LocalizedRoutingStatus SUCCESS = new LocalizedRoutingStatus(0);
    public static final LocalizedRoutingStatus LOCALIZED_ROUTING_NOT_ALLOWED = new LocalizedRoutingStatus(128);
    public static final LocalizedRoutingStatus MN_NOT_ATTACHED = new LocalizedRoutingStatus(129);

    public LocalizedRoutingStatus {
        Unsigned.field(value, 8, "localized routing status");
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
