package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Localized Routing Acknowledgement (RFC 6705 section 10.2).
 *
 * @param sequenceNumber 0..65535
 * @param unsolicited the U flag
 * @param lifetime seconds, 0..65535
 */
public record LocalizedRoutingAcknowledgement(
        int sequenceNumber, boolean unsolicited, LocalizedRoutingStatus status, int lifetime, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 18;

    public LocalizedRoutingAcknowledgement {
        Unsigned.sixteen(sequenceNumber, "sequence number");
        Unsigned.sixteen(lifetime, "lifetime");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
