package org.flowanchor.testbed.benchmark;

import java.util.Arrays;

/**
 * What one contender reached in each round, in the order of the rounds.
 *
 * <p>Never changed after construction; the array is not handed out.
 */
public final class Samples {
    private final double[] values;
    private final double[] sorted;

    private Samples(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        this.values = values.clone();
        this.sorted = values.clone();
        Arrays.sort(this.sorted);
    }

    public static Samples of(double... values) {
        return new Samples(values);
    }

    public int count() {
        return values.length;
    }

    public double median() {
        return percentile(50);
    }

    public double min() {
        return sorted[0];
    }

    public double max() {
        return sorted[sorted.length - 1];
    }

    /** By linear interpolation between the two nearest samples. */
    public double percentile(double percent) {
        double position = percent / 100 * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }

    /** Round by round, this over the rival: what the two reached beside each other. */
    public Samples over(Samples rival) {
        if (rival.values.length != values.length) {
            throw new IllegalArgumentException(values.length + " rounds against " + rival.values.length);
        }
        double[] ratios = new double[values.length];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = values[round] / rival.values[round];
        }
        return new Samples(ratios);
    }
}
