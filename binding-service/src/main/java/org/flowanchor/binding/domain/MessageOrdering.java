package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;

/**
 * Message ordering (RFC 5213 section 5.5). The last accepted timestamp counts per session; per mobile node only for an update that
 * would move a session to another gateway: gateways whose clocks differ interleave legitimately while a node is attached to both.
 */
final class MessageOrdering {
    private final AnchorRules rules;

    MessageOrdering(AnchorRules rules) {
        this.rules = rules;
    }

    /**
     * Empty: in order.
     *
     * @param again the update was in order before, and has waited since: what made its wait end came later, and is no reason
     */
    Optional<ProxyBindingAcknowledgement> check(
            ReceivedUpdate received, Optional<BindingCacheEntry> meant, MobileNodeBindings bindings, boolean again) {
        ProxyBindingUpdate update = received.update();
        Optional<BindingCacheEntry> session = meant.filter(entry -> !again || entry.isActive());
        if (update.timestamp().isPresent()) {
            Optional<Timestamp> last =
                    session.flatMap(entry -> moves(update, entry) ? newest(bindings) : entry.timestamp());
            return timestampStatus(update.timestamp().get(), last, received.receivedAt())
                    .map(status -> ProxyBindingAcknowledgement.outOfTime(update, status, received.receivedAt()));
        }
        return session.filter(entry -> !isNewer(update.sequenceNumber(), entry.sequenceNumber()))
                .map(entry -> ProxyBindingAcknowledgement.outOfWindow(update, entry.sequenceNumber()));
    }

    private Optional<BindingStatus> timestampStatus(Timestamp timestamp, Optional<Timestamp> last, Instant now) {
        int order = last.map(timestamp::compareTo).orElse(1);
        if (order < 0) {
            return Optional.of(BindingStatus.TIMESTAMP_LOWER_THAN_PREV_ACCEPTED);
        }
        // Section 5.5(6) wants "greater", 5.5(8) answers "lower" with 157: equal is merely not valid.
        if (order == 0 || isFarFrom(now, timestamp)) {
            return Optional.of(BindingStatus.TIMESTAMP_MISMATCH);
        }
        return Optional.empty();
    }

    /** Section 5.5(6): "MUST ignore this check" where mobile nodes make the timestamps. */
    private boolean isFarFrom(Instant now, Timestamp timestamp) {
        return !rules.domain().mobileNodeGeneratedTimestampInUse()
                && timestamp.distanceTo(now).compareTo(rules.timestampValidityWindow()) > 0;
    }

    private static boolean moves(ProxyBindingUpdate update, BindingCacheEntry entry) {
        HandoffIndicator indicator = update.handoffIndicator().orElse(HandoffIndicator.RESERVED);
        return !entry.isAt(update.proxyCareOfAddress())
                && (indicator.equals(HandoffIndicator.HANDOFF_BETWEEN_TWO_DIFFERENT_INTERFACES)
                        || indicator.equals(HandoffIndicator.HANDOFF_BETWEEN_MAGS_FOR_THE_SAME_INTERFACE)
                        || indicator.equals(HandoffIndicator.HANDOFF_STATE_UNKNOWN));
    }

    private static Optional<Timestamp> newest(MobileNodeBindings bindings) {
        return bindings.entries().stream()
                .flatMap(entry -> entry.timestamp().stream())
                .max(Comparator.naturalOrder());
    }

    /** RFC 6275 section 9.5.1: the last value and the 32768 before it are old. */
    static boolean isNewer(int sequenceNumber, int last) {
        int ahead = (sequenceNumber - last) & 0xffff;
        return ahead >= 1 && ahead <= 32767;
    }
}
