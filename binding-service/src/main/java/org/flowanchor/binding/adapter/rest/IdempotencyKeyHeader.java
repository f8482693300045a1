package org.flowanchor.binding.adapter.rest;

import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.IdempotencyKey;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key}. */
final class IdempotencyKeyHeader {
    static final String NAME = "Idempotency-Key";
    static final String DESCRIPTION =
            "The same request under the same key within 24 hours gets the same answer and is done once";

    private IdempotencyKeyHeader() {}

    /** @throws InvalidRequestException when it is no key */
    static Optional<IdempotencyKey> read(@Nullable String header) {
        try {
            return Optional.ofNullable(header).map(IdempotencyKey::new);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    List.of(new InvalidRequestException.Fault(NAME, String.valueOf(e.getMessage()))));
        }
    }
}
