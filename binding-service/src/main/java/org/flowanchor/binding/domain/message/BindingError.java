package org.flowanchor.binding.domain.message;

import org.flowanchor.mobility.message.BindingErrorStatus;

/** Binding Error (RFC 6275 section 6.1.9); with status 2 the sender does not know a message it was sent. */
public record BindingError(BindingErrorStatus status) implements GatewayMessage, GatewayAnswer {
    public static final BindingError UNRECOGNIZED_MH_TYPE = new BindingError(BindingErrorStatus.UNRECOGNIZED_MH_TYPE);
}
