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
import org.flowanchor.mobility.message.RevocationStatus;
import org.jspecify.annotations.Nullable;

/** Closed label sets, all of them there from the start, but for gateways, which are configured: those come with their first heartbeat. */
final class SignallingMeters implements SignallingMetrics {
    /** What a gateway that revokes bindings may be refused with. */
    private static final Map<RevocationStatus, String> REFUSALS = Map.of(
            RevocationStatus.BINDING_DOES_NOT_EXIST, "binding_does_not_exist",
            RevocationStatus.IPV4_HOME_ADDRESS_OPTION_REQUIRED, "ipv4_home_address_option_required",
            RevocationStatus.GLOBAL_REVOCATION_NOT_AUTHORIZED, "global_revocation_not_authorized",
            RevocationStatus.REVOKED_MOBILE_NODES_IDENTITY_REQUIRED, "revoked_mobile_nodes_identity_required",
            RevocationStatus.REVOCATION_TRIGGER_NOT_SUPPORTED, "revocation_trigger_not_supported",
            RevocationStatus.REVOCATION_FUNCTION_NOT_SUPPORTED, "revocation_function_not_supported");

    private final Map<MessageKind, Counter> sent = new EnumMap<>(MessageKind.class);
    private final Map<MessageKind, Map<Result, Counter>> answered = new EnumMap<>(MessageKind.class);
    private final Map<String, Counter> prepared = new HashMap<>();
    private final Map<GatewayPeer.Event, Counter> peers = new EnumMap<>(GatewayPeer.Event.class);

    private final Counter gatewaysInPools;
    private final Counter revocationsReceived;
    private final Counter revocationsAccepted;
    private final Map<RevocationStatus, Counter> revocationsRefused = new HashMap<>();

    SignallingMeters(MeterRegistry registry) {
        gatewaysInPools = registry.counter("flowanchor.binding.gateway.refused", "reason", "address_in_pool");
        revocationsReceived = registry.counter("pmip.bri.received.att");
        revocationsAccepted = registry.counter("pmip.bri.received.succ");
        REFUSALS.forEach((status, reason) ->
                revocationsRefused.put(status, registry.counter("pmip.bri.received.fail", "reason", reason)));
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
    public void revocationReceived() {
        revocationsReceived.increment();
    }

    @Override
    public void revocationAnswered(RevocationStatus status) {
        increment(status.accepted() ? revocationsAccepted : revocationsRefused.get(status));
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

    @Override
    public void gatewayInPool() {
        gatewaysInPools.increment();
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
