package org.flowanchor.agent.adapter.mobilityheader;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.application.AccessInput;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.MobileNodeMapping;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;

/** What an anchor's signalling delivered. */
final class RecordedInput implements AccessInput {
    final List<Long> streams = new ArrayList<>();
    final List<ProxyBindingAcknowledgement> acknowledgements = new ArrayList<>();
    final List<AnchorMessage> heard = new ArrayList<>();

    @Override
    public void registrationStreamUp(long stream) {
        streams.add(stream);
    }

    @Override
    public void acknowledged(ProxyBindingAcknowledgement acknowledgement) {
        acknowledgements.add(acknowledgement);
    }

    @Override
    public void mobileNodesAre(List<MobileNodeMapping> mappings) {
        throw new AssertionError("nobody asks on the wire");
    }

    @Override
    public void heard(AnchorMessage message) {
        heard.add(message);
    }
}
