package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Flow Binding Indication (RFC 7109 section 6.1.1).
 *
 * @param sequenceNumber 0..65535
 * @param acknowledge the A flag
 */
public record FlowBindingIndication(
        int sequenceNumber, FlowBindingTrigger trigger, boolean acknowledge, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 21;

    public FlowBindingIndication {
        Unsigned.sixteen(sequenceNumber, "sequence number");
    }

    @Override
    public int type() {
        return TYPE;
    }
}
