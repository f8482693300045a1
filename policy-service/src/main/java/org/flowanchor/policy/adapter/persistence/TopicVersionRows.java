package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.repository.Repository;

interface TopicVersionRows extends Repository<TopicVersionRow, String> {
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<TopicVersionRow> findById(String topic);
}
