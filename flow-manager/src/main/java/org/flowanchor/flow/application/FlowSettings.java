package org.flowanchor.flow.application;

import java.time.Duration;
import org.flowanchor.flow.domain.load.LoadLimits;
import org.flowanchor.flow.domain.placement.PlacementLimits;

/**
 * How an anchor is steered.
 *
 * @param flowIdleTimeout a flow that sent nothing for this long is forgotten
 * @param decisionInterval between two runs of placement when nothing happens
 * @param moveTimeout how long an operator's move waits for the agent
 * @param acknowledgementTimeout a command that is not answered for this long is followed by the full state
 */
public record FlowSettings(
        PlacementLimits placement,
        LoadLimits load,
        Duration flowIdleTimeout,
        Duration decisionInterval,
        Duration moveTimeout,
        Duration acknowledgementTimeout) {}
