package org.flowanchor.binding.adapter.rest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.FlowMobility;
import org.jspecify.annotations.Nullable;

/** What a gateway was asked about one of its bindings. */
final class SignallingItem {
    private SignallingItem() {}

    /**
     * A prefix that the gateway carries, or is to carry, beside those it anchors (RFC 7864).
     *
     * @param state PREPARING, PREPARED, IDLE, WITHDRAWING or FAILED
     * @param until with IDLE and FAILED, when that ends
     * @param reason with FAILED
     * @param asked with PREPARING and PREPARED: by a flow-manager; false: it came with the attachment
     */
    record FlowMobilePrefix(
            String prefix,
            String state,
            Instant since,
            @Nullable Instant until,
            @Nullable String reason,
            boolean asked) {
        static List<FlowMobilePrefix> of(FlowMobility mobility) {
            return mobility.prefixes().stream()
                    .map(one -> new FlowMobilePrefix(
                            one.prefix().toString(),
                            one.state().name(),
                            one.since(),
                            one.until().orElse(null),
                            one.reason().orElse(null),
                            one.asked()))
                    .toList();
        }
    }

    /**
     * A revocation of the binding (RFC 5846).
     *
     * @param trigger its code: 1 administrative, 4 handover between gateways unknown, ...
     * @param state IN_PROGRESS, REFUSED (the node is attached there) or UNANSWERED
     */
    record Revocation(int trigger, String state, Instant since) {
        static @Nullable Revocation of(Optional<org.flowanchor.binding.domain.Revocation> revocation) {
            return revocation
                    .map(one ->
                            new Revocation(one.trigger().value(), one.state().name(), one.since()))
                    .orElse(null);
        }
    }
}
