package org.flowanchor.testbed.benchmark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Measures contenders beside each other: in every round each once, in an order that moves on by one from round to round, so that
 * neither a slow minute of the machine nor a place in the row favours one of them.
 */
public final class Rounds {
    /** Least number of rounds where a round is short. */
    public static final int LEAST = 9;

    /** One measurement of one contender. */
    @FunctionalInterface
    public interface Measurement {
        double measure() throws InterruptedException;
    }

    private final Map<String, Measurement> contenders = new LinkedHashMap<>();

    /** @param name unique among the contenders */
    public Rounds add(String name, Measurement measurement) {
        if (contenders.put(name, measurement) != null) {
            throw new IllegalArgumentException("two contenders named " + name);
        }
        return this;
    }

    /**
     * @param told round number from 1 and contender, before each measurement
     * @return samples by contender, in the order in which they were added
     */
    public Map<String, Samples> run(int rounds, BiConsumer<Integer, String> told) throws InterruptedException {
        String[] names = contenders.keySet().toArray(String[]::new);
        Measurement[] measurements = contenders.values().toArray(Measurement[]::new);
        double[][] reached = new double[names.length][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int place = 0; place < names.length; place++) {
                int contender = (place + round) % names.length;
                told.accept(round + 1, names[contender]);
                reached[contender][round] = measurements[contender].measure();
            }
        }
        Map<String, Samples> samples = new LinkedHashMap<>();
        for (int contender = 0; contender < names.length; contender++) {
            samples.put(names[contender], Samples.of(reached[contender]));
        }
        return samples;
    }
}
