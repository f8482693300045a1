package org.flowanchor.testbed.benchmark.registrations;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a generator reached.
 *
 * @param updates acknowledged with success
 * @param refused answered otherwise, or not at all
 * @param seconds from the first update to the last answer
 * @param processorSeconds of the generator's process
 */
record LoadResult(
        long updates,
        long refused,
        double seconds,
        double p50Millis,
        double p99Millis,
        double maxMillis,
        double processorSeconds) {
    static LoadResult of(long[] nanos, long refused, double seconds, double processorSeconds) {
        Arrays.sort(nanos);
        return new LoadResult(
                nanos.length, refused, seconds, at(nanos, 0.50), at(nanos, 0.99), at(nanos, 1), processorSeconds);
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, (long) (share * sorted.length))] / 1e6;
    }

    double rate() {
        return updates / seconds;
    }

    /** One line; {@link #parse} reads it. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%d %d %.6f %.3f %.3f %.3f %.3f",
                updates,
                refused,
                seconds,
                p50Millis,
                p99Millis,
                maxMillis,
                processorSeconds);
    }

    static LoadResult parse(String line) {
        String[] words = line.split(" ");
        return new LoadResult(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                Double.parseDouble(words[2]),
                Double.parseDouble(words[3]),
                Double.parseDouble(words[4]),
                Double.parseDouble(words[5]),
                Double.parseDouble(words[6]));
    }
}
