package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What was created under a key. */
@Entity
@Table(name = "idempotency_key")
class IdempotencyKeyRow {
    @Id
    @Column(name = "idempotency_key")
    String idempotencyKey;

    String name;
    long revision;

    @Column(name = "written_at")
    Instant writtenAt;

    @SuppressWarnings("NullAway.Init")
    protected IdempotencyKeyRow() {}

    IdempotencyKeyRow(String idempotencyKey, String name, long revision, Instant writtenAt) {
        this.idempotencyKey = idempotencyKey;
        this.name = name;
        this.revision = revision;
        this.writtenAt = writtenAt;
    }
}
