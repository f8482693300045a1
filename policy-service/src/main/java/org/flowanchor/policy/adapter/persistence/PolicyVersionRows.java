package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.repository.Repository;

interface PolicyVersionRows extends Repository<PolicyVersionRow, Short> {
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<PolicyVersionRow> findById(short id);
}
