package org.flowanchor.binding.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Configuration variables of what the anchor sends by itself.
 *
 * @param maxUpdateNotificationRetransmitCount MAX_UPDATE_NOTIFICATION_RETRANSMIT_COUNT, 0..5, default 1 (RFC 7077 section 7)
 * @param minDelayBetweenUpdateNotificationReplay MIN_DELAY_BETWEEN_UPDATE_NOTIFICATION_REPLAY, 500 ms..5 s, default 1 s (RFC 7077
 *     section 7)
 * @param initMinDelayBris InitMINDelayBRIs, 500 ms or more, default 1 s (RFC 5846 section 11)
 * @param maxBrackTimeout MAX_BRACK_TIMEOUT, default 2 s (RFC 5846 section 11)
 * @param briMaxRetriesNumber BRIMaxRetriesNumber, default 1 (RFC 5846 section 11)
 * @param heartbeatInterval HEARTBEAT_INTERVAL, 30 s..1 h, default 60 s (RFC 5847 section 5)
 * @param missingHeartbeatsAllowed MISSING_HEARTBEATS_ALLOWED, default 3 (RFC 5847 section 5)
 * @param prefixHold how long a gateway keeps a prefix that no flow needs any more: a flow that comes back costs no message
 */
public record SignallingRules(
        int maxUpdateNotificationRetransmitCount,
        Duration minDelayBetweenUpdateNotificationReplay,
        Duration initMinDelayBris,
        Duration maxBrackTimeout,
        int briMaxRetriesNumber,
        Duration heartbeatInterval,
        int missingHeartbeatsAllowed,
        Duration prefixHold) {
    public static final SignallingRules DEFAULT = new SignallingRules(
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            1,
            Duration.ofSeconds(60),
            3,
            Duration.ofMinutes(5));

    public SignallingRules {
        if (maxUpdateNotificationRetransmitCount < 0 || maxUpdateNotificationRetransmitCount > 5) {
            throw new IllegalArgumentException("MAX_UPDATE_NOTIFICATION_RETRANSMIT_COUNT must be 0..5, not "
                    + maxUpdateNotificationRetransmitCount);
        }
        requireBetween(
                minDelayBetweenUpdateNotificationReplay,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                "MIN_DELAY_BETWEEN_UPDATE_NOTIFICATION_REPLAY");
        requireBetween(initMinDelayBris, Duration.ofMillis(500), Duration.ofSeconds(10), "InitMINDelayBRIs");
        requireBetween(maxBrackTimeout, initMinDelayBris, Duration.ofSeconds(10), "MAX_BRACK_TIMEOUT");
        if (briMaxRetriesNumber < 0 || briMaxRetriesNumber > 10) {
            throw new IllegalArgumentException("BRIMaxRetriesNumber must be 0..10, not " + briMaxRetriesNumber);
        }
        requireBetween(heartbeatInterval, Duration.ofSeconds(30), Duration.ofHours(1), "HEARTBEAT_INTERVAL");
        if (missingHeartbeatsAllowed < 0 || missingHeartbeatsAllowed > 100) {
            throw new IllegalArgumentException(
                    "MISSING_HEARTBEATS_ALLOWED must be 0..100, not " + missingHeartbeatsAllowed);
        }
        if (prefixHold.isNegative()) {
            throw new IllegalArgumentException("the hold time of prefixes must not be negative");
        }
    }

    private static void requireBetween(Duration value, Duration least, Duration most, String name) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be " + least.toMillis() + ".." + most.toMillis()
                    + " ms, not " + value.toMillis() + " ms");
        }
    }

    /** When an Update Notification that goes now is looked at again. */
    Instant updateNotificationDue(Instant now) {
        return now.plus(minDelayBetweenUpdateNotificationReplay);
    }

    /** When a Binding Revocation Indication that goes for the n-th time is looked at again: 1 s, 2 s, 2 s... */
    public Instant revocationDue(Instant now, int transmissions) {
        Duration timeout = initMinDelayBris;
        for (int i = 1; i < transmissions && timeout.compareTo(maxBrackTimeout) < 0; i++) {
            timeout = timeout.multipliedBy(2);
        }
        return now.plus(timeout.compareTo(maxBrackTimeout) < 0 ? timeout : maxBrackTimeout);
    }

    /** After this a revocation that nobody answered is over. */
    public Duration revocationPatience() {
        Instant begin = Instant.EPOCH;
        Instant end = begin;
        for (int transmission = 1; transmission <= briMaxRetriesNumber + 1; transmission++) {
            end = revocationDue(end, transmission);
        }
        return Duration.between(begin, end);
    }
}
