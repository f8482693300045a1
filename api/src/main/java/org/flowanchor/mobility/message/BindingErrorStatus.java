package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Unsigned;

/**
 * Status of a Binding Error (RFC 6275 section 6.1.9). An open registry: unknown values survive.
 *
 * @param value 0..255
 */
public record BindingErrorStatus(int value) {
    public static final BindingErrorStatus UNKNOWN_BINDING = new BindingErrorStatus(1);
    public static final BindingErrorStatus UNRECOGNIZED_MH_TYPE = new BindingErrorStatus(2);

    public BindingErrorStatus {
        Unsigned.field(value, 8, "binding error status");
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
