package org.flowanchor.flow.application;

import java.time.Instant;

/**
 * The agent's ACK or NACK.
 *
 * @param error empty: applied
 * @param appliedAt the kernel's acknowledgement
 */
public record CommandAnswer(long version, long nonce, String error, Instant appliedAt) {}
