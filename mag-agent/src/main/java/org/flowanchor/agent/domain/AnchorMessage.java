package org.flowanchor.agent.domain;

/** What an anchor says to a gateway without having been asked, whichever way it came. */
public sealed interface AnchorMessage
        permits BindingErrorReceived, BindingRevocationIndication, Heartbeat, UpdateNotification {}
