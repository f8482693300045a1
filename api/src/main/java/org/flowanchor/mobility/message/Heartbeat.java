package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Heartbeat (RFC 5847 section 3.3).
 *
 * @param unsolicited the U flag: the sender restarted and lost state
 * @param response the R flag
 * @param sequenceNumber 0..2^32-1
 */
public record Heartbeat(boolean unsolicited, boolean response, long sequenceNumber, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 13;

    public Heartbeat {
        Unsigned.thirtyTwo(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
