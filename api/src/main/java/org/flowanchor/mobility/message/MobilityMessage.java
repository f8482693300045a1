package org.flowanchor.mobility.message;

import org.flowanchor.mobility.option.MobilityOptions;

/** A message of the Mobility Header (RFC 6275 section 6.1) that a Proxy Mobile IPv6 domain uses. */
public sealed interface MobilityMessage
        permits BindingAcknowledgement,
                BindingError,
                BindingRefreshRequest,
                BindingRevocationAcknowledgement,
                BindingRevocationIndication,
                BindingUpdate,
                FlowBindingAcknowledgement,
                FlowBindingIndication,
                Heartbeat,
                LocalizedRoutingAcknowledgement,
                LocalizedRoutingInitiation,
                ProxyBindingAcknowledgement,
                ProxyBindingUpdate,
                SubscriptionQuery,
                SubscriptionResponse,
                UpdateNotification,
                UpdateNotificationAcknowledgement {
    /** MH Type of the IANA registry. */
    int type();

    /** In the order of the wire, without padding. */
    MobilityOptions options();
}
