package org.flowanchor.testbed.benchmark;

import java.util.Locale;

/**
 * A bound that a figure is to keep.
 *
 * @param of what is bounded
 * @param least the bound is the lowest good value; otherwise the highest
 */
public record Goal(Subject of, boolean least, double bound) {
    /** What of a figure. */
    public enum Subject {
        MEDIAN,
        RATIO
    }

    /** The figure's median must reach this. */
    public static Goal atLeast(double median) {
        return new Goal(Subject.MEDIAN, true, median);
    }

    /** The figure's median must stay at or below this. */
    public static Goal atMost(double median) {
        return new Goal(Subject.MEDIAN, false, median);
    }

    /** The figure's median must reach this share of its rival's. */
    public static Goal ratioAtLeast(double ratio) {
        return new Goal(Subject.RATIO, true, ratio);
    }

    boolean isMetBy(double value) {
        return least ? value >= bound : value <= bound;
    }

    /** For example {@code ratio >= 0.8}. */
    @Override
    public String toString() {
        String number = bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
        return of.name().toLowerCase(Locale.ROOT) + (least ? " >= " : " <= ") + number;
    }
}
