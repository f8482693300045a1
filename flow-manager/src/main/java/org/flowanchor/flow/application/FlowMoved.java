package org.flowanchor.flow.application;

import org.flowanchor.flow.domain.placement.EnforcedMove;
import org.flowanchor.mobility.LmaAddress;

/**
 * A flow has moved.
 *
 * @param version of the command that moved it; with a move the agent made by itself, of the last command
 */
public record FlowMoved(LmaAddress anchor, EnforcedMove move, long epoch, long version) {}
