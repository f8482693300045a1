package org.flowanchor.testbed.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long MILLI = 1_000_000;

    @Test
    void deadlinesAreCountedFromTheBeginningSoLateWakeUpsDoNotAddUp() {
        Pace pace = new Pace(100, 0);
        for (int i = 0; i < 1000; i++) {
            long due = pace.due(i * 10 * MILLI);
            assertThat(due).isEqualTo(i * 10 * MILLI);
            pace.sent(due + MILLI);
        }
    }

    @Test
    void afterAStallItCatchesUpAtTwiceTheRateAndNoFaster() {
        Pace pace = new Pace(100, 0);
        pace.sent(pace.due(0));
        long now = 105 * MILLI;
        long last = now;
        pace.sent(pace.due(now) > now ? pace.due(now) : now);
        for (int i = 0; i < 5; i++) {
            long due = pace.due(last);
            assertThat(due - last).isEqualTo(5 * MILLI);
            pace.sent(due);
            last = due;
        }
    }

    @Test
    void givesUpWhatAVeryLongStallMissed() {
        Pace pace = new Pace(100, 0);
        pace.sent(pace.due(0));
        long now = 5000 * MILLI;
        pace.sent(Math.max(now, pace.due(now)));
        assertThat(pace.due(now)).isEqualTo(now + 10 * MILLI);
    }

    @Test
    void refusesRatesOutOfRange() {
        assertThatThrownBy(() -> new Pace(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
