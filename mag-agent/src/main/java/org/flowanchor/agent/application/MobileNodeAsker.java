package org.flowanchor.agent.application;

import java.util.List;
import org.flowanchor.mobility.LinkLayerIdentifier;

/** Asks the anchor whose interfaces are; never blocks. */
@FunctionalInterface
public interface MobileNodeAsker {
    /** @param linkLayerIdentifiers 1..1000; lost when no stream is up, and asked again */
    void ask(List<LinkLayerIdentifier> linkLayerIdentifiers);
}
