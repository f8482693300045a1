package org.flowanchor.flow.domain;

import java.time.Instant;
import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * An operator's decision that a flow belongs on a kind of access, until it is reset.
 *
 * @param mobileNode whose flow it was then; empty when that is not known
 */
public record Pin(
        LmaAddress anchor,
        FlowId flow,
        FiveTuple selector,
        Optional<MobileNodeIdentifier> mobileNode,
        AccessTechnologyType accessTechnologyType,
        Instant pinnedAt) {}
