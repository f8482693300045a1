package org.flowanchor.binding.domain;

/** Messages of the anchor that a gateway may not know: it says so with a Binding Error (RFC 6275 section 9.3.3). */
public enum MessageKind {
    /** RFC 7077: Flow Mobility Initiate. */
    UPDATE_NOTIFICATION,
    /** RFC 5846. */
    BINDING_REVOCATION_INDICATION,
    /** RFC 5847. */
    HEARTBEAT
}
