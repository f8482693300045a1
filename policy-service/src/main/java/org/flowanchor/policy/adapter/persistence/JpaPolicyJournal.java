package org.flowanchor.policy.adapter.persistence;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.flowanchor.api.Topics;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.policy.application.IdempotencyKey;
import org.flowanchor.policy.application.PolicyJournal;
import org.flowanchor.policy.domain.PolicyDecision;
import org.flowanchor.policy.domain.PolicyName;
import org.flowanchor.policy.domain.PolicyRegister.Situation;
import org.flowanchor.policy.domain.StoredPolicy;
import org.jspecify.annotations.Nullable;

/** One change, under the lock of {@code version}. */
class JpaPolicyJournal implements PolicyJournal {
    private final TopicVersionRow version;
    private final PolicyRows policies;
    private final PolicyRevisionRows revisions;
    private final IdempotencyKeyRows keys;
    private final OutboxRows outbox;
    private final StoredDocuments documents;
    private final TraceContext trace;

    JpaPolicyJournal(
            TopicVersionRow version,
            PolicyRows policies,
            PolicyRevisionRows revisions,
            IdempotencyKeyRows keys,
            OutboxRows outbox,
            StoredDocuments documents,
            TraceContext trace) {
        this.version = version;
        this.policies = policies;
        this.revisions = revisions;
        this.keys = keys;
        this.outbox = outbox;
        this.documents = documents;
        this.trace = trace;
    }

    @Override
    public Situation situation(PolicyName name, OptionalInt wantedPrecedence) {
        Optional<StoredPolicy> current = policies.findById(name.text())
                .map(row -> documents.read(row.document, row.revision, row.createdAt, row.updatedAt));
        long lastRevision = revisions
                .findFirstByNameOrderByRevisionDesc(name.text())
                .map(row -> row.revision)
                .orElse(0L);
        Optional<PolicyName> holder = wantedPrecedence.isPresent()
                ? policies.findByPrecedence(wantedPrecedence.getAsInt()).map(row -> new PolicyName(row.name))
                : Optional.empty();
        return new Situation(current, lastRevision, holder);
    }

    @Override
    public void publish(PolicyDecision.Publish decision, OffloadPolicyEvent event) {
        StoredPolicy stored = decision.policy();
        String document = documents.write(stored.policy());
        policies.save(new PolicyRow(
                stored.name().text(),
                stored.policy().precedence(),
                stored.revision(),
                document,
                stored.createdAt(),
                stored.updatedAt()));
        append(stored.name(), stored.revision(), document, event.toByteArray(), stored.updatedAt());
    }

    @Override
    public void retire(PolicyDecision.Retire decision, Instant at) {
        policies.deleteById(decision.name().text());
        append(decision.name(), decision.revision(), null, null, at);
    }

    private void append(
            PolicyName name, long revision, @Nullable String document, byte @Nullable [] payload, Instant at) {
        version.version++;
        revisions.save(new PolicyRevisionRow(version.version, name.text(), revision, document, at));
        outbox.save(new OutboxRow(Topics.POLICIES, version.version, name.text(), payload, at, trace.traceparent()));
    }

    @Override
    public Optional<StoredPolicy> createdUnder(IdempotencyKey key) {
        return keys.findByTopicAndIdempotencyKey(Topics.POLICIES, key.text())
                .map(row -> documents.read(row.document, row.revision, row.writtenAt, row.writtenAt));
    }

    @Override
    public void remember(IdempotencyKey key, StoredPolicy created) {
        keys.save(new IdempotencyKeyRow(
                Topics.POLICIES,
                key.text(),
                created.name().text(),
                created.revision(),
                documents.write(created.policy()),
                created.updatedAt()));
    }

    @Override
    public void forgetKeysBefore(Instant limit) {
        keys.deleteWrittenBefore(Topics.POLICIES, limit);
    }
}
