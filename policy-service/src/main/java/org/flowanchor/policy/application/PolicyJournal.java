package org.flowanchor.policy.application;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.flowanchor.api.v1.OffloadPolicyEvent;
import org.flowanchor.policy.domain.PolicyDecision;
import org.flowanchor.policy.domain.PolicyName;
import org.flowanchor.policy.domain.PolicyRegister.Situation;
import org.flowanchor.policy.domain.StoredPolicy;

/** What one change sees and writes; valid inside {@link PolicyStore#change} only. */
public interface PolicyJournal {
    /**
     * What stands now, as far as the change of this name is concerned.
     *
     * @param wantedPrecedence empty when the change takes none
     */
    Situation situation(PolicyName name, OptionalInt wantedPrecedence);

    /** Writes the policy, its revision and the record for the topic. */
    void publish(PolicyDecision.Publish decision, OffloadPolicyEvent event);

    /** Removes the policy, writes the revision at which it went and a tombstone for the topic. */
    void retire(PolicyDecision.Retire decision, Instant at);

    /** The policy as it was created under this key, whatever became of it. */
    Optional<StoredPolicy> createdUnder(IdempotencyKey key);

    void remember(IdempotencyKey key, StoredPolicy created);

    /** Forgets keys remembered before {@code limit}. */
    void forgetKeysBefore(Instant limit);
}
