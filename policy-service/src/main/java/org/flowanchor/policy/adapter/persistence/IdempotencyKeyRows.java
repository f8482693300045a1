package org.flowanchor.policy.adapter.persistence;

import java.time.Instant;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface IdempotencyKeyRows extends Repository<IdempotencyKeyRow, IdempotencyKeyRow.Key> {
    Optional<IdempotencyKeyRow> findByTopicAndIdempotencyKey(String topic, String idempotencyKey);

    IdempotencyKeyRow save(IdempotencyKeyRow row);

    @Modifying
    @Query("delete from IdempotencyKeyRow row where row.topic = :topic and row.writtenAt < :limit")
    void deleteWrittenBefore(String topic, Instant limit);
}
