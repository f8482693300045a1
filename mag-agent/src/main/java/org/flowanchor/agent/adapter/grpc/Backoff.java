package org.flowanchor.agent.adapter.grpc;

import java.util.random.RandomGenerator;

/** Wait before dialling again: doubles from 100 ms to 2 s, jittered over its upper half so that agents do not return in step. */
final class Backoff {
    static final long START_MILLIS = 100;
    static final long MAX_MILLIS = 2_000;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    long nextMillis() {
        long ceiling = Math.min(MAX_MILLIS, START_MILLIS << Math.min(failures, 10));
        failures++;
        return random.nextLong(ceiling / 2, ceiling + 1);
    }

    void reset() {
        failures = 0;
    }
}
