package org.flowanchor.flow.application;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.flow.domain.placement.TrafficClass;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;

/**
 * What the anchor's agent is told.
 *
 * @param trace the newest of its causes
 * @param fullState the classes and exceptions are everything there is
 * @param classes empty: unchanged
 */
public record SteeringCommand(
        LmaAddress anchor,
        TraceContext trace,
        long epoch,
        long version,
        long nonce,
        boolean fullState,
        Optional<List<TrafficClass>> classes,
        Map<FiveTuple, ProxyCareOfAddress> exceptions,
        Set<FiveTuple> removedExceptions) {}
