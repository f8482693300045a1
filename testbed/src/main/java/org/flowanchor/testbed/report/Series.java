package org.flowanchor.testbed.report;

import java.util.stream.IntStream;

/**
 * One line of a plot.
 *
 * @param seconds strictly increasing
 * @param values as many as {@code seconds}
 */
public record Series(String name, double[] seconds, double[] values) {
    public Series {
        if (seconds.length != values.length) {
            throw new IllegalArgumentException(name + ": " + seconds.length + " times, " + values.length + " values");
        }
        for (int i = 1; i < seconds.length; i++) {
            if (!(seconds[i] > seconds[i - 1])) {
                throw new IllegalArgumentException(name + ": time " + seconds[i] + " is not after " + seconds[i - 1]);
            }
        }
    }

    /**
     * Mbit/s from octets counted in bins of 100 ms, averaged over five bins each; silence before the first and after the last arrival
     * is left out.
     */
    public static Series ofBins(String name, long[] octetsPer100Millis) {
        int width = 5;
        int first = 0;
        while (first < octetsPer100Millis.length && octetsPer100Millis[first] == 0) {
            first++;
        }
        first -= first % width;
        int count = Math.ceilDiv(octetsPer100Millis.length - first, width);
        double[] seconds = new double[count];
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            long octets = 0;
            for (int bin = first + i * width;
                    bin < Math.min(first + (i + 1) * width, octetsPer100Millis.length);
                    bin++) {
                octets += octetsPer100Millis[bin];
            }
            seconds[i] = (first + (i + 0.5) * width) / 10.0;
            values[i] = octets * 8.0 / (width * 0.1) / 1e6;
        }
        return new Series(name, seconds, values);
    }

    /**
     * Mbit/s from readings of a counter of octets, each rate drawn in the middle of its interval.
     *
     * @param seconds of the readings, strictly increasing
     * @param octets cumulative
     */
    public static Series ofCounter(String name, double[] seconds, long[] octets) {
        int count = Math.max(0, seconds.length - 1);
        double[] middle = new double[count];
        double[] rate = new double[count];
        for (int i = 0; i < count; i++) {
            middle[i] = (seconds[i] + seconds[i + 1]) / 2;
            rate[i] = (octets[i + 1] - octets[i]) * 8 / (seconds[i + 1] - seconds[i]) / 1e6;
        }
        return new Series(name, middle, rate);
    }

    /** The part from {@code begin} to {@code end}, in seconds. */
    Series within(double begin, double end) {
        int[] kept = IntStream.range(0, seconds.length)
                .filter(i -> seconds[i] >= begin && seconds[i] <= end)
                .toArray();
        return new Series(
                name,
                IntStream.of(kept).mapToDouble(i -> seconds[i]).toArray(),
                IntStream.of(kept).mapToDouble(i -> values[i]).toArray());
    }
}
