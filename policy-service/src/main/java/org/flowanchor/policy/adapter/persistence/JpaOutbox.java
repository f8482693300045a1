package org.flowanchor.policy.adapter.persistence;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.flowanchor.policy.application.Outbox;
import org.flowanchor.policy.application.OutboxRecord;
import org.springframework.data.domain.Limit;
import org.springframework.transaction.support.TransactionTemplate;

final class JpaOutbox implements Outbox {
    private final String topic;
    private final OutboxRows rows;
    private final TransactionTemplate transaction;

    JpaOutbox(String topic, OutboxRows rows, TransactionTemplate transaction) {
        this.topic = topic;
        this.rows = rows;
        this.transaction = transaction;
    }

    @Override
    public int drain(int limit, Consumer<List<OutboxRecord>> publish) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            if (rows.lockRelay(topic).isEmpty()) {
                return 0;
            }
            List<OutboxRecord> records = rows.findByTopicOrderByVersion(topic, Limit.of(limit)).stream()
                    .map(JpaOutbox::outboxRecord)
                    .toList();
            if (!records.isEmpty()) {
                publish.accept(records);
                rows.deleteUpTo(topic, records.getLast().version());
            }
            return records.size();
        }));
    }

    @Override
    public Pending pending() {
        OutboxRows.Waiting waiting = rows.waiting(topic);
        return new Pending(waiting.getRecords(), Optional.ofNullable(waiting.getOldest()));
    }

    private static OutboxRecord outboxRecord(OutboxRow row) {
        return new OutboxRecord(
                row.version,
                row.recordKey,
                Optional.ofNullable(row.payload).map(ByteString::copyFrom),
                Optional.ofNullable(row.traceparent));
    }
}
