package org.flowanchor.policy.adapter.rest;

import java.util.Optional;
import org.flowanchor.policy.application.IdempotencyKey;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key}. */
final class IdempotencyKeyHeader {
    static final String NAME = "Idempotency-Key";

    private IdempotencyKeyHeader() {}

    /** @throws Problem 400 when it is no key */
    static Optional<IdempotencyKey> read(@Nullable String header) {
        try {
            return Optional.ofNullable(header).map(IdempotencyKey::new);
        } catch (IllegalArgumentException e) {
            throw Problem.invalidRequest(NAME + " " + e.getMessage());
        }
    }
}
