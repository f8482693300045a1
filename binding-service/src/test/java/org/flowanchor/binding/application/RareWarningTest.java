package org.flowanchor.binding.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class RareWarningTest {
    /** About to overflow, as {@link System#nanoTime} may. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 3);

    private final RareWarning warning = new RareWarning(nanos::get);

    @Test
    void theFirstOfEachWhileIsAWarning() {
        for (int i = 0; i < 3; i++) {
            assertThat(Stream.generate(warning::level).limit(4))
                    .containsExactly(Level.WARN, Level.DEBUG, Level.DEBUG, Level.DEBUG);
            nanos.addAndGet(RareWarning.PERIOD.toNanos() - 1);
            assertThat(warning.level()).isEqualTo(Level.DEBUG);
            nanos.incrementAndGet();
        }
    }
}
