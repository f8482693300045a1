package org.flowanchor.flow.domain;

import java.time.Instant;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.LmaAddress;

/** An operator's decision that a flow belongs on a kind of access, until it is reset. */
public record Pin(
        LmaAddress anchor,
        FlowId flow,
        FiveTuple selector,
        AccessTechnologyType accessTechnologyType,
        Instant pinnedAt) {}
