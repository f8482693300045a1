package org.flowanchor.flow.domain.placement;

import java.util.Optional;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** A move that is a fact in the kernel: {@code move} has its enforcement time. */
public record EnforcedMove(Flow flow, Optional<MobileNodeIdentifier> mobileNode, Move move) {}
