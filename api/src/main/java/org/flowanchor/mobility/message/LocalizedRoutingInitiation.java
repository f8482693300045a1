package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Localized Routing Initiation (RFC 6705 section 10.1). Options come in groups that an MN-ID opens.
 *
 * @param sequenceNumber 0..65535
 * @param lifetime seconds, 0..65535; 65535 is for ever, 0 stops
 */
public record LocalizedRoutingInitiation(int sequenceNumber, int lifetime, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 17;

    public LocalizedRoutingInitiation {
        Unsigned.sixteen(sequenceNumber, "sequence number");
        Unsigned.sixteen(lifetime, "lifetime");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
