package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What this process knows of the relay, for health and metrics. */
public final class RelayState {
    private static final String ANOTHER = "another replica publishes";

    private final AtomicLong published = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong pending = new AtomicLong();
    private final AtomicReference<Condition> condition =
            new AtomicReference<>(new Condition("starting", Instant.EPOCH));

    /** @param text {@code ok}, {@value #ANOTHER}, or what is wrong */
    public record Condition(String text, Instant since) {}

    void published(int changes, Instant now) {
        published.addAndGet(changes);
        become("ok", now);
    }

    void failed(String why, Instant now) {
        failures.incrementAndGet();
        become(why, now);
    }

    /** Whatever failed here before is that replica's business now. */
    void watching(Instant now) {
        become(ANOTHER, now);
    }

    void pending(long changes) {
        pending.set(changes);
    }

    /** True when the condition changed. */
    private boolean become(String text, Instant now) {
        Condition before = condition.get();
        return !before.text().equals(text) && condition.compareAndSet(before, new Condition(text, now));
    }

    public long published() {
        return published.get();
    }

    public long failures() {
        return failures.get();
    }

    /** Changes not in Kafka yet, as of about a second ago. */
    public long pending() {
        return pending.get();
    }

    public Condition condition() {
        return condition.get();
    }
}
