package org.flowanchor.binding.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Timestamp option (RFC 5213 section 8.8): seconds since 1970-01-01 UTC, 48 bits of seconds and 16 bits of fraction. Not the format
 * of NTP.
 *
 * @param value unsigned 48.16 fixed point
 */
public record Timestamp(long value) implements Comparable<Timestamp> {
    private static final long FRACTIONS_PER_SECOND = 1L << 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** The latest timestamp that is not after {@code instant}. */
    public static Timestamp of(Instant instant) {
        return new Timestamp(
                instant.getEpochSecond() << 16 | instant.getNano() * FRACTIONS_PER_SECOND / NANOS_PER_SECOND);
    }

    public Instant toInstant() {
        long fraction = value & (FRACTIONS_PER_SECOND - 1);
        return Instant.ofEpochSecond(value >>> 16, fraction * NANOS_PER_SECOND / FRACTIONS_PER_SECOND);
    }

    /** Distance in time, never negative. */
    public Duration distanceTo(Instant instant) {
        return Duration.between(toInstant(), instant).abs();
    }

    @Override
    public int compareTo(Timestamp other) {
        return Long.compareUnsigned(value, other.value);
    }
}
