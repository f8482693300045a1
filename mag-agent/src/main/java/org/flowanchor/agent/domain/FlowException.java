package org.flowanchor.agent.domain;

import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * One flow that does not follow its class.
 *
 * @param flowId the flow-manager's name of it; empty when read back from the kernel, which does not keep it
 * @param gateway that carries it while the flow's prefix has a usable binding there; otherwise the exception is held
 */
public record FlowException(String flowId, FiveTuple flow, ProxyCareOfAddress gateway) {}
