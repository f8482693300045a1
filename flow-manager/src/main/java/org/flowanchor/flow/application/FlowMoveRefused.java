package org.flowanchor.flow.application;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.flow.domain.placement.Preparation;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.mobility.LmaAddress;

/**
 * A flow that was to move stayed, since the gateway it was to go to does not carry its prefix.
 *
 * @param flow empty when it ended meanwhile
 * @param reason for humans
 */
public record FlowMoveRefused(
        LmaAddress anchor,
        Optional<Flow> flow,
        Preparation preparation,
        PreparationFailure failure,
        String reason,
        Instant at,
        long epoch,
        long version) {}
