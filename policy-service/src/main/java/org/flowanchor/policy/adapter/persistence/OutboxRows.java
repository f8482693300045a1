package org.flowanchor.policy.adapter.persistence;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface OutboxRows extends Repository<OutboxRow, Long> {
    /** Empty while another replica holds it. Ends with the transaction, also when the process dies. */
    @NativeQuery("select id from outbox_relay where id = 1 for update skip locked")
    Optional<Short> lockRelay();

    List<OutboxRow> findByOrderByVersion(Limit limit);

    Optional<OutboxRow> findFirstByOrderByVersion();

    long count();

    OutboxRow save(OutboxRow row);

    @Modifying
    @Query("delete from OutboxRow row where row.version <= :version")
    void deleteUpTo(long version);
}
