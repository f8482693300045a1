package org.flowanchor.flow.application;

import org.flowanchor.mobility.LmaAddress;

/**
 * Where an anchor stands.
 *
 * @param epoch 0 while not taken over
 * @param error of the last refused command or take-over, empty when none since
 */
public record AnchorStatus(
        LmaAddress anchor, boolean agentConnected, long epoch, long version, int flows, int bindings, String error) {}
