package org.flowanchor.binding.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.flowanchor.binding.application.SignallingMetrics;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.PrepareMoveDecision;
import org.jspecify.annotations.Nullable;

/** Closed label sets, all of them there from the start. */
final class SignallingMeters implements SignallingMetrics {
    private final Map<MessageKind, Counter> sent = new EnumMap<>(MessageKind.class);
    private final Map<MessageKind, Map<Result, Counter>> answered = new EnumMap<>(MessageKind.class);
    private final Map<String, Counter> prepared = new HashMap<>();
    private final Map<GatewayPeer.Event, Counter> peers = new EnumMap<>(GatewayPeer.Event.class);

    SignallingMeters(MeterRegistry registry) {
        for (MessageKind kind : MessageKind.values()) {
            String family = "pmip." + family(kind);
            sent.put(kind, registry.counter(family + ".att"));
            Map<Result, Counter> results = new EnumMap<>(Result.class);
            for (Result result : Result.values()) {
                results.put(
                        result,
                        result == Result.SUCCEEDED
                                ? registry.counter(family + ".succ")
                                : registry.counter(family + ".fail", "reason", label(result)));
            }
            answered.put(kind, results);
        }
        prepared.put("prepared", registry.counter("flowanchor.binding.prepare.move", "outcome", "prepared"));
        prepared.put("requested", registry.counter("flowanchor.binding.prepare.move", "outcome", "requested"));
        for (PrepareMoveDecision.Refusal refusal : PrepareMoveDecision.Refusal.values()) {
            prepared.put(
                    label(refusal), registry.counter("flowanchor.binding.prepare.move", "outcome", label(refusal)));
        }
        for (GatewayPeer.Event event : GatewayPeer.Event.values()) {
            if (event != GatewayPeer.Event.NOTHING) {
                peers.put(event, registry.counter("flowanchor.binding.peer", "event", label(event)));
            }
        }
    }

    private static String family(MessageKind kind) {
        return switch (kind) {
            case UPDATE_NOTIFICATION -> "upn";
            case BINDING_REVOCATION_INDICATION -> "bri";
            case HEARTBEAT -> "heartbeat";
        };
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void sent(MessageKind kind) {
        increment(sent.get(kind));
    }

    @Override
    public void answered(MessageKind kind, Result result) {
        increment(answered.getOrDefault(kind, Map.of()).get(result));
    }

    @Override
    public void prepared(PrepareMoveDecision decision) {
        increment(prepared.get(
                switch (decision) {
                    case PrepareMoveDecision.Prepared now -> "prepared";
                    case PrepareMoveDecision.Requested asked -> "requested";
                    case PrepareMoveDecision.Refused refused -> label(refused.refusal());
                }));
    }

    @Override
    public void peer(GatewayPeer.Event event) {
        increment(peers.get(event));
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
