package org.flowanchor.policy.application;

import java.util.List;

/** A topic that keeps the newest record of every key. */
public interface CompactedTopic {
    String name();

    /** Makes sure that the topic is there, compacted, before anybody's consumer makes one that is not. Idempotent. */
    void prepare();

    /**
     * Returns when every record is on the topic, in this order.
     *
     * @throws RuntimeException when that is not certain; sending them again is right then
     */
    void publish(List<OutboxRecord> records);
}
