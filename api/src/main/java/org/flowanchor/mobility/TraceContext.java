package org.flowanchor.mobility;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one cause is known by in every process it reaches: trace-id and parent-id of W3C Trace Context. Carried on as it came, no process
 * puts an identifier of its own into it: a message on a stream is not a span.
 *
 * @param upper first eight octets of the trace-id
 * @param lower last eight octets of the trace-id, which is not zero as a whole
 * @param parent parent-id, not 0
 * @param flags 0..255; bit 0: sampled
 */
public record TraceContext(long upper, long lower, long parent, int flags) {
    private static final int LENGTH = 55;
    private static final int SAMPLED = 1;
    private static final HexFormat HEX = HexFormat.of();

    public TraceContext {
        if ((upper | lower) == 0 || parent == 0) {
            throw new IllegalArgumentException("a trace-id or parent-id of zeros identifies nothing");
        }
        Unsigned.octet(flags, "trace flags");
    }

    /** A trace that begins here, sampled. */
    public static TraceContext begin(RandomGenerator random) {
        long upper = random.nextLong();
        return new TraceContext(upper, notZero(random), notZero(random), SAMPLED);
    }

    /** What a caller sent goes on; where it sent none, or no valid one, a trace begins. */
    public static TraceContext continued(@Nullable String traceparent, RandomGenerator random) {
        return Optional.ofNullable(traceparent).flatMap(TraceContext::parse).orElseGet(() -> begin(random));
    }

    private static long notZero(RandomGenerator random) {
        long value = random.nextLong();
        return value == 0 ? 1 : value;
    }

    /** What a {@code traceparent} of version 00 says; empty when it is none. */
    public static Optional<TraceContext> parse(String traceparent) {
        return isValid(traceparent)
                ? Optional.of(new TraceContext(
                        HexFormat.fromHexDigitsToLong(traceparent, 3, 19),
                        HexFormat.fromHexDigitsToLong(traceparent, 19, 35),
                        HexFormat.fromHexDigitsToLong(traceparent, 36, 52),
                        HexFormat.fromHexDigits(traceparent, 53, LENGTH)))
                : Optional.empty();
    }

    /** Whether it is a {@code traceparent} of version 00: lower case, neither identifier all zeros. */
    public static boolean isValid(String traceparent) {
        return traceparent.length() == LENGTH
                && traceparent.startsWith("00-")
                && traceparent.charAt(35) == '-'
                && traceparent.charAt(52) == '-'
                && isIdentifier(traceparent, 3, 35)
                && isIdentifier(traceparent, 36, 52)
                && isHexadecimal(traceparent, 53, LENGTH);
    }

    private static boolean isIdentifier(String text, int from, int to) {
        boolean zeros = true;
        for (int i = from; i < to && zeros; i++) {
            zeros = text.charAt(i) == '0';
        }
        return !zeros && isHexadecimal(text, from, to);
    }

    private static boolean isHexadecimal(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** 32 hexadecimal digits, to look for in logs. */
    public String traceId() {
        return HEX.toHexDigits(upper) + HEX.toHexDigits(lower);
    }

    /** As it goes into a message or header. */
    public String traceparent() {
        return "00-" + traceId() + '-' + HEX.toHexDigits(parent) + '-' + HEX.toHexDigits((byte) flags);
    }

    /** The {@link #traceparent}. */
    @Override
    public String toString() {
        return traceparent();
    }
}
