package org.flowanchor.policy.application;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * One record for a topic, written with the change it tells of.
 *
 * @param version of the whole set the topic tells of: dense, in commit order, also the place in the outbox
 * @param key the entity's name
 * @param event the contract's message; empty: tombstone
 * @param traceparent W3C trace context of the request that made the change; empty: not known
 */
public record OutboxRecord(long version, String key, Optional<ByteString> event, Optional<String> traceparent) {
    /** Of a request whose trace context is not kept. */
    public OutboxRecord(long version, String key, Optional<ByteString> event) {
        this(version, key, event, Optional.empty());
    }
}
