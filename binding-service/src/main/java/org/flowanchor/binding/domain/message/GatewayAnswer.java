package org.flowanchor.binding.domain.message;

/** What a gateway sends to the anchor beside updates. */
public sealed interface GatewayAnswer
        permits UpdateNotificationAcknowledgement, BindingRevocationAcknowledgement, Heartbeat, BindingError {}
