package org.flowanchor.flow.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * A flow's change of access.
 *
 * @param reason with the figures that decided
 * @param enforcedAt the kernel's acknowledgement at the anchor; empty while it is awaited
 */
public record Move(
        Access from, Access to, MoveCause cause, String reason, Instant requestedAt, Optional<Instant> enforcedAt) {
    public Move enforced(Instant at) {
        return new Move(from, to, cause, reason, requestedAt, Optional.of(at));
    }
}
