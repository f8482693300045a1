package org.flowanchor.agent.application;

import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;

/** What the registration stream delivers; never blocks. */
public interface AccessInput {
    void registrationStreamUp();

    void acknowledged(ProxyBindingAcknowledgement acknowledgement);
}
