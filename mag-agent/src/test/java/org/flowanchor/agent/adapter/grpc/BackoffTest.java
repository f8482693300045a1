package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void waitsDoubleFrom100MillisecondsTo2SecondsWithJitterAndStartAgainAfterSuccess() {
        for (int seed = 0; seed < 50; seed++) {
            Backoff backoff = new Backoff(new Random(seed));
            long[] ceilings = {100, 200, 400, 800, 1600, 2000, 2000, 2000};
            for (long ceiling : ceilings) {
                assertThat(backoff.nextMillis()).isBetween(ceiling / 2, ceiling);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(backoff.nextMillis()).isBetween(1000L, 2000L);
            }
            backoff.reset();
            assertThat(backoff.nextMillis()).isLessThanOrEqualTo(100);
        }
    }
}
