package org.flowanchor.binding.application;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** How the feed of this replica goes; for health and metrics. Any thread. */
public final class SubscriberFeedState {
    /**
     * @param complete the topic was read to its end once, by whichever replica
     * @param behind records this replica knows of and has not taken over; 0 while another one reads
     * @param failure empty while all is well
     */
    public record Condition(
            boolean complete, long behind, Optional<Instant> readAt, Optional<Instant> failingSince, String failure) {}

    private final LongAdder applied = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Condition condition = new Condition(false, 0, Optional.empty(), Optional.empty(), "");

    public Condition condition() {
        return condition;
    }

    /** Records taken over by this process. */
    public long applied() {
        return applied.sum();
    }

    /** Times that reading broke off in this process. */
    public long failures() {
        return failures.sum();
    }

    synchronized void complete(boolean complete) {
        Condition now = condition;
        condition = new Condition(complete, now.behind(), now.readAt(), now.failingSince(), now.failure());
    }

    synchronized void read(int records, long behind, Instant at) {
        applied.add(records);
        Condition now = condition;
        condition = new Condition(now.complete(), behind, Optional.of(at), now.failingSince(), now.failure());
    }

    synchronized void working() {
        Condition now = condition;
        condition = new Condition(now.complete(), now.behind(), now.readAt(), Optional.empty(), "");
    }

    synchronized void failed(String why, Instant at) {
        failures.increment();
        Condition now = condition;
        condition = new Condition(
                now.complete(), now.behind(), now.readAt(), now.failingSince().or(() -> Optional.of(at)), why);
    }
}
