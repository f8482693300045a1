package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "outbox")
class OutboxRow {
    @Id
    long version;

    @Column(name = "record_key")
    String recordKey;

    /** {@code OffloadPolicyEvent}; null: tombstone. */
    byte @Nullable [] payload;

    @Column(name = "written_at")
    Instant writtenAt;

    @SuppressWarnings("NullAway.Init")
    protected OutboxRow() {}

    OutboxRow(long version, String recordKey, byte @Nullable [] payload, Instant writtenAt) {
        this.version = version;
        this.recordKey = recordKey;
        this.payload = payload;
        this.writtenAt = writtenAt;
    }
}
