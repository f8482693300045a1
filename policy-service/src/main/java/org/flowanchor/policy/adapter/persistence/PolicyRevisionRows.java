package org.flowanchor.policy.adapter.persistence;

import java.util.Optional;
import org.springframework.data.repository.Repository;

interface PolicyRevisionRows extends Repository<PolicyRevisionRow, Long> {
    Optional<PolicyRevisionRow> findFirstByNameOrderByRevisionDesc(String name);

    Optional<PolicyRevisionRow> findByNameAndRevision(String name, long revision);

    PolicyRevisionRow save(PolicyRevisionRow row);
}
