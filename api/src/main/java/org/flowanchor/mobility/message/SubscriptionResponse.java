package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Subscription Response (RFC 7161 section 4.3.2).
 *
 * @param sequenceNumber 0..255
 * @param multicastInformation the I flag: options say what the node listens to
 */
public record SubscriptionResponse(int sequenceNumber, boolean multicastInformation, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 23;

    public SubscriptionResponse {
        Unsigned.octet(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
