package org.flowanchor.testbed.signalling;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * The only session of a mobile node, as RFC 5213 lets its gateways know it.
 *
 * @param present registered
 * @param gateway of the last accepted update
 * @param timestamp of the last accepted update, which counts until the entry is deleted
 * @param prefix empty: an update that may have opened the session was not answered
 */
record Session(boolean present, int gateway, long timestamp, Optional<HomeNetworkPrefix> prefix) {
    private static final int ACCEPTED = 0;
    private static final int REASON_UNSPECIFIED = 128;
    private static final int INSUFFICIENT_RESOURCES = 130;
    private static final int NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX = 155;
    private static final int TIMESTAMP_MISMATCH = 156;
    private static final int TIMESTAMP_LOWER_THAN_PREV_ACCEPTED = 157;

    static final Session NONE = new Session(false, -1, 0, Optional.empty());

    /** The session after an operation was decided on this one; empty: that answer is wrong on this one. */
    Optional<Session> after(Operation operation) {
        return operation.outcome().map(outcome -> answered(operation, outcome)).orElseGet(() -> counted(operation));
    }

    private Optional<Session> answered(Operation operation, Operation.Outcome outcome) {
        return switch (outcome.status()) {
            case ACCEPTED ->
                counted(operation)
                        .filter(next -> !next.present || agree(next.prefix, outcome.prefix()))
                        .map(next -> next.present ? next.with(outcome.prefix()) : next);
            case TIMESTAMP_LOWER_THAN_PREV_ACCEPTED ->
                operation.timestamp() < timestamp ? Optional.of(this) : Optional.empty();
            case NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX -> present ? Optional.empty() : Optional.of(this);
            // Refusals for want of time or resources say nothing about the session.
            case TIMESTAMP_MISMATCH, INSUFFICIENT_RESOURCES, REASON_UNSPECIFIED -> Optional.of(this);
            default -> Optional.empty();
        };
    }

    /** As when it is accepted. */
    private Optional<Session> counted(Operation operation) {
        if (present && operation.timestamp() <= timestamp) {
            return Optional.empty();
        }
        return switch (operation.kind()) {
            // Repeated while the entry waits for its deletion, it counts again.
            case DEREGISTRATION ->
                gateway == operation.gateway() && operation.timestamp() > timestamp
                        ? Optional.of(new Session(false, gateway, operation.timestamp(), Optional.empty()))
                        : Optional.empty();
            case ATTACHMENT, REFRESH, HANDOVER -> {
                Optional<HomeNetworkPrefix> kept = present ? prefix : operation.requested();
                yield present && !agree(prefix, operation.requested())
                        ? Optional.empty()
                        : Optional.of(new Session(
                                true,
                                operation.gateway(),
                                operation.timestamp(),
                                kept.isPresent() ? kept : operation.requested()));
            }
        };
    }

    private Session with(Optional<HomeNetworkPrefix> known) {
        return new Session(present, gateway, timestamp, known);
    }

    private static boolean agree(Optional<HomeNetworkPrefix> one, Optional<HomeNetworkPrefix> other) {
        return one.isEmpty() || other.isEmpty() || one.equals(other);
    }
}
