package org.flowanchor.policy.adapter.persistence;

import java.util.Optional;
import org.springframework.data.repository.Repository;

interface PolicyRevisionRows extends Repository<PolicyRevisionRow, Long> {
    Optional<PolicyRevisionRow> findFirstByNameOrderByRevisionDesc(String name);

    PolicyRevisionRow save(PolicyRevisionRow row);
}
