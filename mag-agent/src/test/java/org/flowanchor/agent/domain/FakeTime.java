package org.flowanchor.agent.domain;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A wall clock and a monotonic clock that only the test moves. */
public final class FakeTime {
    private long nanos = -5_000_000_000L;
    private Instant instant = Instant.parse("2026-03-01T12:00:00Z");

    public void advance(Duration duration) {
        nanos += duration.toNanos();
        instant = instant.plus(duration);
    }

    /** Somebody sets the wall clock; the monotonic one does not notice. */
    public void step(Duration duration) {
        instant = instant.plus(duration);
    }

    public long nanoTime() {
        return nanos;
    }

    public InstantSource clock() {
        return () -> instant;
    }
}
