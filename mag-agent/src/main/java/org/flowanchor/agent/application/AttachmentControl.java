package org.flowanchor.agent.application;

import java.util.concurrent.CompletableFuture;
import org.flowanchor.agent.domain.AttachmentTrigger;
import org.flowanchor.mobility.LinkLayerIdentifier;

/** What the access network may say of its terminals; never blocks. */
public interface AttachmentControl {
    /**
     * What became of a trigger.
     *
     * @param detail for humans: the attachment's state, or why it changed nothing
     */
    record TriggerOutcome(boolean accepted, String detail) {}

    /** A terminal is there. Accepted means that it is being registered or was, not that the anchor agrees. */
    CompletableFuture<TriggerOutcome> attach(AttachmentTrigger trigger);

    /** A terminal has gone, or is to go. */
    CompletableFuture<TriggerOutcome> detach(String accessLink, LinkLayerIdentifier linkLayerIdentifier);
}
