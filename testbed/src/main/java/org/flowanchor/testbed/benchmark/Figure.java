package org.flowanchor.testbed.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * One line of {@code benchmark.json}.
 *
 * @param unit of median, min, max and rivalMedian
 * @param runs samples behind the median
 * @param rival what it was measured beside; null: nothing
 * @param rivalMedian null exactly when rival is
 * @param ratio of the medians; null exactly when rival is
 * @param goal in words, null: none
 * @param met null exactly when goal is
 */
public record Figure(
        String name,
        String unit,
        double median,
        double min,
        double max,
        int runs,
        @Nullable String rival,
        @Nullable Double rivalMedian,
        @Nullable Double ratio,
        @Nullable String goal,
        @Nullable Boolean met) {
    /** A figure that stands alone. */
    public static Figure of(String name, String unit, Samples samples) {
        return new Figure(
                name,
                unit,
                samples.median(),
                samples.min(),
                samples.max(),
                samples.count(),
                null,
                null,
                null,
                null,
                null);
    }

    /** The same measured beside a rival of the same unit. */
    public Figure beside(String rivalName, Samples rivalSamples) {
        double other = rivalSamples.median();
        return new Figure(name, unit, median, min, max, runs, rivalName, other, median / other, goal, met);
    }

    /** @throws IllegalStateException a goal for the ratio of a figure without a rival */
    public Figure with(Goal bound) {
        double subject = switch (bound.of()) {
            case MEDIAN -> median;
            case RATIO -> {
                if (ratio == null) {
                    throw new IllegalStateException(name + " has no rival");
                }
                yield ratio;
            }
        };
        return new Figure(
                name,
                unit,
                median,
                min,
                max,
                runs,
                rival,
                rivalMedian,
                ratio,
                bound.toString(),
                bound.isMetBy(subject));
    }
}
