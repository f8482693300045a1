package org.flowanchor.agent.adapter.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What compiling the rules of one group may take. The boxes of independent selectors (ports, prefixes, DSCP) are their product, so rules that
 * are quickly written may ask for any number of them. Whoever finds the budget spent ends at once: what is there then is not complete.
 */
final class CompileBudget {
    /** A quarter of a second, or what two of the largest policies take whose selectors differ by anything but the prefix. */
    static final int COMPARISONS = 1 << 23;

    enum Lack {
        BOXES,
        COMPARISONS,
        NUMBERS
    }

    private final int mostBoxes;
    private final int mostComparisons;
    private int boxes;
    private long comparisons;
    private int numbers;
    private @Nullable Lack lack;

    /** @param mostBoxes that there is room for */
    CompileBudget(int mostBoxes) {
        this(mostBoxes, COMPARISONS);
    }

    CompileBudget(int mostBoxes, int mostComparisons) {
        this.mostBoxes = mostBoxes;
        this.mostComparisons = mostComparisons;
    }

    /**
     * Selectors or boxes are looked at.
     *
     * @return false when the budget is spent
     */
    boolean compare(int count) {
        comparisons += count;
        return within(comparisons <= mostComparisons, Lack.COMPARISONS);
    }

    /**
     * A box more.
     *
     * @return false when the budget is spent
     */
    boolean addBox() {
        boxes++;
        return within(boxes <= mostBoxes, Lack.BOXES);
    }

    /**
     * A number more beside the group's own.
     *
     * @return false when the budget is spent
     */
    boolean addNumber() {
        numbers++;
        return within(numbers <= KernelNumbering.MOST_TOLD_APART, Lack.NUMBERS);
    }

    private boolean within(boolean enough, Lack what) {
        if (!enough && lack == null) {
            lack = what;
        }
        return lack == null;
    }

    boolean isSpent() {
        return lack != null;
    }

    /** What was not enough first; null: all was enough so far. */
    @Nullable
    Lack lack() {
        return lack;
    }

    long comparisons() {
        return comparisons;
    }
}
