package org.flowanchor.agent.application;

import org.flowanchor.agent.domain.ProxyBindingUpdate;

/** Sends updates to the anchor; never blocks. */
@FunctionalInterface
public interface UpdateSender {
    /** @return which stream took it, 1, 2, 3 ... in order of their coming up; 0 when none is up and the caller retransmits */
    long send(ProxyBindingUpdate update);
}
