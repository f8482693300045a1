package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Status of a Flow Binding Acknowledgement (RFC 7109 section 6.1.2). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record FlowBindingStatus(int value) {
    public static final FlowBindingStatus SUCCESS = new FlowBindingStatus(0);
    public static final FlowBindingStatus TARGET_CARE_OF_ADDRESS_DOES_NOT_EXIST = new FlowBindingStatus(128);
    public static final FlowBindingStatus ACTION_NOT_AUTHORIZED = new FlowBindingStatus(129);

    public FlowBindingStatus {
        Unsigned.field(value, 8, "flow binding status");
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
