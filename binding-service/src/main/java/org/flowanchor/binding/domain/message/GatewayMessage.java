package org.flowanchor.binding.domain.message;

/** What the anchor sends to a gateway beside acknowledgements of updates. */
public sealed interface GatewayMessage
        permits UpdateNotification, BindingRevocationIndication, Heartbeat, BindingError {}
