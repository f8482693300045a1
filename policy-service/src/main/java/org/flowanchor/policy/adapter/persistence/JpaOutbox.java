package org.flowanchor.policy.adapter.persistence;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.policy.application.Outbox;
import org.flowanchor.policy.application.OutboxRecord;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Component
class JpaOutbox implements Outbox {
    private final OutboxRows rows;
    private final TransactionTemplate transaction;

    JpaOutbox(OutboxRows rows, PlatformTransactionManager transactions) {
        this.rows = rows;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public int drain(int limit, Consumer<List<OutboxRecord>> publish) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            if (rows.lockRelay().isEmpty()) {
                return 0;
            }
            List<OutboxRecord> records = rows.findByOrderByVersion(Limit.of(limit)).stream()
                    .map(JpaOutbox::outboxRecord)
                    .toList();
            if (!records.isEmpty()) {
                publish.accept(records);
                rows.deleteUpTo(records.getLast().version());
            }
            return records.size();
        }));
    }

    @Override
    public Pending pending() {
        OutboxRows.Waiting waiting = rows.waiting();
        return new Pending(waiting.getRecords(), Optional.ofNullable(waiting.getOldest()));
    }

    private static OutboxRecord outboxRecord(OutboxRow row) {
        try {
            Optional<OffloadPolicyEvent> event =
                    row.payload == null ? Optional.empty() : Optional.of(OffloadPolicyEvent.parseFrom(row.payload));
            return new OutboxRecord(row.version, row.recordKey, event);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outbox record " + row.version + " is not an OffloadPolicyEvent", e);
        }
    }
}
