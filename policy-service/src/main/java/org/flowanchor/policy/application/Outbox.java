package org.flowanchor.policy.application;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Records of one topic that are durable but not yet on it. */
public interface Outbox {
    /**
     * What waits.
     *
     * @param oldest when the oldest of the records was written
     */
    record Pending(long records, Optional<Instant> oldest) {}

    /**
     * Hands the oldest records, in order, to {@code publish} and removes them when it returns; keeps them when it throws. One caller
     * at a time over all replicas; while another one is at it, nothing happens.
     *
     * @return how many records were published
     */
    int drain(int limit, Consumer<List<OutboxRecord>> publish);

    Pending pending();
}
