package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Subscription Query (RFC 7161 section 4.3.1): asks which multicast groups a node listens to.
 *
 * @param sequenceNumber 0..255
 */
public record SubscriptionQuery(int sequenceNumber, MobilityOptions options) implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 22;

    public SubscriptionQuery {
        Unsigned.octet(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
