package org.flowanchor.agent.domain;

/** What a gateway says to its anchor besides updates. */
public sealed interface GatewayMessage
        permits BindingRevocationAcknowledgement, Heartbeat, UpdateNotificationAcknowledgement {}
