package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

/** What was created under a key, as it was then. */
@Entity
@Table(name = "idempotency_key")
@IdClass(IdempotencyKeyRow.Key.class)
class IdempotencyKeyRow {
    @Id
    String topic;

    @Id
    @Column(name = "idempotency_key")
    String idempotencyKey;

    String name;
    long revision;
    String document;

    @Column(name = "written_at")
    Instant writtenAt;

    @SuppressWarnings("NullAway.Init")
    protected IdempotencyKeyRow() {}

    IdempotencyKeyRow(
            String topic, String idempotencyKey, String name, long revision, String document, Instant writtenAt) {
        this.topic = topic;
        this.idempotencyKey = idempotencyKey;
        this.name = name;
        this.revision = revision;
        this.document = document;
        this.writtenAt = writtenAt;
    }

    /** Primary key. */
    record Key(String topic, String idempotencyKey) implements Serializable {}
}
