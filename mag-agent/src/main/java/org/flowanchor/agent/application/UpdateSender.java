package org.flowanchor.agent.application;

import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.TraceContext;

/** Sends updates to the anchor; never blocks. */
@FunctionalInterface
public interface UpdateSender {
    /**
     * @param trace of the procedure, where the way has room for it: a Mobility Header has none
     * @return which stream took it, 1, 2, 3 ... in order of their coming up; 0 when none is up and the caller retransmits
     */
    long send(ProxyBindingUpdate update, TraceContext trace);
}
