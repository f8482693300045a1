package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "policy")
class PolicyRow {
    @Id
    String name;

    int precedence;
    long revision;
    String document;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "updated_at")
    Instant updatedAt;

    @SuppressWarnings("NullAway.Init")
    protected PolicyRow() {}

    PolicyRow(String name, int precedence, long revision, String document, Instant createdAt, Instant updatedAt) {
        this.name = name;
        this.precedence = precedence;
        this.revision = revision;
        this.document = document;
        this.createdAt = createdAt;
        this.updatedAt = updatedAt;
    }
}
