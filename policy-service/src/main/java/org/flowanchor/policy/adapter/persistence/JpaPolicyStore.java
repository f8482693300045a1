package org.flowanchor.policy.adapter.persistence;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.flowanchor.api.Topics;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.policy.application.PolicyJournal;
import org.flowanchor.policy.application.PolicyStore;
import org.flowanchor.policy.domain.PolicyName;
import org.flowanchor.policy.domain.StoredPolicy;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Component
class JpaPolicyStore implements PolicyStore {
    private final PolicyRows policies;
    private final PolicyRevisionRows revisions;
    private final TopicVersionRows versions;
    private final IdempotencyKeyRows keys;
    private final OutboxRows outbox;
    private final StoredDocuments documents;
    private final TransactionTemplate transaction;

    JpaPolicyStore(
            PolicyRows policies,
            PolicyRevisionRows revisions,
            TopicVersionRows versions,
            IdempotencyKeyRows keys,
            OutboxRows outbox,
            StoredDocuments documents,
            PlatformTransactionManager transactions) {
        this.policies = policies;
        this.revisions = revisions;
        this.versions = versions;
        this.keys = keys;
        this.outbox = outbox;
        this.documents = documents;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public Optional<StoredPolicy> find(PolicyName name) {
        return policies.findById(name.text()).map(this::stored);
    }

    @Override
    public List<StoredPolicy> list(OptionalInt after, int limit) {
        return policies.findByPrecedenceGreaterThanOrderByPrecedence(after.orElse(-1), Limit.of(limit)).stream()
                .map(this::stored)
                .toList();
    }

    @Override
    public <T> T change(TraceContext trace, Function<PolicyJournal, T> change) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            TopicVersionRow version = versions.findById(Topics.POLICIES).orElseThrow();
            return change.apply(new JpaPolicyJournal(version, policies, revisions, keys, outbox, documents, trace));
        }));
    }

    private StoredPolicy stored(PolicyRow row) {
        return documents.read(row.document, row.revision, row.createdAt, row.updatedAt);
    }
}
