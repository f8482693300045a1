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

    @SuppressWarnings("NullAway.Init")
    protected OutboxRow() {}

    OutboxRow(String topic, long version, String recordKey, byte @Nullable [] payload, Instant writtenAt) {
        this.topic = topic;
        this.version = version;
        this.recordKey = recordKey;
        this.payload = payload;
        this.writtenAt = writtenAt;
    }

    /** Primary key. */
    record Key(String topic, long version) implements Serializable {}
}
