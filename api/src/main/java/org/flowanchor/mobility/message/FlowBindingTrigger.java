package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Trigger of a Flow Binding Indication (RFC 7109 section 6.1.1). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record FlowBindingTrigger(int value) {
    public static final FlowBindingTrigger RESERVED = new FlowBindingTrigger(0);
    public static final FlowBindingTrigger UNSPECIFIED = new FlowBindingTrigger(1);
    public static final FlowBindingTrigger ADMINISTRATIVE_REASON = new FlowBindingTrigger(2);
    public static final FlowBindingTrigger POSSIBLE_OUT_OF_SYNC_STATE = new FlowBindingTrigger(3);

    public FlowBindingTrigger {
        Unsigned.field(value, 8, "flow binding trigger");
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
