package org.flowanchor.flow.application;

import org.flowanchor.flow.domain.load.LinkLoad;
import org.flowanchor.mobility.LmaAddress;

/**
 * A link as an operator sees it.
 *
 * @param stale it has not been sampled for a while; decisions ignore it
 */
public record LinkView(LmaAddress anchor, LinkLoad load, boolean stale) {}
