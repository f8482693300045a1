package org.flowanchor.agent.domain;

import org.flowanchor.mobility.message.BindingErrorStatus;

/** A Binding Error of the anchor (RFC 6275 section 6.1.9): it does not say which message it means. */
public record BindingErrorReceived(BindingErrorStatus status) implements AnchorMessage {}
