package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private static String line(Level level, @Nullable Throwable thrown) {
        LoggingEvent event = new LoggingEvent(
                "", new LoggerContext().getLogger("org.flowanchor.Gateway"), level, "{} of {}", thrown, new Object[] {
                    1, 2
                });
        event.setInstant(Instant.parse("2026-03-01T10:00:00.000001Z"));
        return new LogLine().doLayout(event);
    }

    @Test
    void levelsAreOfOneWidthAndTimesOfThreeDigits() {
        assertThat(line(Level.INFO, null)).isEqualTo("2026-03-01T10:00:00.000Z INFO  Gateway 1 of 2\n");
        assertThat(line(Level.ERROR, null)).isEqualTo("2026-03-01T10:00:00.000Z ERROR Gateway 1 of 2\n");
    }

    @Test
    void whatWasThrownFollowsWithItsCause() {
        String line = line(Level.WARN, new IllegalStateException("outer", new IOException("inner")));
        assertThat(line.lines().skip(1).findFirst()).hasValue("java.lang.IllegalStateException: outer");
        assertThat(line).contains("\tat " + getClass().getName() + ".", "Caused by: java.io.IOException: inner");
        assertThat(line).endsWith(System.lineSeparator());
    }
}
