package org.flowanchor.flow.adapter.rest;

import java.time.Instant;
import org.flowanchor.flow.application.MoveOutcome;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * What became of a move or a reset.
 *
 * @param moved false: the flow was there already; from and to are the same and there are no times
 * @param traceparent W3C trace context of the move; null: none was needed
 */
record MoveAnswer(
        String flow,
        boolean moved,
        @Nullable AccessBody from,
        @Nullable AccessBody to,
        String cause,
        String reason,
        @Nullable Instant requestedAt,
        @Nullable Instant enforcedAt,
        @Nullable String traceparent) {
    static MoveAnswer of(MoveOutcome.Enforced enforced) {
        Move move = enforced.move();
        return new MoveAnswer(
                enforced.flow().toString(),
                true,
                AccessBody.of(move.from()),
                AccessBody.of(move.to()),
                move.cause().name(),
                move.reason(),
                move.requestedAt(),
                move.enforcedAt().orElse(null),
                move.trace().map(TraceContext::traceparent).orElse(null));
    }

    static MoveAnswer of(MoveOutcome.AlreadyThere there) {
        AccessBody access = there.access().map(AccessBody::of).orElse(null);
        return new MoveAnswer(
                there.flow().toString(),
                false,
                access,
                access,
                "MANUAL",
                "the flow was there already",
                null,
                null,
                null);
    }
}
