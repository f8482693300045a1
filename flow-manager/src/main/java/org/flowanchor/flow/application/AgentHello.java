package org.flowanchor.flow.application;

import java.util.Map;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * How an anchor's agent introduces itself.
 *
 * @param epoch of the last command it accepted, 0 when there was none
 * @param exceptions what its kernel enforces
 */
public record AgentHello(
        String agentVersion, long epoch, long version, Map<FiveTuple, ProxyCareOfAddress> exceptions) {}
