package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "outbox")
@IdClass(OutboxRow.Key.class)
class OutboxRow {
    @Id
    String topic;

    @Id
    long version;

    @Column(name = "record_key")
    String recordKey;

    /** The contract's message; null: tombstone. */
    byte @Nullable [] payload;

    @Column(name = "written_at")
    Instant writtenAt;

    /** W3C trace context of the request that wrote it; null: not known. */
    @Nullable
    String traceparent;

    @SuppressWarnings("NullAway.Init")
    protected OutboxRow() {}

    OutboxRow(
            String topic,
            long version,
            String recordKey,
            byte @Nullable [] payload,
            Instant writtenAt,
            String traceparent) {
        this.topic = topic;
        this.version = version;
        this.recordKey = recordKey;
        this.payload = payload;
        this.writtenAt = writtenAt;
        this.traceparent = traceparent;
    }

    /** Primary key. */
    record Key(String topic, long version) implements Serializable {}
}
