package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Flow Binding Acknowledgement (RFC 7109 section 6.1.2).
 *
 * @param sequenceNumber copied from the indication
 */
public record FlowBindingAcknowledgement(int sequenceNumber, FlowBindingStatus status, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 21;

    public FlowBindingAcknowledgement {
        Unsigned.sixteen(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
