package org.flowanchor.flow.adapter.rest;

import java.time.Instant;
import org.flowanchor.flow.application.FlowView;
import org.flowanchor.flow.domain.Move;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.jspecify.annotations.Nullable;

/** A flow in answers. Absent values are null. */
record FlowBody(
        String id,
        @Nullable String mobileNodeIdentifier,
        SelectorBody selector,
        @Nullable AccessBody access,
        long bitsPerSecond,
        long demandBitsPerSecond,
        @Nullable String policy,
        @Nullable String rule,
        @Nullable String pinned,
        int moves,
        @Nullable MoveBody lastMove) {
    record SelectorBody(
            String sourceAddress, String destinationAddress, int protocol, int sourcePort, int destinationPort) {
        static SelectorBody of(FiveTuple flow) {
            return new SelectorBody(
                    flow.sourceAddress().toString(),
                    flow.destinationAddress().toString(),
                    flow.protocol(),
                    flow.sourcePort(),
                    flow.destinationPort());
        }
    }

    record MoveBody(
            AccessBody from,
            AccessBody to,
            String cause,
            String reason,
            Instant requestedAt,
            @Nullable Instant enforcedAt,
            @Nullable String traceparent) {
        static MoveBody of(Move move) {
            return new MoveBody(
                    AccessBody.of(move.from()),
                    AccessBody.of(move.to()),
                    move.cause().name(),
                    move.reason(),
                    move.requestedAt(),
                    move.enforcedAt().orElse(null),
                    move.trace().map(TraceContext::traceparent).orElse(null));
        }
    }

    static FlowBody of(FlowView view) {
        Flow flow = view.flow();
        return new FlowBody(
                flow.id().toString(),
                view.mobileNode().map(MobileNodeIdentifier::value).orElse(null),
                SelectorBody.of(flow.selector()),
                view.access().map(AccessBody::of).orElse(null),
                view.bitsPerSecond(),
                view.demandBitsPerSecond(),
                flow.rule().map(name -> name.policy()).orElse(null),
                flow.rule().map(name -> name.rule()).orElse(null),
                flow.pin().map(Object::toString).orElse(null),
                flow.moves(),
                flow.lastMove().map(MoveBody::of).orElse(null));
    }
}
