package org.flowanchor.policy.adapter.persistence;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface OutboxRows extends Repository<OutboxRow, OutboxRow.Key> {
    /** Empty while another replica holds it. Ends with the transaction, also when the process dies. */
    @NativeQuery("select topic from outbox_relay where topic = :topic for update skip locked")
    Optional<String> lockRelay(String topic);

    List<OutboxRow> findByTopicOrderByVersion(String topic, Limit limit);

    @Query("select count(row) as records, min(row.writtenAt) as oldest from OutboxRow row where row.topic = :topic")
    Waiting waiting(String topic);

    /** One look: two would contradict each other. */
    interface Waiting {
        long getRecords();

        @Nullable
        Instant getOldest();
    }

    OutboxRow save(OutboxRow row);

    @Modifying
    @Query("delete from OutboxRow row where row.topic = :topic and row.version <= :version")
    void deleteUpTo(String topic, long version);
}
