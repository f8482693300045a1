package org.flowanchor.flow.application;

import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.mobility.LmaAddress;

/** Port to the topic {@code link-samples}. Returns at once; a sample that cannot be published is dropped and counted. */
@FunctionalInterface
public interface LinkSampleJournal {
    void publish(LmaAddress anchor, LinkSample sample);
}
