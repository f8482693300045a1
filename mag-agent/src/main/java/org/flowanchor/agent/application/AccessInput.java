package org.flowanchor.agent.application;

import java.util.List;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.MobileNodeMapping;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;

/** What the registration stream delivers; never blocks. */
public interface AccessInput {
    /** @param stream as {@link UpdateSender#send} counts them */
    void registrationStreamUp(long stream);

    void acknowledged(ProxyBindingAcknowledgement acknowledgement);

    /** The anchor answers whose interfaces are. */
    void mobileNodesAre(List<MobileNodeMapping> mappings);

    /** The anchor says something by itself. */
    void heard(AnchorMessage message);
}
