package org.flowanchor.binding.application;

import org.flowanchor.binding.domain.OutstandingMessage;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Net change of one unanswered message by one transaction. */
public sealed interface MessageChange {
    MobileNodeIdentifier mobileNodeIdentifier();

    OutstandingMessage message();

    /** New: it gets a sequence number and goes out. */
    record Written(MobileNodeIdentifier mobileNodeIdentifier, OutstandingMessage message) implements MessageChange {}

    /** It goes out once more. */
    record Repeated(MobileNodeIdentifier mobileNodeIdentifier, OutstandingMessage message) implements MessageChange {}

    /** Nobody waits for an answer any more. */
    record Settled(MobileNodeIdentifier mobileNodeIdentifier, OutstandingMessage message) implements MessageChange {}
}
