package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "policy_revision")
class PolicyRevisionRow {
    @Id
    long version;

    String name;
    long revision;

    /** Null: retired with this revision. */
    @Nullable
    String document;

    /** Null: not known. */
    @Nullable
    String author;

    @Column(name = "written_at")
    Instant writtenAt;

    @SuppressWarnings("NullAway.Init")
    protected PolicyRevisionRow() {}

    PolicyRevisionRow(long version, String name, long revision, @Nullable String document, Instant writtenAt) {
        this.version = version;
        this.name = name;
        this.revision = revision;
        this.document = document;
        this.writtenAt = writtenAt;
    }
}
