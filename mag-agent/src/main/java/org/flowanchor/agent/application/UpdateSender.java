package org.flowanchor.agent.application;

import org.flowanchor.agent.domain.ProxyBindingUpdate;

/** Sends updates to the anchor; never blocks. */
@FunctionalInterface
public interface UpdateSender {
    /** @return false when the stream is away; the caller retransmits */
    boolean send(ProxyBindingUpdate update);
}
