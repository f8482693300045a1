package org.flowanchor.mobility.option;

import java.time.Duration;
import java.time.Instant;

/**
 * Timestamp (RFC 5213 section 8.8): 48 bits of seconds since 1970-01-01 UTC, 16 bits of fraction; not the format of NTP. Kept as the 64
 * bits received, because an answer repeats them.
 *
 * @param fixedPoint the eight octets in network order
 */
public record TimestampOption(long fixedPoint) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 27;

    /**
     * Rounded down to 1/65536 s.
     *
     * @throws IllegalArgumentException before 1970 or beyond 48 bits of seconds
     */
    public static TimestampOption of(Instant time) {
        long seconds = time.getEpochSecond();
        if (seconds < 0 || seconds >>> 48 != 0) {
            throw new IllegalArgumentException(time + " does not fit 48 bits of seconds since 1970");
        }
        return new TimestampOption(seconds << 16 | ((long) time.getNano() << 16) / 1_000_000_000L);
    }

    /** Seconds since 1970-01-01 UTC, 0..2^48-1. */
    public long seconds() {
        return fixedPoint >>> 16;
    }

    /** 1/65536 s, 0..65535. */
    public int fraction() {
        return (int) (fixedPoint & 0xffff);
    }

    /** The time meant; every value of the wire is one. */
    public Instant instant() {
        return Instant.ofEpochSecond(seconds(), (fraction() * 1_000_000_000L) >>> 16);
    }

    /** The same octets read by a peer that wrote each 32-bit half in little-endian order. */
    public TimestampOption hostEndianReading() {
        long high = Integer.toUnsignedLong(Integer.reverseBytes((int) (fixedPoint >>> 32)));
        long low = Integer.toUnsignedLong(Integer.reverseBytes((int) fixedPoint));
        return new TimestampOption(high << 32 | low);
    }

    /** Whether only {@link #hostEndianReading()} is within a day of {@code now}; the codec has no clock, so the caller asks. */
    public boolean looksHostEndian(Instant now) {
        return !isWithinADay(now) && hostEndianReading().isWithinADay(now);
    }

    private boolean isWithinADay(Instant now) {
        return Math.abs(seconds() - now.getEpochSecond()) <= Duration.ofDays(1).toSeconds();
    }

    @Override
    public int type() {
        return TYPE;
    }
}
