package org.flowanchor.testbed.traffic;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * When things arrived: octets per 100 ms and the longest time without an arrival, per phase. Times are {@link System#nanoTime()},
 * which all processes of one host share. Not thread-safe.
 */
final class ArrivalMeter {
    static final long BIN_NANOS = 100_000_000;

    /** Bins beyond this are not kept: 20 minutes. */
    private static final int BINS_MAX = 12_000;

    private final long epochNanos;
    private final Map<Integer, Long> longestGapNanos = new HashMap<>();
    private long[] bins = new long[256];
    private int used;
    private long lastNanos;
    private boolean any;

    /** @param epochNanos beginning of the first bin */
    ArrivalMeter(long epochNanos) {
        this.epochNanos = epochNanos;
    }

    /**
     * Octets arrived. The gap before them belongs to the phase they are in.
     *
     * @param nowNanos not before that of the last call
     */
    void arrived(long nowNanos, int octets, int phase) {
        if (any) {
            longestGapNanos.merge(phase, nowNanos - lastNanos, Math::max);
        }
        any = true;
        lastNanos = nowNanos;
        int bin = (int) Math.clamp((nowNanos - epochNanos) / BIN_NANOS, 0, BINS_MAX - 1);
        if (bin >= bins.length) {
            bins = Arrays.copyOf(bins, Math.min(BINS_MAX, bin * 2));
        }
        used = Math.max(used, bin + 1);
        bins[bin] += octets;
    }

    /**
     * Longest time without an arrival that ended in this phase, or is still going on.
     *
     * @param open the phase is the present one: the time since the last arrival counts
     */
    double longestGapMillis(int phase, boolean open, long nowNanos) {
        long longest = longestGapNanos.getOrDefault(phase, 0L);
        if (open && any) {
            longest = Math.max(longest, nowNanos - lastNanos);
        }
        return longest / 1e6;
    }

    /** Octets per 100 ms from the epoch on. */
    long[] bins() {
        return Arrays.copyOf(bins, used);
    }
}
