package org.flowanchor.mobility.message;

import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.option.MobilityOptions;

/**
 * Binding Error (RFC 6275 section 6.1.9).
 *
 * @param homeAddress of the Home Address option, {@code ::} without one
 */
public record BindingError(BindingErrorStatus status, Ipv6Address homeAddress, MobilityOptions options)
        implements MobilityMessage {
    /** MH Type. */
    public static final int TYPE = 7;

    /** The answer to an unknown MH Type (RFC 6275 section 9.3.3). */
    public static BindingError unrecognizedMessage() {
        return new BindingError(BindingErrorStatus.UNRECOGNIZED_MH_TYPE, Ipv6Address.UNSPECIFIED, MobilityOptions.NONE);
    }

    @Override
    public int type() {
        return TYPE;
    }
}
