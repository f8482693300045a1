package org.flowanchor.policy.adapter.persistence;

import java.time.Instant;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface IdempotencyKeyRows extends Repository<IdempotencyKeyRow, String> {
    Optional<IdempotencyKeyRow> findById(String key);

    IdempotencyKeyRow save(IdempotencyKeyRow row);

    @Modifying
    @Query("delete from IdempotencyKeyRow row where row.writtenAt < :limit")
    void deleteWrittenBefore(Instant limit);
}
